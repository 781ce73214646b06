"""Why a person looks: asked for once, settled one by one, and a mark that was shown stays shown."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.attempts.models import Attempt
from courses.attempts.reasons import is_drawn, is_near
from courses.attempts.services import append_human_score, ask_for_review, review_done
from courses.catalog.models import Course, Exercise
from courses.review.selectors import counts, queue
from tests.courses.recorded import exercise_for, submitted
from tests.factories.people import make_grader, make_student


@pytest.fixture
def attempt(db: None) -> Attempt:
    exercise = exercise_for()
    return submitted(make_student(course=exercise.module.course), exercise)


def test_released_mark_that_is_asked_about_waits_and_stays_shown(attempt: Attempt) -> None:
    grace = make_grader(course=attempt.exercise.module.course)
    shown = attempt.released_at
    assert shown is not None
    assert list(queue(grace)) == []

    for _twice in range(2):
        ask_for_review(attempt=attempt, reason="flagged")
    ask_for_review(attempt=attempt, reason="inquiry")

    attempt.refresh_from_db()
    assert (attempt.review_reasons, attempt.released_at) == (["flagged", "inquiry"], shown)
    assert list(queue(grace)) == list(queue(grace, filter="flagged")) == [attempt]
    assert (counts(grace)["waiting"], counts(grace)["flagged"]) == (1, 1)

    review_done(attempt=attempt, reason="flagged")
    assert list(queue(grace, filter="inquiry")) == [attempt]
    review_done(attempt=attempt)
    assert list(queue(grace)) == []


def test_mark_that_was_held_back_waits_until_somebody_decides(attempt: Attempt) -> None:
    Exercise.objects.update(release=Exercise.Release.AFTER_REVIEW)
    exercise = Exercise.objects.select_related("module__course").get()
    held = submitted(make_student(course=exercise.module.course), exercise)

    review_done(attempt=held)

    assert list(queue(make_grader(course=exercise.module.course))) == [held]


def test_decision_settles_what_it_answers(attempt: Attempt) -> None:
    grace = make_grader(course=attempt.exercise.module.course)
    for reason in ("flagged", "boundary", "inquiry"):
        ask_for_review(attempt=attempt, reason=reason)

    append_human_score(attempt=attempt, by=grace, value=0.5, reason="Half.")

    attempt.refresh_from_db()
    assert attempt.review_reasons == ["inquiry"]  # the student still waits for the answer


def test_course_has_marks_near_the_pass_mark_and_a_sample_of_the_others_looked_at(attempt: Attempt) -> None:
    course = attempt.exercise.module.course
    Course.objects.update(review={"boundary": 0.1, "audit": 1.0})
    near, far = (exercise_for(module=attempt.exercise.module, pass_mark=pass_mark) for pass_mark in (0.95, 0.5))

    found = [submitted(make_student(course=course), Exercise.objects.get(pk=each.pk)) for each in (near, far)]

    assert [each.review_reasons for each in found] == [["boundary", "audit"], ["audit"]]
    assert all(each.released_at for each in found)  # looked at, not held back


def test_unknown_reason_is_a_mistake_of_the_program(attempt: Attempt) -> None:
    with pytest.raises(ValueError, match="no reason"):
        ask_for_review(attempt=attempt, reason="curious")


@given(number=st.uuids(), one=st.floats(0, 1), other=st.floats(0, 1))
def test_larger_sample_holds_the_smaller(number: UUID, one: float, other: float) -> None:
    small, large = sorted([one, other])

    assert is_drawn(number, large) >= is_drawn(number, small)
    assert is_drawn(number, 1.0)
    assert not is_drawn(number, 0.0)


def test_sample_has_about_the_size_that_was_asked_for() -> None:
    drawn = sum(is_drawn(uuid4(), 0.2) for _number in range(5000))

    assert 850 <= drawn <= 1150  # five standard deviations


@pytest.mark.parametrize(
    ("value", "distance", "near"),
    [(0.5, 0.1, True), (0.6, 0.1, True), (0.4, 0.1, True), (0.601, 0.1, False), (0.5, 0.0, False), (None, 1, False)],
)
def test_near_the_pass_mark_on_either_side(value: float | None, distance: float, near: bool) -> None:
    assert is_near(value, 0.5, distance) is near
