"""Where a student stands in exercises: read once for a whole page, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch

from athanor.accounts.models import User
from courses.attempts.models import Attempt, Score
from courses.catalog.models import Exercise
from courses.people.selectors import deadlines_of


@dataclass(frozen=True, slots=True)
class Standing:
    """A student and one exercise. `state`: new, open, waiting (being graded or not shown yet), graded, passed."""

    exercise: Exercise
    attempts: Sequence[Attempt] = ()
    state: str = "new"
    value: float | None = None  # the best mark that the student may see, 0..1
    latest: Attempt | None = field(default=None)
    due_at: datetime | None = None  # for this student

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


def shown_score(attempt: Attempt) -> Score | None:
    """The mark that counts and that the student may see; expects `scores` to be prefetched."""
    if attempt.released_at is None:
        return None
    scores = list(attempt.scores.all())
    return next((score for score in reversed(scores) if score.origin == Score.Origin.HUMAN), None) or (
        scores[-1] if scores else None
    )


def progress_of(student: User, exercises: Sequence[Exercise]) -> Progress:
    """Expects `module__course` of the exercises to be fetched."""
    by_exercise: dict[int, list[Attempt]] = defaultdict(list)
    scores = Prefetch("scores", Score.objects.order_by("id").defer("findings"))
    attempts = Attempt.objects.filter(student=student, exercise__in=[exercise.pk for exercise in exercises])
    for attempt in attempts.defer("answer", "spec", "draft").order_by("number").prefetch_related(scores):
        by_exercise[attempt.exercise_id].append(attempt)
    dates = deadlines_of(student, exercises)
    return Progress({
        exercise.pk: _standing(exercise, by_exercise[exercise.pk], dates[exercise.pk].due_at) for exercise in exercises
    })  # fmt: skip


def _standing(exercise: Exercise, attempts: Sequence[Attempt], due_at: datetime | None) -> Standing:
    if not attempts:
        return Standing(exercise, due_at=due_at)
    marks = [score.value for score in map(shown_score, attempts) if score and score.value is not None]
    best = max(marks, default=None)
    return Standing(exercise, attempts, _state(exercise, attempts, best), best, attempts[-1], due_at)


def _state(exercise: Exercise, attempts: Sequence[Attempt], best: float | None) -> str:
    if best is not None and best >= exercise.pass_mark:
        return "passed"
    if attempts[-1].state == Attempt.State.OPEN:
        return "open"
    return "waiting" if attempts[-1].released_at is None else "graded"
