"""Where a student stands in exercises: read once for a whole page, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import AbstractUser
from django.db.models import Prefetch
from django.utils import timezone

from courses.attempts import ledger
from courses.attempts.models import Attempt, Score
from courses.catalog.models import Exercise
from courses.people.deadlines import Deadline
from courses.people.selectors import deadlines_of

SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Standing:
    """A student and one exercise. `state`: new, open, waiting (being graded, or held for a
    person), graded, passed."""

    exercise: Exercise
    attempts: Sequence[Attempt] = ()
    state: str = "new"
    value: float | None = None  # the best mark that the student may see, 0..1
    latest: Attempt | None = None
    due_at: datetime | None = None  # for this student
    is_open: bool = True  # may work be handed in now?

    @property
    def passed(self) -> bool:
        return self.state == "passed"


@dataclass(frozen=True, slots=True)
class Progress:
    standings: dict[int, Standing]

    def of(self, exercises: Iterable[Exercise]) -> tuple[int, int]:
        """How many of these exercises are passed, and of how many."""
        found = [self.standings[exercise.pk] for exercise in exercises]
        return sum(standing.passed for standing in found), len(found)


@dataclass(frozen=True, slots=True)
class Next:
    """What to do next. `why`: begun (an attempt is open), due (soon), order (it comes next in the course)."""

    standing: Standing
    why: str


def recommended(standings: Sequence[Standing], now: datetime | None = None) -> Next | None:
    """What was begun, else what is due soon, else the first that is not passed. What only waits for its mark, or
    cannot be handed in now, is never recommended. `standings` in the order of the course."""
    moment = now or timezone.now()
    left = [each for each in standings if _to_do(each)]
    begun = [each for each in left if each.state == "open"]
    if begun:
        return Next(max(begun, key=_last_touched), "begun")
    due = [(each.due_at, place) for place, each in enumerate(left) if each.due_at and moment < each.due_at]
    soon = min((found for found in due if found[0] <= moment + SOON), default=None)
    if soon is not None:
        return Next(left[soon[1]], "due")
    return Next(left[0], "order") if left else None


def upcoming(standings: Sequence[Standing], now: datetime | None = None) -> list[Standing]:
    """What is still to be handed in, the next deadline first."""
    moment = now or timezone.now()
    left = [(each.due_at, each.exercise.pk, each) for each in standings if each.due_at and each.due_at > moment]
    return [each for _due, _pk, each in sorted(left, key=lambda row: row[:2]) if _to_do(each)]


def _to_do(standing: Standing) -> bool:
    return standing.is_open and standing.state in ("new", "open", "graded")


def _last_touched(standing: Standing) -> datetime:
    latest = standing.latest
    return (latest.draft_saved_at or latest.created_at) if latest else datetime.min.replace(tzinfo=UTC)


def shown_score(attempt: Attempt) -> Score | None:
    """The mark that counts and that the student may see; expects `scores` to be prefetched."""
    if attempt.released_at is None:
        return None
    return ledger.current(attempt.scores.all())


def progress_of(student: AbstractUser, exercises: Sequence[Exercise]) -> Progress:
    """Expects `module__course` of the exercises to be fetched."""
    by_exercise: dict[int, list[Attempt]] = defaultdict(list)
    scores = Prefetch("scores", Score.objects.order_by("id").defer("findings"))
    attempts = Attempt.objects.filter(student_id=student.pk, exercise__in=[exercise.pk for exercise in exercises])
    for attempt in attempts.defer("answer", "spec", "draft").order_by("number").prefetch_related(scores):
        by_exercise[attempt.exercise_id].append(attempt)
    dates = deadlines_of(student, exercises)
    found = {row.pk: _standing(row, by_exercise[row.pk], dates[row.pk]) for row in exercises}
    return Progress(found)


def _standing(exercise: Exercise, attempts: Sequence[Attempt], dates: Deadline) -> Standing:
    is_open = dates.is_open(timezone.now())
    if not attempts:
        return Standing(exercise, due_at=dates.due_at, is_open=is_open)
    marks = [score.value for score in map(shown_score, attempts) if score and score.value is not None]
    best = max(marks, default=None)
    state = _state(exercise, attempts, best)
    return Standing(exercise, attempts, state, best, attempts[-1], dates.due_at, is_open)


def _state(exercise: Exercise, attempts: Sequence[Attempt], best: float | None) -> str:
    if best is not None and best >= exercise.pass_mark:
        return "passed"
    if attempts[-1].state == Attempt.State.OPEN:
        return "open"
    return "waiting" if attempts[-1].state == Attempt.State.SUBMITTED or attempts[-1].is_held else "graded"
