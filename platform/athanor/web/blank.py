"""The criteria of a rubric as an empty form, for whoever marks without knowing how others did."""

from collections.abc import Mapping, Sequence
from typing import Any

from athanor.accounts.models import User
from athanor.web.result import work_context
from athanor.web.steps import number, steps_of
from athanor.web.talk import Talk
from courses.attempts.models import Attempt
from courses.grading.findings import Stored, leaves
from courses.people import rules


def blank_context(attempt: Attempt, user: User) -> dict[str, Any]:
    """The work as the student made it, without any mark, name, or words of those who marked it."""
    with rules.asked_once():
        return {**work_context(attempt, user, judged=True), "talk": Talk([]), "named": False, "quotes": []}


def criteria(findings: Sequence[Stored], typed: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row per criterion, with what was clicked already."""
    chosen = [(found, _chosen(typed, found["id"])) for found in leaves(findings)]
    return [{"finding": found, "steps": steps_of(score), "chosen": score} for found, score in chosen]


def _chosen(typed: Mapping[str, Any], name: str) -> float | None:
    try:
        return number(str(typed.get(f"score-{name}", "")), 1.0)
    except ValueError:
        return None


def scores_of(findings: Sequence[Stored], typed: Mapping[str, Any]) -> dict[str, float]:
    """What was clicked, by id; what was not, or is no number, is missing."""
    found = {each["id"]: _chosen(typed, each["id"]) for each in leaves(findings)}
    return {name: score for name, score in found.items() if score is not None}


def beside(findings: Sequence[Stored], scores: Mapping[str, float]) -> list[dict[str, Any]]:
    """Two people's scores of each criterion."""
    return [{"finding": found, "one": found["score"], "other": scores.get(found["id"])} for found in leaves(findings)]
