"""A decision may be taken back for a while; the ledger keeps both entries."""

from datetime import timedelta

import pytest
from django.utils import timezone

from athanor.accounts.models import User
from courses.attempts import selectors as attempts
from courses.attempts.models import Attempt
from courses.catalog.models import Exercise
from courses.notices.models import Notice
from courses.people.errors import Denied
from courses.people.models import Enrolment, Role
from courses.review import selectors, services
from courses.review.errors import Changed, NothingToUndo
from courses.review.models import Decision
from tests.courses.recorded import exercise_for, submitted
from tests.courses.together import run_together
from tests.factories.courses import make_exercise, make_module
from tests.factories.people import make_grader, make_student


@pytest.fixture
def exercise(db: None) -> Exercise:
    return exercise_for(release=Exercise.Release.AFTER_REVIEW)


@pytest.fixture
def attempt(exercise: Exercise) -> Attempt:
    return submitted(make_student(course=exercise.module.course), exercise)


@pytest.fixture
def bob(exercise: Exercise) -> User:
    return make_grader(course=exercise.module.course, username="bob")


def test_undone_decision_leaves_everything_as_it_was_and_both_entries_in_the_ledger(
    attempt: Attempt, bob: User
) -> None:
    wrong = services.decide(attempt=attempt, grader=bob, value=0.1, reason="Wrong key.")
    services.undo(grader=bob)

    attempt.refresh_from_db()
    assert (attempt.review_reasons, attempt.released_at) == (["policy"], None)
    assert attempts.visible_score(attempt, attempt.student) is None
    assert list(selectors.queue(bob)) == [attempt]
    assert [score.value for score in attempts.history(attempt)] == [1.0, 0.1, 1.0]
    assert selectors.undone(attempt) == {wrong.pk}

    seen = attempts.current_score(attempt)
    assert seen is not None
    services.decide(attempt=attempt, grader=bob, value=0.9, reason="Right key.", seen_score_id=seen.pk)
    assert [score.value for score in attempts.history(attempt)] == [1.0, 0.1, 1.0, 0.9]


def test_mark_of_another_person_comes_back(attempt: Attempt, bob: User) -> None:
    eve = make_grader(course=attempt.exercise.module.course)
    first = services.decide(attempt=attempt, grader=eve, value=0.4, reason="Eve's.")
    services.decide(attempt=attempt, grader=bob, value=0.8, reason="Bob's.", seen_score_id=first.pk)

    services.undo(grader=bob)

    attempt.refresh_from_db()
    mark = attempts.visible_score(attempt, attempt.student)
    assert mark is not None
    assert (mark.value, mark.decided_by) == (0.4, bob)  # who took it back answers for it
    assert attempt.released_at is not None  # it was shown before


def test_approval_is_undone_without_an_entry(attempt: Attempt, bob: User) -> None:
    services.approve(attempt=attempt, grader=bob)
    attempt.refresh_from_db()
    assert (attempt.review_reasons, attempt.released_at is not None) == ([], True)
    told = Notice.objects.get(kind="released")
    assert (told.user, told.link) == (attempt.student, ["attempt", {"attempt": str(attempt.pk)}])

    services.undo(grader=bob)

    attempt.refresh_from_db()
    assert (attempt.review_reasons, attempt.released_at, attempt.scores.count()) == (["policy"], None, 1)


def test_decisions_are_undone_last_first_each_once(exercise: Exercise, bob: User) -> None:
    one, two = (submitted(make_student(course=exercise.module.course), exercise) for _number in range(2))
    for each in (one, two):
        services.decide(attempt=each, grader=bob, value=0.5, reason="x")

    assert [services.undo(grader=bob).attempt_id for _number in range(2)] == [two.pk, one.pk]
    with pytest.raises(NothingToUndo):
        services.undo(grader=bob)


def test_nothing_is_undone_too_late_or_over_another_person(attempt: Attempt, bob: User) -> None:
    eve = make_grader(course=attempt.exercise.module.course)
    first = services.decide(attempt=attempt, grader=bob, value=0.5, reason="x")
    with pytest.raises(NothingToUndo):
        services.undo(grader=eve)
    services.decide(attempt=attempt, grader=eve, value=0.6, reason="y", seen_score_id=first.pk)
    with pytest.raises(NothingToUndo):
        services.undo(grader=bob)

    Decision.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(NothingToUndo):
        services.undo(grader=eve)
    assert attempt.scores.count() == 3


def test_who_is_no_grader_any_more_undoes_nothing(attempt: Attempt, bob: User) -> None:
    services.decide(attempt=attempt, grader=bob, value=0.5, reason="x")
    Enrolment.objects.filter(user=bob).update(role=Role.STUDENT)

    with pytest.raises(Denied):
        services.undo(grader=bob)

    assert attempt.scores.count() == 2


def test_approval_of_an_old_screen_is_refused(attempt: Attempt, bob: User) -> None:
    eve = make_grader(course=attempt.exercise.module.course)
    seen = attempts.current_score(attempt)
    assert seen is not None
    services.decide(attempt=attempt, grader=bob, value=0.3, reason="First.")

    with pytest.raises(Changed):
        services.approve(attempt=attempt, grader=eve, seen_score_id=seen.pk)


def test_decision_is_undone_once_by_two_clicks_at_once(transactional_db: None) -> None:
    exercise = exercise_for()
    attempt = submitted(make_student(course=exercise.module.course), exercise)
    bob = make_grader(course=exercise.module.course)
    services.decide(attempt=attempt, grader=bob, value=0.5, reason="x")

    results = run_together(2, lambda: services.undo(grader=bob))

    assert sorted(type(result).__name__ for result in results) == ["Decision", "NothingToUndo"]
    assert attempt.scores.count() == 3


def test_student_is_told_that_a_shown_mark_moved_and_not_after_it_was_taken_back(bob: User) -> None:
    shown = make_exercise(module=make_module(course=Enrolment.objects.get(user=bob).course))
    attempt = submitted(make_student(course=shown.module.course), shown)

    services.decide(attempt=attempt, grader=bob, value=1.0, reason="Right as it stands.")
    assert not Notice.objects.filter(user=attempt.student).exists()  # the same mark

    seen = attempts.current_score(attempt)
    assert seen is not None
    services.decide(attempt=attempt, grader=bob, value=0.4, reason="Half of it.", seen_score_id=seen.pk)
    notice = Notice.objects.get(user=attempt.student)
    assert (notice.kind, notice.read_at) == ("mark_moved", None)
    assert "0.4" not in str(notice.title)

    services.undo(grader=bob)
    notice.refresh_from_db()
    assert notice.read_at is not None
