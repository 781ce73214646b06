"""Which waiting runs of the same attempt a newer run makes pointless, kind by kind."""

import json
from typing import Any

import pytest

from courses.kinds.registry import all_kinds
from courses.kinds.work import Run, Work

TOOL = {"type": "object", "properties": {"a": {"type": "integer", "description": "a number"}}}
DEFINITIONS = json.dumps([{"name": "add", "description": "Add two numbers", "parameters": TOOL}])
SPECS: dict[str, dict[str, Any]] = {
    "chat": {},
    "image": {"budget": 1},
    "decoding_lab": {"run_limit": 1},
    "function_calling": {
        "task": "definitions",
        "functions": [{"name": "add", "parameters": TOOL}],
        "cases": [{"id": name, "question": name, "visible": True} for name in ("one", "two")],
    },
}


def replaced(slug: str, older: dict[str, Any], newer: dict[str, Any], state: str = "queued") -> tuple[str, ...]:
    kind = all_kinds()[slug]
    assert kind.run is not None
    assert kind.plan_run is not None
    waiting = Run("old", None, kind.run.model_validate(older).model_dump(mode="json"), state, None)
    spec = kind.spec.model_validate(SPECS[slug])
    return kind.plan_run(spec, Work([waiting]), kind.run.model_validate(newer), "new").replaces


@pytest.mark.parametrize(
    ("slug", "older", "newer"),
    [
        ("image", {"prompt": "a sea"}, {"prompt": "a calm sea"}),
        ("decoding_lab", {"text": "Is it?"}, {"text": "Was it?"}),
        (
            "function_calling",
            {"definitions": DEFINITIONS, "case": "one"},
            {"definitions": DEFINITIONS + " ", "case": "one"},
        ),
    ],
)
def test_newer_draft_replaces_and_the_older_one_does_not_count(
    slug: str, older: dict[str, Any], newer: dict[str, Any]
) -> None:
    assert replaced(slug, older, newer) == ("run:old",)


@pytest.mark.parametrize(
    ("slug", "older", "newer"),
    [
        ("chat", {"text": "Hello"}, {"text": "Hello"}),  # a branch of its own; a repetition has its Idempotency-Key
        ("function_calling", {"definitions": DEFINITIONS, "case": "one"}, {"definitions": DEFINITIONS, "case": "two"}),
    ],
)
def test_another_question_replaces_nothing(slug: str, older: dict[str, Any], newer: dict[str, Any]) -> None:
    assert replaced(slug, older, newer) == ()


@pytest.mark.parametrize("state", ["leased", "running", "cancelled"])
def test_only_what_waits_is_replaced(state: str) -> None:
    older = {"definitions": DEFINITIONS, "case": "one"}
    assert replaced("function_calling", older, older, state) == ()


def test_other_tools_of_a_lab_wait_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SPECS, "decoding_lab", {})
    assert replaced("decoding_lab", {"text": "Is it?"}, {"tool": "tokenize", "text": "Is it?"}) == ()
