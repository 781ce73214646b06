"""What editors are told agrees with what the loader reads."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from django.core.management import call_command
from django.test import Client

from courses.catalog import yaml_nodes
from courses.catalog.folders import LIBRARY
from courses.catalog.json_schema import schemas
from tests.courses.catalog.folders import EXERCISE

FILES = {"course.yml": "course.json", "module.yml": "module.json"}


def errors(name: str, text: str) -> list[str]:
    validator = jsonschema_rs.validator_for(schemas()[name])
    return [error.message for error in validator.iter_errors(yaml_nodes.parse(text).data)]


def test_starter_courses_fit() -> None:
    wrong = {
        path.relative_to(LIBRARY).as_posix(): found
        for path in sorted(LIBRARY.rglob("*.yml"))
        if (found := errors(FILES.get(path.name, "exercise.json"), path.read_text(encoding="utf-8")))
    }

    assert wrong == {}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("turn_limit: 3", "turn_limits: 3"), "Additional properties are not allowed ('turn_limits' was unexpected)"),
        (("{terms: [hello]}", "{term: [hello]}"), '"params":{"term":["hello"]},"title"'),
        (("kind: chat", "kind: chess"), '"chess" is not one of'),
        (("criterion: contains", "criterion: conteins"), "is not valid under any of the schemas listed in the 'anyOf'"),
        (("prompt: Hi", "promt: Hi"), "Additional properties are not allowed ('promt' was unexpected)"),
        (("kind: chat", "due_at: week 3 friday\nkind: chat"), '"week 3 friday" is not valid under any'),
    ],
)
def test_mistake_is_found_while_writing(change: tuple[str, str], said: str) -> None:
    found = " ".join(errors("exercise.json", EXERCISE.replace(*change)))

    assert said in found


def test_relative_date_and_missing_rubric_are_fine() -> None:
    assert errors("exercise.json", f"due_at: week 3 friday 23:59\n{EXERCISE}") == []


def test_command_and_address_give_the_same(tmp_path: Path) -> None:
    call_command("course_schema", tmp_path, stdout=StringIO())
    written: Any = json.loads((tmp_path / "exercise.json").read_text(encoding="utf-8"))

    assert Client().get("/schemas/exercise.json").json() == written
    assert Client().get("/schemas/gone.json").status_code == 404
