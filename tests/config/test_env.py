"""A wrong setting fails with a sentence that names it."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from athanor.config import env, secret_key

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(("raw", "value"), [("1", True), ("yes", True), ("Off", False), ("0", False), ("", True)])
def test_bool_is_read_in_the_usual_spellings(monkeypatch: pytest.MonkeyPatch, raw: str, *, value: bool) -> None:
    monkeypatch.setenv("DEMO_X", raw)
    assert env.env_bool("DEMO_X", default=True) is value


@pytest.mark.parametrize(
    ("read", "sentence"),
    [
        (
            lambda: env.env_bool("DEMO_X", default=False),
            "DEMO_X='maybe' is neither yes nor no. Write DEMO_X=1 or DEMO_X=0.",
        ),
        (lambda: env.env_int("DEMO_X", default=1), "DEMO_X='maybe' is not a whole number."),
        (lambda: env.env_choice("DEMO_X", ("en", "fr")), "DEMO_X='maybe' is none of en, fr."),
    ],
)
def test_wrong_value_is_refused_with_its_name(monkeypatch: pytest.MonkeyPatch, read: object, sentence: str) -> None:
    monkeypatch.setenv("DEMO_X", "maybe")
    with pytest.raises(ImproperlyConfigured) as refusal:
        read()  # type: ignore[operator]
    assert str(refusal.value) == sentence


def test_number_outside_its_range_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_X", "70000")
    with pytest.raises(ImproperlyConfigured, match="DEMO_X=70000 is outside 1…65535"):
        env.env_int("DEMO_X", default=1, least=1, most=65535)


def test_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the file\n")
    monkeypatch.setenv("DEMO_X_FILE", str(tmp_path / "secret"))
    assert env.env_secret("DEMO_X") == "from the file"
    monkeypatch.setenv("DEMO_X_FILE", str(tmp_path / "missing"))
    with pytest.raises(ImproperlyConfigured, match=r"DEMO_X_FILE=.*cannot be read: No such file"):
        env.env_secret("DEMO_X")


def test_signing_key_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "secret-key"
    first = secret_key.read_or_make("", path)
    assert len(first) >= 50
    assert path.stat().st_mode & 0o777 == 0o600
    assert secret_key.read_or_make("", path) == first
    assert secret_key.read_or_make("given", path) == "given"


@pytest.mark.parametrize(
    ("variables", "expression", "value"),
    [
        ({}, "settings.DEMO", "False"),
        ({"ATHANOR_DEMO": "1"}, "settings.DEMO", "True"),
        ({"LANGUAGE": "de_AT:de"}, "settings.LANGUAGE_CODE", "en"),  # a shell's variable, not ours
        ({"SITE_LANGUAGE": "fr"}, "settings.LANGUAGE_CODE", "fr"),
        (
            {"REDIS_URL": "redis://box:1/2"},
            "settings.CELERY_BROKER_URL, settings.REDIS_IS_EMBEDDED",
            "redis://box:1/2 False",
        ),
    ],
)
def test_settings_follow_the_environment(
    tmp_path: Path, variables: dict[str, str], expression: str, value: str
) -> None:
    program = f"from django.conf import settings; print({expression})"
    environment = {
        "ATHANOR_VAR": str(tmp_path), "ATHANOR_ENV_FILE": "/nonexistent", "PATH": "/usr/bin",
        "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}", "DJANGO_SETTINGS_MODULE": "athanor.config.settings", **variables,
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", program], env=environment, text=True, capture_output=True, check=True)
    assert done.stdout.strip() == value


def test_env_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / "my.env").write_text("PORT=9001\nTIME_ZONE=Europe/Paris\n")
    environment = {
        "ATHANOR_VAR": str(tmp_path), "ATHANOR_ENV_FILE": str(tmp_path / "my.env"), "PORT": "9002",
        "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}", "DJANGO_SETTINGS_MODULE": "athanor.config.settings",
    }  # fmt: skip
    program = "from django.conf import settings; print(settings.PORT, settings.TIME_ZONE)"
    done = subprocess.run([sys.executable, "-c", program], env=environment, text=True, capture_output=True, check=True)
    assert done.stdout.strip() == "9002 Europe/Paris"


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"PORT": "abc"}, "A setting is wrong: PORT='abc' is not a whole number."),
        (
            {"ATHANOR_VAR": "/dev/null/x"},
            "A setting is wrong: ATHANOR_VAR='/dev/null/x' cannot be used: Not a directory.",
        ),
        (
            {"DATABASE_URL": "box:secret@5432"},
            (
                "A setting is wrong: DATABASE_URL is no address of a database. "
                "It looks like postgres://user:password@host:5432/name."
            ),
        ),
    ],
)
def test_command_with_a_wrong_setting_says_one_sentence(
    tmp_path: Path, variables: dict[str, str], sentence: str
) -> None:
    environment = {"ATHANOR_VAR": str(tmp_path), "ATHANOR_ENV_FILE": "/nonexistent", "PATH": "/usr/bin", **variables}
    done = subprocess.run(
        [sys.executable, "manage.py", "up"], cwd=ROOT, env=environment, text=True, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr.strip(), done.stdout) == (1, sentence, "")
