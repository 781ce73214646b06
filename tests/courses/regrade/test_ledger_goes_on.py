"""What happens to a mark between a preview, its application and a rollback is not lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from athanor.accounts.models import User
from courses.attempts import extensions, selectors, services
from courses.attempts.models import Attempt
from courses.catalog.models import Exercise
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
