"""The scripts of others: what names them, what serves them, and what happens where they cannot be built."""

import json
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import AsyncClient

from athanor.config import bundle
from athanor.launch import bundling
from athanor.launch.service import Service
from athanor.launch.supervisor import Supervisor


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(settings, "BUNDLE", tmp_path / "bundle")
    return bundle.folder()


def made(place: Path, text: str = "export const made = 1;") -> None:
    place.mkdir(parents=True)
    (place / "editor-ABC.js").write_text(text)
    (place / bundle.ENTRIES).write_text(json.dumps({"editor": "editor-ABC.js"}))


async def test_build_is_served_as_soon_as_it_exists_and_may_be_kept_for_ever(
    place: Path, async_client: AsyncClient
) -> None:
    assert bundle.addresses() == {}
    address = f"/static/bundle/{bundle.key()}/editor-ABC.js"
    assert (await async_client.get(address)).status_code == 404

    made(place)
    answer = await async_client.get(bundle.addresses()["editor"])

    assert answer.status_code == 200
    assert answer.content == b"export const made = 1;"
    assert "immutable" in answer["Cache-Control"]


def test_name_of_the_build_follows_its_sources() -> None:
    names = {path.name for path in bundle.sources()}

    assert {"package.json", "package-lock.json", "build.mjs", "editor.js", "plot.js"} <= names
    assert len(bundle.key()) == 16


def test_lock_holds_digests_and_no_address() -> None:
    text = next(path for path in bundle.sources() if path.name == "package-lock.json").read_text()
    packages = {name: pin for name, pin in json.loads(text)["packages"].items() if name}

    assert "://" not in text
    assert len(packages) > 20
    assert [name for name, pin in packages.items() if not pin["integrity"].startswith("sha512-")] == []


def test_failed_build_leaves_nothing_but_its_reason(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    said: list[str] = []

    with pytest.raises(bundling.NotBuilt):
        bundling.build(said.append)

    assert said == ["fetching packages by package-lock.json"]
    assert [path.name for path in place.parent.iterdir()] == [bundle.TROUBLE]
    assert "127.0.0.1:9" in bundle.trouble() or "ECONNREFUSED" in bundle.trouble()
    assert not bundle.is_built()


def test_new_build_takes_the_place_of_old_ones(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(place.parent / "older")
    (place.parent / bundle.TROUBLE).write_text("no network")

    def work(folder: Path, *command: str) -> None:
        if command[0] == "build.mjs":
            made(folder / command[1])

    monkeypatch.setattr(bundling, "_node", work)
    built = [bundling.build(lambda _line: None), bundling.build(lambda _line: None)]

    assert built == [True, False]
    assert [path.name for path in place.parent.iterdir()] == [bundle.key()]
    assert bundle.trouble() == ""


def test_work_that_is_done_once_is_not_started_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    supervisor = Supervisor(tmp_path / "services.json")
    command = (sys.executable, "-S", "-c", "print('built: all is there')")
    service = Service(
        "editors", command, lambda _running: False, {}, tmp_path, tmp_path / "log" / "editors.log", once=True
    )
    supervisor.add(service)
    try:
        assert supervisor.wait_until_ready("editors") == ["editors"]
        supervisor.tick()
    finally:
        supervisor.stop([])

    assert supervisor.exit_code("editors") == 0
    assert capsys.readouterr().out.startswith("  editors      built: all is there (")
