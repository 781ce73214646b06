"""Who is where in a class in session: a fixed number of queries for any number of students.

Expects that `people.rules.check_can_review` was asked. Seen is what students are told: the exercise, its state, when
they were last active, whether they wait or ask for help; nothing that they wrote.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, OuterRef, Q, Subquery
from django.utils import timezone

from courses.attempts.models import Attempt, Run, Score
from courses.attempts.quota import group_of
from courses.catalog.models import Course, Exercise
from courses.classroom.models import Hand, LiveSession
from courses.classroom.signs import FAILED_RUNS, URGENCY, Did, Sign, in_a_row, sign_of, tally
from courses.people.models import Enrolment, Role
from courses.people.selectors import members
from workers.scheduling.models import Job
from workers.scheduling.states import ACTIVE, State

LATEST_RUNS = 5000  # of the session


@dataclass(frozen=True, slots=True)
class Place:
    """One student of the class."""

    enrolment: Enrolment
    exercise: Exercise | None  # None: only the hand is up
    attempt: Attempt | None
    did: Did
    sign: Sign


@dataclass(frozen=True, slots=True)
class Load:
    """What the class waits for."""

    queued: int
    running: int
    waiting_since: datetime | None  # the oldest job that has not begun


@dataclass(frozen=True, slots=True)
class Board:
    places: Sequence[Place]  # the most urgent first
    absent: int  # students who did nothing in this session
    signs: Mapping[Sign, int]
    exercises: Sequence[tuple[Exercise, int]]  # students now there, in the order of the course
    load: Load


def board_of(session: LiveSession) -> Board:
    now, course = timezone.now(), session.course
    enrolments = {row.user_id: row for row in members(course, Role.STUDENT)}
    hands = {row.student_id: row for row in Hand.objects.filter(course=course, lowered_at=None)}
    attempts = _attempts(session, enrolments)
    runs, waits = _runs(session), _waits(course)
    quiet = timedelta(minutes=session.quiet_minutes)
    places = []
    for student, enrolment in enrolments.items():
        mine, hand = attempts.get(student, []), hands.get(student)
        if not mine and hand is None:
            continue
        did = _did(mine, runs.get(student, []), waits.get(student), hand, now)
        latest = mine[0] if mine else None
        places.append(Place(enrolment, latest.exercise if latest else None, latest, did, sign_of(did, now, quiet)))
    places.sort(key=_urgency)
    return Board(
        places=places,
        absent=len(enrolments) - len(places),
        signs=tally(place.sign for place in places),
        exercises=_by_exercise(places),
        load=_load(course),
    )


def _urgency(place: Place) -> tuple[int, datetime]:
    return URGENCY[place.sign], place.did.hand_since or place.did.last_at


def _attempts(session: LiveSession, students: Iterable[int]) -> dict[int, list[Attempt]]:
    """What each student touched since the session began, the latest first, with the mark that counts."""
    since = session.started_at
    touched = Q(created_at__gte=since) | Q(draft_saved_at__gte=since) | Q(submitted_at__gte=since)
    current = Score.objects.filter(attempt=OuterRef("pk")).order_by("-by_person", "-id").values("value")[:1]
    rows = (
        Attempt.objects.filter(touched | Q(runs__created_at__gte=since), exercise__module__course=session.course)
        .select_related("exercise__module").defer("answer", "spec", "draft")
        .annotate(mark=Subquery(current), run_at=Max("runs__created_at"))
        .order_by()
    )  # fmt: skip
    found: dict[int, list[Attempt]] = defaultdict(list)
    known = set(students)
    for row in rows:
        if row.student_id in known:
            found[row.student_id].append(row)
    for mine in found.values():
        mine.sort(key=_touched, reverse=True)
    return found


def _touched(attempt: Any) -> datetime:
    moments = (attempt.created_at, attempt.draft_saved_at, attempt.submitted_at, attempt.run_at)
    latest: datetime = max(moment for moment in moments if moment is not None)
    return latest


def _runs(session: LiveSession) -> dict[int, list[str]]:
    """The states of each student's runs that have ended, the latest first."""
    rows = Run.objects.filter(attempt__exercise__module__course=session.course, created_at__gte=session.started_at)
    found: dict[int, list[str]] = defaultdict(list)
    states = rows.order_by("-created_at").values_list("attempt__student_id", "job__state")[:LATEST_RUNS]
    for student, state in states:
        if state in (State.DONE, State.FAILED, State.DEAD) and len(found[student]) < FAILED_RUNS:
            found[student].append(state)
    return found


def _waits(course: Course) -> dict[int | None, datetime]:
    """Since when each student waits for a model."""
    rows = Job.objects.filter(share_group=group_of(course.pk), state=State.QUEUED).order_by()
    return dict(rows.values("owner_id").annotate(since=Min("created_at")).values_list("owner_id", "since"))


def _did(
    attempts: Sequence[Any], states: Sequence[str], waits: datetime | None, hand: Hand | None, now: datetime
) -> Did:
    latest = attempts[0] if attempts else None
    here = [each for each in attempts if latest is not None and each.exercise_id == latest.exercise_id]
    marks = [each.mark for each in here if each.state == Attempt.State.GRADED and each.mark is not None]
    least = latest.exercise.pass_mark if latest is not None else 0.0
    return Did(
        last_at=_touched(latest) if latest is not None else (hand.raised_at if hand else now),
        hand_since=hand.raised_at if hand else None,
        waiting_since=waits,
        runs_failed=in_a_row(state != State.DONE for state in states),
        attempts_failed=in_a_row(mark < least for mark in marks),
        passed=bool(latest is not None and latest.mark is not None and latest.mark >= least),
    )


def _by_exercise(places: Iterable[Place]) -> list[tuple[Exercise, int]]:
    there: dict[int, list[Exercise]] = defaultdict(list)
    for place in places:
        if place.exercise is not None:
            there[place.exercise.pk].append(place.exercise)
    rows = [(each[0], len(each)) for each in there.values()]
    return sorted(rows, key=lambda row: (row[0].module.position, row[0].module_id, row[0].position, row[0].pk))


def _load(course: Course) -> Load:
    jobs = Job.objects.filter(share_group=group_of(course.pk), state__in=[State.QUEUED, *ACTIVE]).order_by()
    waiting = Q(state=State.QUEUED)
    counts = jobs.aggregate(
        queued=Count("pk", filter=waiting),
        running=Count("pk", filter=~waiting),
        since=Min("created_at", filter=waiting),
    )
    return Load(counts["queued"], counts["running"], counts["since"])
