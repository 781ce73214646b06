"""Reading how a course is doing: a fixed number of queries, and bounded work, for any number of students.

Every function expects that `people.rules.check_can_manage` was asked.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Case, Count, F, IntegerField, Max, Q, QuerySet, When
from django.db.models.functions import Floor
from django.utils import timezone

from courses.attempts.models import Attempt, Score
from courses.attempts.quota import group_of
from courses.catalog.models import Course, Exercise
from courses.gradebook import health
from courses.gradebook.health import Asked, Failure, Step, Use
from courses.gradebook.models import Standing
from courses.gradebook.statistics import BINS, criterion_rates
from courses.people.models import Enrolment, Role
from workers.scheduling.models import Job, Spending

DAYS = 30
MOST_JOBS = 5000  # the latest ones
MOST_SCORES = 2000  # the latest ones
MOST_CRITERIA = 12
SUBJECT = "attempt:"
KEPT = 60  # seconds
SHAPE = 1  # of what is kept: another number for another shape of `Condition`


@dataclass(frozen=True, slots=True)
class Condition:
    exercises: Sequence[Exercise]
    students: int
    bins: dict[int, list[int]]  # by exercise: students per tenth of the mark
    attempts: dict[int, list[int]]  # by exercise: students who passed, by the attempts they handed in
    steps: dict[int, Step]  # by exercise
    use: dict[int, Use]  # by exercise; of the last days
    failures: list[Failure]
    at: datetime  # when it was read


def recent_condition(course: Course, exercises: Sequence[Exercise]) -> Condition:
    """As `condition_of`, at most a minute old: of ten thousand students it takes half a second."""
    of = hash(tuple(each.pk for each in exercises))  # the same in every process: numbers are not salted
    key = f"health:{SHAPE}:{course.pk}:{of}"
    found: Condition | None = cache.get(key)
    if found is None:
        found = replace(condition_of(course, exercises), exercises=())
        cache.set(key, found, KEPT)
    return replace(found, exercises=exercises)


def condition_of(course: Course, exercises: Sequence[Exercise]) -> Condition:
    """`exercises`: those of the gradebook, in the order of the course."""
    standings = _standings(course, exercises)
    return Condition(
        exercises=exercises,
        students=_students(course).count(),
        bins=_bins(standings),
        attempts=_attempts(standings),
        steps=_steps(standings, exercises),
        use=health.use(_asked(course)),
        failures=_failures(standings),
        at=timezone.now(),
    )


def _students(course: Course) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(course=course, role=Role.STUDENT, active=True)


def _standings(course: Course, exercises: Sequence[Exercise]) -> QuerySet[Standing]:
    """Of students only: what the staff tries counts nowhere."""
    wanted = [exercise.pk for exercise in exercises]
    return Standing.objects.filter(exercise__in=wanted, student__in=_students(course).values("user_id")).order_by()


def _bins(standings: QuerySet[Standing]) -> dict[int, list[int]]:
    tenth = Floor(F("value") * BINS + 1e-9, output_field=IntegerField())
    rows = standings.filter(value__isnull=False).annotate(tenth=tenth).values_list("exercise_id", "tenth")
    return {key: health.whole_bins(counts) for key, counts in _grouped(rows).items()}


def _attempts(standings: QuerySet[Standing]) -> dict[int, list[int]]:
    rows = standings.filter(value__gte=F("exercise__pass_mark")).values_list("exercise_id", "handed_in")
    return {key: health.by_attempts(counts) for key, counts in _grouped(rows).items()}


def _grouped(rows: Any) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for exercise, group, count in rows.annotate(count=Count("pk")):
        found[exercise][int(group)] = count
    return found


def _steps(standings: QuerySet[Standing], exercises: Sequence[Exercise]) -> dict[int, Step]:
    counts = standings.values("exercise_id").annotate(
        begun=Count("pk"),
        sent=Count("pk", filter=Q(handed_in__gt=0)),
        passed=Count("pk", filter=Q(value__gte=F("exercise__pass_mark"))),
    )
    by_exercise: dict[int, Mapping[str, Any]] = {row["exercise_id"]: row for row in counts}
    stopped = health.stops(_furthest(standings, exercises), len(exercises))
    return {
        exercise.pk: Step(*_numbers(by_exercise.get(exercise.pk, {})), stopped[place])
        for place, exercise in enumerate(exercises)
    }


def _numbers(row: Mapping[str, Any]) -> tuple[int, int, int]:
    return row.get("begun", 0), row.get("sent", 0), row.get("passed", 0)


def _furthest(standings: QuerySet[Standing], exercises: Sequence[Exercise]) -> list[int]:
    """The place of the furthest exercise that each student handed in."""
    if not exercises:
        return []
    place = Case(*(When(exercise_id=each.pk, then=n) for n, each in enumerate(exercises)), output_field=IntegerField())
    rows = standings.filter(handed_in__gt=0).values("student_id").annotate(furthest=Max(place))
    return list(rows.values_list("furthest", flat=True))


def _asked(course: Course) -> list[Asked]:
    """The latest answers: what they used, by the ledger of quotas; when they waited, by their jobs."""
    since = timezone.localdate() - timedelta(days=DAYS)
    lines = Spending.objects.filter(group=group_of(course.pk), day__gte=since, settled=True).order_by("-day", "-job")
    spent = {line.job: line for line in lines[:MOST_JOBS]}
    jobs = Job.objects.filter(pk__in=list(spent), started_at__isnull=False, subject__startswith=SUBJECT).order_by()
    rows = list(jobs.values_list("pk", "subject", "created_at", "started_at"))
    exercises = _exercises([subject for _pk, subject, _asked, _begun in rows])
    return [
        Asked(exercises[subject], max(0.0, (begun - asked).total_seconds()), line.seconds, line.tokens, line.images)
        for key, subject, asked, begun in rows
        if subject in exercises and begun is not None and (line := spent[key])
    ]


def _exercises(subjects: Sequence[str]) -> dict[str, int]:
    """Subject of a job → exercise of its attempt."""
    ids = {subject.removeprefix(SUBJECT) for subject in subjects}
    rows = Attempt.objects.filter(pk__in=ids).order_by().values_list("pk", "exercise_id")
    return {f"{SUBJECT}{key}": exercise for key, exercise in rows}


def _failures(standings: QuerySet[Standing]) -> list[Failure]:
    latest = standings.filter(score__isnull=False).order_by("-score").values("score")[:MOST_SCORES]
    keys = [row["score"] for row in latest if row["score"] is not None]
    rows = Score.objects.filter(pk__in=keys).order_by("pk").values_list("attempt__exercise_id", "findings")
    by_exercise: dict[int, list[Any]] = defaultdict(list)
    for exercise, findings in rows:
        by_exercise[exercise].append(findings)
    return health.worst({key: criterion_rates(found) for key, found in by_exercise.items()}, MOST_CRITERIA)
