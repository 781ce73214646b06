"""Prompts of reference answers go to models: the machinery is what is tested, with answers that are made up."""

from pathlib import Path
from typing import Any

from courses.catalog.load import load
from courses.catalog.rehearsal import Rehearsed, Unanswered, rehearse
from tests.courses.catalog.folders import EXERCISE, make_course_folder
from workers.backends.requests import ChatRequest, ChatResult
from workers.scheduling.spec import JobSpec

TURNS = "{turns: [{prompt: One, answer: x}, {prompt: Two, answer: hello}]}"
PROBED = EXERCISE.replace("turn_limit: 3", "turn_limit: 3\n  probes: [{id: p, turns: [Probe]}]").replace(
    "work: {turns: [{prompt: Hi, answer: hello}]}", f"work: {TURNS}, model_score: [0.9, 1]"
)


def rehearsed(tmp_path: Path, exercise: str, said: str) -> tuple[list[Rehearsed], list[list[str]]]:
    asked: list[list[str]] = []

    def ask(job: JobSpec) -> dict[str, Any]:
        assert isinstance(job.request, ChatRequest)
        asked.append([message.content for message in job.request.messages])
        return ChatResult(text=said, finish="stop").model_dump(mode="json")

    return list(rehearse(load(make_course_folder(tmp_path, exercise=exercise)), ask)), asked


def test_runs_and_probes_are_asked_in_order_and_marked(tmp_path: Path) -> None:
    [found], asked = rehearsed(tmp_path, PROBED, "Why, hello.")

    assert (found.exercise, found.score, found.problem) == ("hello", 1.0, None)
    assert asked == [["One"], ["One", "Why, hello.", "Two"],
                     ["One", "Why, hello.", "Two", "Why, hello.", "Probe"]]  # fmt: skip


def test_mark_outside_of_what_was_declared_is_a_problem(tmp_path: Path) -> None:
    [found], _asked = rehearsed(tmp_path, PROBED, "Bye.")

    assert str(found.problem) == (
        "greeting/01-start/exercises/hello.yml:15: 'good': with a model's answers it gets 0.000; declared: 0.9 to 1"
    )


def test_mark_that_nobody_declared_is_only_told(tmp_path: Path) -> None:
    [found], _asked = rehearsed(tmp_path, EXERCISE, "Bye.")

    assert (found.score, found.problem) == (0.0, None)


def test_prompt_that_a_student_could_not_send_is_a_problem(tmp_path: Path) -> None:
    [found], asked = rehearsed(tmp_path, PROBED.replace("turn_limit: 3", "turn_limit: 1"), "hello")

    assert found.problem is not None
    assert len(asked) == 1


def test_without_a_model_nothing_is_wrong(tmp_path: Path) -> None:
    def ask(job: JobSpec) -> dict[str, Any]:
        raise Unanswered("no server answers for 'chat-small'")

    [found] = rehearse(load(make_course_folder(tmp_path)), ask)

    assert (found.said, found.problem) == ("no server answers for 'chat-small'", None)
