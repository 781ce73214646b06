"""Graders decide; a machine never overwrites them, and they never overwrite each other by accident."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from athanor.accounts.models import User
from courses.attempts import selectors as attempts
from courses.attempts.errors import NotReviewable
from courses.attempts.models import Attempt, Score
from courses.attempts.reasons import REASONS
from courses.attempts.services import collect, release
from courses.catalog.models import Exercise
from courses.people.errors import Denied, Hidden
from courses.review import selectors, services
from courses.review.errors import Changed, Claimed, Incomplete, UnknownCriterion
from courses.review.models import Claim
from tests.courses.recorded import exercise_for, submitted
from tests.courses.together import run_together
from tests.factories.people import make_grader, make_instructor, make_student

TWO: dict[str, Any] = {
    "items": [
        {"id": "one", "title": {"en": "One"}, "criterion": "contains", "params": {"terms": ["hello"]}},
        {"id": "two", "title": {"en": "Two"}, "criterion": "contains", "params": {"terms": ["world"]}},
    ]
}
UNSURE: dict[str, Any] = {
    "items": [{"id": "lang", "title": {"en": "French"}, "criterion": "language", "params": {"languages": ["fr"]}}]
}


@pytest.fixture
def exercise(db: None) -> Exercise:
    return exercise_for(rubric=TWO)


@pytest.fixture
def attempt(exercise: Exercise) -> Attempt:
    return submitted(make_student(course=exercise.module.course), exercise)


@pytest.fixture
def bob(exercise: Exercise) -> User:
    return make_grader(course=exercise.module.course, username="bob")


def unsure_attempt(exercise: Exercise) -> Attempt:
    other = exercise_for(module=exercise.module, rubric=UNSURE)
    return submitted(make_student(course=exercise.module.course), other)


def test_changed_criterion_moves_the_mark_and_the_student_sees_who_and_why(attempt: Attempt, bob: User) -> None:
    score = services.decide(attempt=attempt, grader=bob, changes={"two": 1.0}, reason="The planet is meant.")

    attempt.refresh_from_db()
    mark = attempts.visible_score(attempt, attempt.student)
    assert mark is not None
    assert (score.value, score.points) == (1.0, Decimal("10.00"))
    assert (mark.human, mark.decided_by, mark.reason, mark.value) == (True, bob, "The planet is meant.", 1.0)
    assert [found["data"].get("machine_score") for found in mark.findings] == [None, 0.0]
    assert attempt.scores.count() == 2


def test_whole_mark_and_mark_as_it_stands(attempt: Attempt, bob: User) -> None:
    first = services.decide(attempt=attempt, grader=bob, value=0.9, reason="Original idea.")
    again = services.decide(attempt=attempt, grader=bob, reason="Seen again.", seen_score_id=first.pk)

    assert (first.value, again.value) == (0.9, 0.9)


def test_machine_score_after_a_person_does_not_count(attempt: Attempt, bob: User) -> None:
    human = services.decide(attempt=attempt, grader=bob, value=0.25, reason="Copied.")
    Score.objects.create(attempt=attempt, origin="auto", value=1.0, rubric=attempt.rubric, grader_version="later")

    assert attempts.current_score(attempt) == human
    Attempt.objects.filter(pk=attempt.pk).update(state=Attempt.State.SUBMITTED)
    collect(attempt.pk)
    assert attempts.current_score(attempt) == human


def test_decision_on_an_old_screen_is_refused(attempt: Attempt, bob: User) -> None:
    eve = make_instructor(course=attempt.exercise.module.course)
    seen = attempts.current_score(attempt)
    assert seen is not None
    services.decide(attempt=attempt, grader=bob, value=0.3, reason="First.", seen_score_id=seen.pk)

    with pytest.raises(Changed) as caught:
        services.decide(attempt=attempt, grader=eve, value=0.8, reason="Second.", seen_score_id=seen.pk)

    assert caught.value.current.decided_by == bob
    newest = caught.value.current.pk
    assert services.decide(attempt=attempt, grader=eve, value=0.8, reason="Second.", seen_score_id=newest).value == 0.8


def test_withheld_mark_needs_a_score_before_it_can_be_decided(exercise: Exercise, bob: User) -> None:
    attempt = unsure_attempt(exercise)
    assert (attempt.review_reasons, attempt.released_at) == (["unscored"], None)

    with pytest.raises(Incomplete):
        services.decide(attempt=attempt, grader=bob, reason="As it is.")
    with pytest.raises(NotReviewable) as caught:
        release(attempt=attempt, by=bob)
    assert caught.value.code == "no_mark"

    services.decide(attempt=attempt, grader=bob, changes={"lang": 0.5}, reason="Half of it.")
    attempt.refresh_from_db()
    assert (attempt.review_reasons, attempt.released_at is not None) == ([], True)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"changes": {"nope": 1.0}, "reason": "x"}, UnknownCriterion),
        ({"value": 1.5, "reason": "x"}, NotReviewable),
        ({"value": float("nan"), "reason": "x"}, NotReviewable),
        ({"changes": {"two": 7.0}, "reason": "x"}, NotReviewable),
        ({"changes": {"two": -1.0, "one": 1.0}, "reason": "x"}, NotReviewable),
        ({"value": 0.5, "reason": "  "}, NotReviewable),
    ],
)
def test_senseless_decision_is_refused(attempt: Attempt, bob: User, fields: dict[str, Any], error: type) -> None:
    with pytest.raises(error):
        services.decide(attempt=attempt, grader=bob, **fields)

    assert attempt.scores.count() == 1


def test_nobody_else_decides(attempt: Attempt) -> None:
    course = attempt.exercise.module.course
    stranger = make_grader(course=exercise_for().module.course)

    with pytest.raises(Denied):
        services.decide(attempt=attempt, grader=make_student(course=course), value=1.0, reason="x")
    with pytest.raises(Hidden):
        services.decide(attempt=attempt, grader=stranger, value=1.0, reason="x")
    with pytest.raises(Hidden):
        services.claim(attempt=attempt, grader=stranger)


def test_nobody_decides_about_their_own_work(exercise: Exercise, bob: User) -> None:
    attempt = submitted(bob, exercise)

    with pytest.raises(Denied):
        services.decide(attempt=attempt, grader=bob, value=1.0, reason="Excellent.")
    assert attempt not in selectors.queue(bob, filter="all")


def test_after_review_release_shows_the_machine_mark_as_it_is(exercise: Exercise, bob: User) -> None:
    Exercise.objects.update(release=Exercise.Release.AFTER_REVIEW)
    exercise.refresh_from_db()
    attempt = submitted(make_student(course=exercise.module.course), exercise)
    assert attempts.visible_score(attempt, attempt.student) is None

    release(attempt=attempt, by=bob)

    attempt.refresh_from_db()
    mark = attempts.visible_score(attempt, attempt.student)
    assert mark is not None
    assert (mark.human, mark.value) == (False, 0.5)


def test_claim_keeps_others_out_until_it_expires_or_is_taken_over(attempt: Attempt, bob: User) -> None:
    eve = make_grader(course=attempt.exercise.module.course)
    services.claim(attempt=attempt, grader=bob)

    with pytest.raises(Claimed) as caught:
        services.claim(attempt=attempt, grader=eve)
    assert caught.value.grader == bob
    services.release_claim(attempt=attempt, grader=eve)
    assert services.claim(attempt=attempt, grader=bob).grader == bob
    assert services.claim(attempt=attempt, grader=eve, take_over=True).grader == eve
    Claim.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert selectors.active_claim(attempt) is None
    assert services.claim(attempt=attempt, grader=bob).grader == bob
    services.release_claim(attempt=attempt, grader=bob)
    assert selectors.active_claim(attempt) is None


def test_waiting_comes_exercise_by_exercise_oldest_first(exercise: Exercise, bob: User) -> None:
    Exercise.objects.filter(pk=exercise.pk).update(release=Exercise.Release.AFTER_REVIEW, position=2)
    exercise.refresh_from_db()
    late = [submitted(make_student(course=exercise.module.course), exercise) for _number in range(2)]
    early = unsure_attempt(exercise)
    again = submitted(make_student(course=exercise.module.course), exercise)

    assert list(selectors.queue(bob)) == [early, *late, again]


def test_queue_is_filtered(exercise: Exercise, bob: User) -> None:
    certain = [submitted(make_student(course=exercise.module.course), exercise) for _number in range(2)]
    unsure = unsure_attempt(exercise)
    elsewhere = exercise_for(rubric=UNSURE)
    submitted(make_student(course=elsewhere.module.course), elsewhere)

    assert list(selectors.queue(bob, filter="all")) == [unsure, *reversed(certain)]
    assert list(selectors.queue(bob)) == [unsure]
    assert list(selectors.queue(bob, filter="unscored")) == [unsure]
    assert list(selectors.queue(bob, filter="infrastructure")) == []
    assert list(selectors.queue(bob, exercise=exercise, filter="all")) == certain[::-1]
    services.decide(attempt=certain[1], grader=bob, value=1.0, reason="Good.")
    assert list(selectors.queue(bob, filter="reviewed")) == [certain[1]]
    assert selectors.counts(bob) == {
        "waiting": 1, "reviewed": 1, "all": 3, **dict.fromkeys(REASONS, 0), "unscored": 1,
    }  # fmt: skip
    assert [row.is_reviewed for row in selectors.queue(bob, filter="all")] == [False, True, False]


def test_next_skips_what_another_grader_has_on_the_screen(exercise: Exercise, bob: User) -> None:
    eve = make_grader(course=exercise.module.course)
    first, second, third = (submitted(make_student(course=exercise.module.course), exercise) for _number in range(3))
    services.claim(attempt=second, grader=eve)

    assert selectors.next_in_queue(bob, third, filter="all") == first
    assert selectors.next_in_queue(eve, third, filter="all") == second


def test_queue_takes_the_same_queries_for_one_row_and_for_three(
    exercise: Exercise, bob: User, django_assert_num_queries: Any
) -> None:
    for _number in range(3):
        submitted(make_student(course=exercise.module.course), exercise)
        with django_assert_num_queries(2):
            for row in selectors.queue(bob, filter="all"):
                _read = (str(row.student), row.exercise.module.course.slug, getattr(row, "claim", None))


def test_two_graders_who_decide_at_once_never_overwrite_each_other(transactional_db: None) -> None:
    exercise = exercise_for(rubric=TWO)
    attempt = submitted(make_student(course=exercise.module.course), exercise)
    graders = [make_grader(course=exercise.module.course) for _number in range(3)]
    seen = attempts.current_score(attempt)
    assert seen is not None

    def decide(grader: User) -> Score:
        return services.decide(attempt=attempt, grader=grader, value=0.7, reason=grader.username, seen_score_id=seen.pk)

    results = run_together(3, decide, graders)

    assert sorted(type(result).__name__ for result in results) == ["Changed", "Changed", "Score"]
    assert attempt.scores.filter(origin="human").count() == 1
