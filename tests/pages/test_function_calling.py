"""The pages of a function-calling exercise, without a server and without scripts."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from athanor.accounts.models import User
from courses.attempts.models import Attempt
from tests.pages.calls import DEFINITIONS, LOOP, called, calls_exercise, handed_in, marked, tried
from tests.pages.conftest import School
from tests.pages.html import problems_of
from workers.scheduling.models import Job

As = Callable[[User | None], Client]
TASKS: dict[str, dict[str, Any]] = {
    "definitions": {},
    "pipeline": {"task": "pipeline", "ways": ["free", "schema"], "temperature": {}, "retries": 1},
    "tool_loop": LOOP,
    "results_file": {"task": "results_file"},
}


@pytest.mark.parametrize(("task", "language"), [*zip(TASKS, ["en", "fr", "en", "fr"], strict=True)])
def test_workspace_of_every_task_is_well_formed(task: str, language: str, school: School, as_: As) -> None:
    User.objects.update(language=language)
    exercise = calls_exercise(school.exercise.module, **TASKS[task])
    client, address = as_(school.student), school.address.replace("hello", exercise.slug)

    before = client.get(address).content.decode()
    begun = client.post(address, {"begin": "1"})
    page = client.get(address).content.decode()

    assert begun.status_code == 302
    assert problems_of(before) == []
    assert problems_of(page) == []
    assert "How many are 40 and 2?" not in page or task == "results_file"
    assert Attempt.objects.get(exercise=exercise).runs.count() == 0


def test_a_try_shows_what_differs_and_keeps_what_was_written(school: School, as_: As) -> None:
    exercise = calls_exercise(school.exercise.module)
    client, address = as_(school.student), school.address.replace("hello", exercise.slug)
    client.post(address, {"begin": "1"})
    attempt = Attempt.objects.get(exercise=exercise)

    sent = client.post(f"/attempts/{attempt.pk}/runs/", {"definitions": DEFINITIONS, "case": "open"})
    called(attempt.runs.get().job, {"a": 2, "b": 4})
    page = client.get(sent["Location"]).content.decode()

    assert problems_of(page) == []
    assert "b: got 4, expected 3." in page
    assert "add(a=2, b=4)" in page
    assert page.count("Add two numbers") >= 1  # still in the editor
    assert Job.objects.get(pk=attempt.runs.get().job_id).request["tools"][0]["function"]["name"] == "add"


@pytest.mark.parametrize(
    ("definitions", "said"),
    [
        ('[\n  {"name": "add",\n   "name": "sub"}\n]', "Line 3, column 4"),
        ('[{"name": "add"}, {"name": "add"}]', "Two functions are called add"),
        (
            '[{"name": "add", "parameters": {"type": "object", "properties": {"a": {"$ref": "file:///etc/x"}}}}]',
            "leads out",
        ),
        ("[" * 200 + "]" * 200, "nested deeper"),
        ('[{"name": "add", "x": 1e400}]', "too large a number"),
        ("[}", "Line 1, column 2"),
    ],
)
def test_unusable_definitions_are_refused_with_their_line_and_kept(
    definitions: str, said: str, school: School, as_: As
) -> None:
    exercise = calls_exercise(school.exercise.module)
    run = tried(school.student, exercise)

    response = as_(school.student).post(f"/attempts/{run.attempt_id}/submit/", {"definitions": definitions})

    assert response.status_code == 422
    assert said in response.content.decode()
    assert run.attempt.state == Attempt.State.OPEN


def test_notes_name_the_line_of_a_mistake_in_the_draft(school: School, as_: As) -> None:
    exercise = calls_exercise(school.exercise.module)
    run, client = tried(school.student, exercise), as_(school.student)

    client.post(
        f"/attempts/{run.attempt_id}/draft/",
        {"definitions": '[\n{"name": "add",\n"parameters": {"a": {"type": "int"}}}]'},
    )
    notes = client.get(f"/attempts/{run.attempt_id}/notes/").content.decode()

    assert 'data-line="3"' in notes
    assert "int" in notes


def test_a_tool_loop_goes_on_turn_by_turn(school: School, as_: As) -> None:
    exercise = calls_exercise(school.exercise.module, **LOOP)
    client, run = as_(school.student), tried(school.student, exercise, prompt="Add.")
    called(run.job, {"a": 2, "b": 3})
    address = school.address.replace("hello", exercise.slug)

    first = client.get(address).content.decode()
    client.post(f"/attempts/{run.attempt_id}/runs/", {"prompt": "Add.", "case": "open", "parent": str(run.pk)})
    request = run.attempt.runs.exclude(pk=run.pk).get().job.request

    assert "busy" in first
    assert "Next turn" in first
    assert [message["role"] for message in request["messages"]] == ["system", "user", "assistant", "tool"]


def test_result_page_counts_the_jobs_and_then_shows_case_by_case(school: School, as_: As) -> None:
    exercise = calls_exercise(school.exercise.module)
    attempt = handed_in(school.student, exercise)
    client = as_(school.student)

    waiting = client.get(f"/attempts/{attempt.pk}/").content.decode()
    marked(attempt)
    page = client.get(f"/attempts/{attempt.pk}/").content.decode()

    assert "0 of 3" in waiting
    assert problems_of(page) == []
    assert "1 of 3 runs are right" in page
    assert "b: got 4, expected 3." in page
    assert "Sums" in page
    for hidden in ("How many are 40 and 2?", "a=40", "dear machine"):
        assert hidden not in page
        assert hidden not in client.get(f"/attempts/{attempt.pk}/status/").content.decode()
    review = as_(school.grader).get(f"/review/{attempt.pk}/").content.decode()
    assert problems_of(review) == []
    assert "How many are 40 and 2?" in review


@pytest.mark.parametrize(("name", "arguments"), [("name", "parameters"), ("fn_name", "args")])
def test_results_are_uploaded_in_either_spelling(name: str, arguments: str, school: School, as_: As) -> None:
    exercise = calls_exercise(school.exercise.module, task="results_file")
    client, address = as_(school.student), school.address.replace("hello", exercise.slug)
    client.post(address, {"begin": "1"})
    attempt = Attempt.objects.get(exercise=exercise)
    rows = [{"prompt": "What is 2 plus 3?", name: "add", arguments: {"a": 2, "b": 3}}]
    file = SimpleUploadedFile("function_calling_results.json", json.dumps(rows).encode())

    client.post(f"/attempts/{attempt.pk}/submit/", {"results_file": file, "results": ""})

    page = client.get(f"/attempts/{attempt.pk}/").content.decode()
    assert "2 of 3 runs are right" in page
    assert "Sums" in page


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"x" * 5_000_000, "1,000,000"),
        (b"\xff\xfe[", "not valid JSON"),
        (b'{"prompt": 1}', "a list"),
        (b"[1e999]", "too large"),
    ],
)
def test_a_bad_upload_is_refused_in_words(file: bytes, said: str, school: School, as_: As) -> None:
    exercise = calls_exercise(school.exercise.module, task="results_file")
    client, address = as_(school.student), school.address.replace("hello", exercise.slug)
    client.post(address, {"begin": "1"})
    attempt = Attempt.objects.get(exercise=exercise)

    response = client.post(f"/attempts/{attempt.pk}/submit/", {"results_file": SimpleUploadedFile("r.json", file)})

    assert response.status_code == 422
    assert said in response.content.decode()
    assert Attempt.objects.get(pk=attempt.pk).state == Attempt.State.OPEN
