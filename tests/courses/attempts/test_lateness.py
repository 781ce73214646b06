"""What lateness costs, who gets it back, and what nobody touches."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from athanor.accounts.models import User
from courses.attempts import extensions, marks, rules, selectors, services
from courses.attempts.errors import Closed, NoAttemptsLeft
from courses.attempts.models import Attempt, Score
from courses.catalog.models import Exercise
from courses.people import services as people
from courses.people.errors import Denied, ExtensionRefused
from courses.people.models import Enrolment, Extension
from courses.review import services as review
from tests.courses.recorded import answer_job, exercise_for, say, submitted
from tests.factories import make_course, make_exercise, make_grader, make_instructor, make_student
from workers.scheduling.models import Job
from workers.scheduling.states import State

HOUR = timedelta(hours=1)


@pytest.fixture
def exercise(db: None) -> Exercise:
    now = timezone.now()
    late = {"steps": [{"after": "0 min", "credit": 0.8}, {"after": "5 h", "credit": 0.5}]}
    return exercise_for(opens_at=now - 48 * HOUR, due_at=now - 2 * HOUR, closes_at=now + 48 * HOUR, late=late)


@pytest.fixture
def alice(exercise: Exercise) -> User:
    return make_student(course=exercise.module.course, username="alice")


@pytest.fixture
def ines(exercise: Exercise) -> User:
    return make_instructor(course=exercise.module.course, username="ines")


def grant(exercise: Exercise, by: User, **fields: Any) -> Extension:
    return extensions.grant(course=exercise.module.course, exercise=exercise, by=by, reason="ill", **fields)


def ledger(attempt: Attempt) -> list[tuple[str, float | None, float]]:
    return [(score.origin, score.value, score.late_credit) for score in selectors.history(attempt)]


def test_late_mark_says_what_it_was_before(alice: User, exercise: Exercise) -> None:
    attempt = submitted(alice, exercise)

    score = attempt.scores.get()
    assert (score.raw_value, score.late_credit, score.value, score.points) == (1.0, 0.8, 0.8, Decimal("8.00"))
    assert score.due_at == exercise.due_at
    assert marks.lateness_of(attempt).by > 1.9 * HOUR


def test_work_in_time_keeps_everything(alice: User, exercise: Exercise) -> None:
    exercise.due_at = timezone.now() + HOUR
    exercise.save()

    score = submitted(alice, exercise).scores.get()

    assert (score.raw_value, score.late_credit, score.value) == (1.0, 1.0, 1.0)


def test_acceptance_counts_not_grading(alice: User, exercise: Exercise) -> None:
    attempt = submitted(alice, exercise)
    Attempt.objects.update(submitted_at=exercise.due_at)
    attempt.refresh_from_db()

    assert marks.lateness_of(attempt).credit == 1.0


def test_extension_gives_back_what_lateness_took(alice: User, exercise: Exercise, ines: User) -> None:
    attempt = submitted(alice, exercise)

    grant(exercise, ines, student=alice, days=1)

    assert ledger(attempt) == [("auto", 0.8, 0.8), ("late", 1.0, 1.0)]
    assert selectors.visible_score(attempt, alice).reason == "ill"  # type: ignore[union-attr]


def test_extension_of_another_exercise_or_student_changes_nothing(alice: User, exercise: Exercise, ines: User) -> None:
    attempt = submitted(alice, exercise)
    other = make_exercise(module=exercise.module)

    grant(other, ines, student=alice, days=1)
    grant(exercise, ines, student=make_student(course=exercise.module.course), days=1)

    assert ledger(attempt) == [("auto", 0.8, 0.8)]


def test_what_a_person_decided_is_never_computed_again(alice: User, exercise: Exercise, ines: User) -> None:
    attempt = submitted(alice, exercise)
    review.decide(attempt=attempt, grader=ines, value=0.6, reason="As agreed.")

    grant(exercise, ines, student=alice, days=1)

    assert ledger(attempt) == [("auto", 0.8, 0.8), ("human", 0.6, 1.0)]


def test_grader_judges_the_work_and_lateness_still_counts(alice: User, exercise: Exercise) -> None:
    attempt = submitted(alice, exercise)
    grader = make_grader(course=exercise.module.course)

    review.decide(attempt=attempt, grader=grader, changes={"hello": 0.5}, reason="Half.")
    review.decide(attempt=attempt, grader=grader, reason="Yes.", seen_score_id=Score.objects.latest("id").pk)

    assert ledger(attempt)[1:] == [("human", 0.4, 0.8), ("human", 0.4, 0.8)]


def test_group_extension_follows_its_members(alice: User, exercise: Exercise, ines: User) -> None:
    course = exercise.module.course
    attempt = submitted(alice, exercise)
    group = extensions.save_group(course=course, name="Blue", members=[], by=ines)
    grant(exercise, ines, group=group, days=1)

    extensions.save_group(course=course, name="Blue", members=[alice], by=ines, group=group)
    extensions.save_group(course=course, name="Blue", members=[], by=ines, group=group)

    assert [credit for _origin, _value, credit in ledger(attempt)] == [0.8, 1.0, 0.8]


def test_time_factor_moves_the_due_date(alice: User, exercise: Exercise, ines: User) -> None:
    attempt = submitted(alice, exercise)
    enrolment = Enrolment.objects.get(user=alice)

    extensions.set_time_factor(enrolment=enrolment, factor=Decimal("1.33"), by=ines)

    assert ledger(attempt)[-1] == ("late", 1.0, 1.0)


def test_other_dates_of_the_exercise_compute_again(alice: User, exercise: Exercise) -> None:
    attempt = submitted(alice, exercise)
    exercise.due_at -= 6 * HOUR
    exercise.save()

    assert extensions.dates_changed(exercise) == 1
    assert extensions.dates_changed(exercise) == 0
    assert ledger(attempt)[-1] == ("late", 0.5, 0.5)


def test_ended_extension_still_covers_what_was_handed_in_under_it(alice: User, exercise: Exercise, ines: User) -> None:
    extension = grant(exercise, ines, student=alice, days=1)
    attempt = submitted(alice, exercise)
    people.end_extension(extension=extension, by=ines)

    assert marks.lateness_of(attempt).credit == 1.0
    assert rules.check_open(exercise, alice).due_at == exercise.due_at


def test_extension_opens_a_closed_exercise_and_adds_attempts(alice: User, exercise: Exercise, ines: User) -> None:
    Exercise.objects.update(closes_at=timezone.now() - HOUR, attempt_limit=1)
    exercise.refresh_from_db()
    with pytest.raises(Closed):
        services.begin(student=alice, exercise=exercise)

    grant(exercise, ines, student=alice, days=1, attempts=1)
    submitted(alice, exercise)
    submitted(alice, exercise)

    with pytest.raises(NoAttemptsLeft, match="no_attempts_left"):
        services.begin(student=alice, exercise=exercise)


def asked_before_due(alice: User, exercise: Exercise, *, finished: datetime | None, **fields: Any) -> Attempt:
    attempt = services.begin(student=alice, exercise=exercise)
    run = say(attempt, answer=None)
    assert exercise.due_at is not None
    Job.objects.filter(pk=run.job_id).update(created_at=exercise.due_at - HOUR, finished_at=finished, **fields)
    return attempt


@pytest.mark.parametrize("state", [State.DEAD, State.FAILED])
def test_lost_question_costs_no_lateness(state: State, alice: User, exercise: Exercise) -> None:
    """Asked an hour before the due date, given up two hours later: those three hours come back."""
    assert exercise.due_at is not None
    finished = exercise.due_at + 2 * HOUR
    attempt = asked_before_due(alice, exercise, finished=finished, state=state, error={"fault": "server"})
    answered = say(attempt)

    done = services.submit(attempt=attempt, answer={"leaf": str(answered.pk)})

    assert done.scores.get().late_credit == 1.0
    assert done.scores.get().due_at == exercise.due_at + 3 * HOUR


def test_question_that_failed_by_its_own_fault_gives_no_time(alice: User, exercise: Exercise) -> None:
    assert exercise.due_at is not None
    early = exercise.due_at - HOUR / 2
    attempt = asked_before_due(alice, exercise, finished=early, state=State.FAILED, error={"fault": "request"})

    assert marks.lost_time(attempt, exercise.due_at) == timedelta()


def test_waiting_question_keeps_the_door_open(alice: User, exercise: Exercise) -> None:
    """The exercise closed while the servers were away; the answer came an hour later."""
    closes_at = timezone.now() - HOUR / 2
    attempt = services.begin(student=alice, exercise=exercise)
    run = say(attempt, answer=None)
    Job.objects.filter(pk=run.job_id).update(created_at=closes_at - HOUR)
    answer_job(run.job)
    Exercise.objects.update(closes_at=closes_at)

    done = services.submit(attempt=Attempt.objects.get(pk=attempt.pk), answer={"leaf": str(run.pk)})

    assert done.state == Attempt.State.GRADED


def test_only_the_staff_of_the_course_gives_time(alice: User, exercise: Exercise, ines: User) -> None:
    stranger = make_instructor(course=make_course())
    with pytest.raises(Exception, match="No such course"):
        grant(exercise, stranger, student=alice, days=1)
    with pytest.raises(Denied):
        grant(exercise, alice, student=alice, days=1)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"days": 1}, "one student or one group"),
        ({"student": "alice"}, "Give days"),
        ({"student": "stranger", "days": 1}, "does not take part"),
        ({"student": "alice", "days": 1, "exercise": "other"}, "of another course"),
        ({"student": "alice", "days": 1, "reason": "  "}, "Give a reason"),
    ],
)
def test_extension_is_refused_with_the_reason(
    fields: dict[str, Any], said: str, alice: User, exercise: Exercise, ines: User
) -> None:
    stand_ins = {"alice": alice, "stranger": make_student(course=make_course()), "other": make_exercise()}
    given = {name: stand_ins.get(value, value) if isinstance(value, str) else value for name, value in fields.items()}

    with pytest.raises(ExtensionRefused, match=said):
        extensions.grant(
            **{"course": exercise.module.course, "exercise": exercise, "reason": "ill", "by": ines, **given}
        )
    assert Extension.objects.count() == 0
