import sys
from pathlib import Path

import pytest

from athanor.launch import launcher, model_servers, supervisor
from athanor.launch.probes import has_logged
from athanor.launch.service import Service
from athanor.launch.services import Place
from athanor.launch.supervisor import Supervisor

PORT_TAKEN_BY_A_FASTER_ONE, FREE_PORT = 1, 2


def model_on(place: Place, port: int, _file: str) -> Service:
    """Behaves as the model server does: exit code 3 when it cannot listen."""
    code = f"import sys, time; {port} == 1 and sys.exit(3); print('listening', flush=True); time.sleep(60)"
    return Service(
        "model", (sys.executable, "-S", "-c", code), has_logged("listening"), {}, folder=place.var,
        log=place.var / "model.log",
    )  # fmt: skip


def test_model_server_gets_another_port_when_somebody_was_faster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_servers, "choose_port", lambda _var, _name: FREE_PORT)
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.01)
    place, watching = Place(tmp_path, tmp_path, 8000), Supervisor(tmp_path / "services.json")
    watching.add(model_on(place, PORT_TAKEN_BY_A_FASTER_ONE, ""))
    try:
        settled = launcher._settle(
            watching, place, "model", PORT_TAKEN_BY_A_FASTER_ONE, lambda port: model_on(place, port, "")
        )
        assert settled == FREE_PORT
        assert watching.wait_until_ready("model") == []
    finally:
        watching.stop([])


def test_port_of_the_model_server_is_kept_while_it_is_free(tmp_path: Path) -> None:
    first = model_servers.choose_port(tmp_path)
    assert model_servers.choose_port(tmp_path) == first
    assert (tmp_path / "model-port").read_text() == str(first)
