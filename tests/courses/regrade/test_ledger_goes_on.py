"""What happens to a mark between a preview, its application and a rollback is not lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from athanor.accounts.models import User
from courses.attempts import extensions, selectors, services
from courses.attempts.models import Attempt, Score
from courses.catalog.models import Exercise
from courses.gradebook import releasing
from courses.notices.models import Notice
from courses.regrade import services as regrades
from tests.courses.regrade.together import change_rubric, class_of, finish

Class = tuple[Exercise, User, list[Attempt]]


@pytest.fixture
def room(db: None) -> Class:
    """Two marks, late: half of them is left. Under the new rubric the first rises and the second falls."""
    late = {"steps": [{"after": "0 min", "credit": 0.5}]}
    exercise, ines, attempts = class_of("world", "hello", due_at=timezone.now() - timedelta(hours=2), late=late)
    change_rubric(exercise, "world")
    return exercise, ines, attempts


def more_time(room: Class, attempt: Attempt) -> None:
    extensions.grant(
        course=room[0].module.course, exercise=room[0], by=room[1], reason="ill", student=attempt.student,
        due_at=timezone.now() + timedelta(hours=1),
    )  # fmt: skip


def marks(room: Class) -> list[tuple[float | None, float]]:
    found = [selectors.current_score(each) for each in room[2]]
    return [(score.value, score.late_credit) for score in found if score]


def test_more_time_given_before_a_rollback_stays(room: Class) -> None:
    exercise, ines, attempts = room
    regrade = finish(regrades.prepare(exercise=exercise, by=ines, note="x"))
    regrade = finish(regrades.apply(regrade=regrade, by=ines))
    assert marks(room) == [(0.5, 0.5), (0.0, 0.5)]
    more_time(room, attempts[1])

    regrade = finish(regrades.roll_back(regrade=regrade, by=ines))

    assert (regrade.state, marks(room)) == ("reverted", [(0.0, 0.5), (1.0, 1.0)])


def test_more_time_given_after_the_preview_is_no_reason_to_leave_a_mark_alone(room: Class) -> None:
    exercise, ines, attempts = room
    regrade = finish(regrades.prepare(exercise=exercise, by=ines, note="x"))
    more_time(room, attempts[0])

    finish(regrades.apply(regrade=regrade, by=ines))

    assert marks(room) == [(1.0, 1.0), (0.0, 0.5)]


def test_reasons_to_look_outlive_a_regrade_and_its_rollback(room: Class) -> None:
    exercise, ines, attempts = room
    Attempt.objects.update(released_at=None, review_reasons=["unscored", "flagged"])
    regrade = finish(regrades.prepare(exercise=exercise, by=ines, note="x"))
    regrade = finish(regrades.apply(regrade=regrade, by=ines))
    attempts[0].refresh_from_db()
    assert (attempts[0].review_reasons, attempts[0].released_at is None) == (["flagged"], False)
    services.ask_for_review(attempt=attempts[0], reason="inquiry")

    finish(regrades.roll_back(regrade=regrade, by=ines))

    attempts[0].refresh_from_db()
    assert (attempts[0].review_reasons, attempts[0].released_at) == (["unscored", "flagged", "inquiry"], None)


def test_students_whose_mark_moves_are_told_why(room: Class) -> None:
    exercise, ines, attempts = room
    change_rubric(exercise, "world", "wide")
    regrade = finish(regrades.prepare(exercise=exercise, by=ines, note="The question was unclear.", never_lower=True))
    assert not Notice.objects.filter(kind="mark_moved").exists()

    regrade = finish(regrades.apply(regrade=regrade, by=ines))

    notice = Notice.objects.get(kind="mark_moved")
    assert (notice.user, notice.kind, notice.body["en"]) == (
        attempts[0].student, "mark_moved", "The question was unclear.",
    )  # fmt: skip
    finish(regrades.roll_back(regrade=regrade, by=ines))
    assert "is what it was before" in Notice.objects.get(kind="mark_moved").title["en"]


@pytest.mark.parametrize("moment", ["before", "previewed", "applied", "reverted"])
@pytest.mark.parametrize("unscored", [False, True])
def test_more_time_counts_whenever_it_was_given(room: Class, moment: str, unscored: bool) -> None:
    exercise, ines, attempts = room
    if unscored:
        Score.objects.bulk_create([
            Score(attempt=each, origin="auto", rubric=exercise.rubric, late_credit=0.5) for each in attempts
        ])  # fmt: skip
    steps: dict[str, Callable[[Any], Any]] = {
        "before": lambda regrade: finish(regrades.prepare(exercise=exercise, by=ines, note="x")),
        "previewed": lambda regrade: finish(regrades.apply(regrade=regrade, by=ines)),
        "applied": lambda regrade: finish(regrades.roll_back(regrade=regrade, by=ines)),
        "reverted": lambda regrade: regrade,
    }
    regrade = None
    for name, step in steps.items():
        if name == moment:
            more_time(room, attempts[0])
        regrade = step(regrade)
        if name == "previewed":
            assert extensions.recompute(Attempt.objects.all()) == 0
            assert marks(room) == [(0.5, 0.5) if moment in ("applied", "reverted") else (1.0, 1.0), (0.0, 0.5)]

    assert extensions.recompute(Attempt.objects.all()) == 0
    assert [value for value, _ in marks(room)] == ([None, None] if unscored else [0.0, 0.5])
    again = finish(regrades.prepare(exercise=exercise, by=ines, note="x"))
    finish(regrades.apply(regrade=again, by=ines))
    assert marks(room) == [(1.0, 1.0), (0.0, 0.5)]


def hidden(attempt: Attempt, *reasons: str) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(released_at=None, review_reasons=list(reasons))


def seen(attempt: Attempt) -> tuple[bool, list[str]]:
    attempt.refresh_from_db()
    return attempt.released_at is not None, attempt.review_reasons


def test_mark_that_a_person_hid_stays_hidden(room: Class) -> None:
    exercise, ines, attempts = room
    releasing.ask(exercise=exercise, by=ines, action="hide")
    hidden(attempts[1])  # somebody was through with its reasons, and did not show it
    regrade = finish(regrades.prepare(exercise=exercise, by=ines, note="x"))

    regrade = finish(regrades.apply(regrade=regrade, by=ines))

    assert [seen(each) for each in attempts] == [(False, ["policy"]), (False, [])]
    assert not Notice.objects.filter(kind="mark_moved").exists()
    releasing.ask(exercise=exercise, by=ines, action="show")
    finish(regrades.roll_back(regrade=regrade, by=ines))
    assert [seen(each) for each in attempts] == [(True, []), (True, [])]


def test_mark_that_is_hidden_after_a_regrade_stays_so_after_its_rollback(room: Class) -> None:
    exercise, ines, attempts = room
    hidden(attempts[0], "unscored")
    regrade = finish(regrades.prepare(exercise=exercise, by=ines, note="x"))
    regrade = finish(regrades.apply(regrade=regrade, by=ines))
    assert seen(attempts[0]) == (True, [])
    releasing.ask(exercise=exercise, by=ines, action="hide")

    finish(regrades.roll_back(regrade=regrade, by=ines))

    assert [seen(each) for each in attempts] == [(False, ["unscored", "policy"]), (False, ["policy"])]
