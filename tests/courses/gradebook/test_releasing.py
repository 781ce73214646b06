"""Marks of many are shown and hidden together; what a person must look at first never is."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from courses.attempts.models import Attempt, Score
from courses.attempts.selectors import visible_score
from courses.catalog.models import Exercise
from courses.gradebook import releasing
from courses.gradebook.errors import GradebookRefused
from courses.gradebook.models import Release
from courses.gradebook.tasks import carry_out_releases
from courses.notices.models import Notice
from courses.people.errors import Denied
from courses.people.models import Enrolment
from tests.factories import make_course, make_exercise, make_grader, make_group, make_instructor, make_student
from tests.factories import make_submitted_attempt as submitted

pytestmark = pytest.mark.django_db


def held(exercise: Exercise, value: float | None = 0.5, reasons: Any = ("policy",), **fields: Any) -> Attempt:
    student = make_student(course=exercise.module.course)
    attempt = submitted(
        exercise=exercise, student=student, state="graded", review_reasons=list(reasons), graded_at=timezone.now(),
        **fields,
    )  # fmt: skip
    Score.objects.create(attempt=attempt, value=value, rubric=exercise.rubric, grader_version="1", origin="auto")
    return attempt


def shown() -> set[Any]:
    return set(Attempt.objects.exclude(released_at=None).values_list("pk", flat=True))


def test_release_shows_every_mark_that_nobody_must_look_at() -> None:
    exercise = make_exercise()
    alice = make_instructor(course=exercise.module.course)
    plain, near = held(exercise), held(exercise, reasons=["policy", "boundary"])
    for reasons, value in ((["unscored"], None), (["needs_review"], 0.5), (["infrastructure"], 0.5), (["split"], 1.0)):
        held(exercise, value, reasons)
    submitted(exercise=exercise)

    done = releasing.ask(exercise=exercise, by=alice, action="show")

    assert shown() == {plain.pk, near.pk}
    assert set(done.attempts) == {str(plain.pk), str(near.pk)}
    assert Notice.objects.filter(kind="released").count() == 2
    releasing.carry_out(done.pk)  # again is nothing
    assert Notice.objects.count() == 2


def test_hidden_mark_is_out_of_the_students_sight_and_stays_in_the_ledger() -> None:
    exercise = make_exercise()
    alice = make_instructor(course=exercise.module.course)
    attempt = held(exercise, reasons=[], released_at=timezone.now())
    assert visible_score(attempt, attempt.student) is not None

    done = releasing.ask(exercise=exercise, by=alice, action="hide")

    attempt.refresh_from_db()
    assert visible_score(attempt, attempt.student) is None
    assert Score.objects.count() == 1
    assert (done.attempts, done.by) == ([str(attempt.pk)], alice)
    releasing.ask(exercise=exercise, by=alice, action="show")
    assert shown() == {attempt.pk}


def test_group_and_moment() -> None:
    exercise = make_exercise()
    course = exercise.module.course
    alice = make_instructor(course=course)
    inside, _outside = held(exercise), held(exercise)
    group = make_group(course=course, members=[Enrolment.objects.get(user=inside.student)])

    wanted = releasing.ask(
        exercise=exercise, by=alice, action="show", group=group, at=timezone.now() + timedelta(hours=1)
    )
    carry_out_releases()
    assert shown() == set()
    Release.objects.filter(pk=wanted.pk).update(due_at=timezone.now())
    assert carry_out_releases() == 1

    assert shown() == {inside.pk}
    with pytest.raises(GradebookRefused, match="too_late"):
        releasing.withdraw(wanted=wanted, by=alice)


def test_many_are_shown_in_steps_and_a_withdrawn_release_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    exercise = make_exercise()
    alice = make_instructor(course=exercise.module.course)
    attempts = [held(exercise, reasons=["needs_review"] if n == 1 else ["policy"]) for n in range(5)]
    monkeypatch.setattr(releasing, "BATCH", 2)
    monkeypatch.setattr(releasing, "AT_ONCE", 2)
    later = releasing.ask(exercise=exercise, by=alice, action="show")  # too many for a request
    assert shown() == set()
    gone = releasing.ask(exercise=exercise, by=alice, action="hide", at=timezone.now() + timedelta(days=1))
    releasing.withdraw(wanted=gone, by=alice)
    Release.objects.filter(pk=gone.pk).update(due_at=timezone.now())

    carry_out_releases()

    assert shown() == {each.pk for n, each in enumerate(attempts) if n != 1}
    assert len(Release.objects.get(pk=later.pk).attempts) == 4


def test_only_who_manages_the_course_shows_marks_of_many() -> None:
    exercise = make_exercise()
    course = exercise.module.course
    with pytest.raises(Denied):
        releasing.ask(exercise=exercise, by=make_grader(course=course), action="show")
    alice = make_instructor(course=course)
    with pytest.raises(GradebookRefused, match="past"):
        releasing.ask(exercise=exercise, by=alice, action="show", at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(GradebookRefused, match="other_group"):
        releasing.ask(exercise=exercise, by=alice, action="show", group=make_group(course=make_course()))
    assert not Release.objects.exists()
