"""What waits for graders."""

from typing import Literal

from django.contrib.auth.models import AbstractUser
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from courses.attempts.ledger import PEOPLE
from courses.attempts.models import Attempt, Score
from courses.catalog.models import Course, Exercise
from courses.people.rules import courses_reviewed_by
from courses.review.models import Claim

Filter = Literal["waiting", "reviewed", "all", "unscored", "needs_review", "infrastructure", "policy"]
REASONS = ("infrastructure", "unscored", "needs_review", "policy")


COURSE_ORDER = (
    "exercise__module__course_id",
    "exercise__module__position",
    "exercise__position",
    "exercise_id",
    "submitted_at",
    "pk",
)
NEWEST_FIRST = ("-submitted_at", "-pk")


def queue(
    user: AbstractUser,
    course: Course | None = None,
    exercise: Exercise | None = None,
    filter: Filter = "waiting",  # noqa: A002  # the word that pages use
) -> QuerySet[Attempt]:
    """Graded attempts of the courses that `user` reviews, nobody's own. `waiting` needs a person, a reason narrows it;
    both in an order that does not move while one works: exercise by exercise, oldest submission first. `all` and
    `reviewed` are the past, newest first.

    Rows have `exercise`, `student`, `claim` fetched and `is_reviewed` (a person has decided).
    """
    return _queue(user, _exercises(user, course, exercise), filter)


def _exercises(user: AbstractUser, course: Course | None, exercise: Exercise | None) -> list[int]:
    """Asked first and handed on as a list: with a million attempts the database then finds the right index."""
    found = Exercise.objects.filter(module__course__in=courses_reviewed_by(user).values("pk"))
    if course is not None:
        found = found.filter(module__course=course)
    if exercise is not None:
        found = found.filter(pk=exercise.pk)
    return list(found.order_by().values_list("pk", flat=True))


def _queue(user: AbstractUser, exercises: list[int], wanted: Filter) -> QuerySet[Attempt]:
    found = (
        Attempt.objects.filter(state=Attempt.State.GRADED, exercise_id__in=exercises)
        .exclude(student_id=user.pk)
        .select_related("exercise__module__course", "exercise__rubric", "student", "claim__grader")
        .annotate(is_reviewed=Exists(_decisions()))
    )
    return _filtered(found, wanted).order_by(*(NEWEST_FIRST if wanted in ("all", "reviewed") else COURSE_ORDER))


def _decisions() -> QuerySet[Score]:
    return Score.objects.filter(attempt=OuterRef("pk"), origin__in=PEOPLE)


def _filtered(found: QuerySet[Attempt], wanted: Filter) -> QuerySet[Attempt]:
    if wanted == "all":
        return found
    if wanted == "reviewed":
        return found.filter(Exists(_decisions()))
    waiting = found.filter(released_at=None)
    if wanted == "waiting":
        return waiting
    # SQLite cannot look into a JSON list; a quoted code is found in its text on every database.
    return waiting.alias(reasons=Cast("review_reasons", TextField())).filter(reasons__contains=f'"{wanted}"')


def next_in_queue(user: AbstractUser, after: Attempt, filter: Filter = "waiting") -> Attempt | None:  # noqa: A002
    """The next attempt at the same exercise that no other grader has on the screen, else any other one."""
    mine = Q(claim=None) | Q(claim__expires_at__lte=timezone.now()) | Q(claim__grader_id=user.pk)
    same_first = Case(When(exercise_id=after.exercise_id, then=Value(0)), default=Value(1), output_field=IntegerField())
    rest = queue(user, after.exercise.module.course, filter=filter).filter(mine).exclude(pk=after.pk)
    return rest.alias(same_first=same_first).order_by("same_first", *rest.query.order_by).first()


def counts(user: AbstractUser, course: Course | None = None) -> dict[str, int]:
    """How many attempts each filter shows."""
    exercises = _exercises(user, course, None)
    reasons = list(_queue(user, exercises, "waiting").order_by().values_list("review_reasons", flat=True))
    return {
        "waiting": len(reasons),
        "reviewed": _queue(user, exercises, "reviewed").count(),
        "all": _queue(user, exercises, "all").count(),
        **{reason: sum(1 for each in reasons if reason in each) for reason in REASONS},
    }


def active_claim(attempt: Attempt) -> Claim | None:
    """Who has it on the screen now."""
    return Claim.objects.select_related("grader").filter(attempt=attempt, expires_at__gt=timezone.now()).first()
