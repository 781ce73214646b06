"""What waits for graders."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Literal

from django.contrib.auth.models import AbstractUser
from django.db.models import Case, CharField, Exists, IntegerField, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.functions import MD5, Cast, Concat, Replace
from django.utils import timezone

from courses.attempts.ledger import PEOPLE
from courses.attempts.models import Attempt, Score
from courses.attempts.reasons import REASONS
from courses.attempts.selectors import tries_of_staff
from courses.catalog.models import Course, Exercise
from courses.people.models import Enrolment, Group
from courses.people.rules import Person, can_review, courses_reviewed_by
from courses.review.models import Claim, Comment, Decision, Remark

Filter = Literal[
    "waiting", "reviewed", "all", "unscored", "needs_review", "infrastructure", "policy", "split", "boundary", "audit",
    "flagged", "inquiry", "second_reading",
]  # fmt: skip
Whose = Literal["all", "mine", "free"]  # assigned to anybody; to me; to nobody or to me
Order = Literal["oldest", "shuffled"]

UNDO = timedelta(minutes=10)  # how long a decision may be taken back
REMARKS = 40  # that are offered at once
PAST = ("all", "reviewed")

EXERCISE_BY_EXERCISE = (
    "exercise__module__course_id",
    "exercise__module__position",
    "exercise__position",
    "exercise_id",
)
NEWEST_FIRST = ("-submitted_at", "-pk")


def queue(
    user: AbstractUser,
    course: Course | None = None,
    exercise: Exercise | None = None,
    filter: Filter = "waiting",  # noqa: A002  # the word that pages use
    *,
    group: Group | None = None,
    whose: Whose = "all",
    order: Order = "oldest",
) -> QuerySet[Attempt]:
    """Graded attempts of students, in the courses that `user` reviews. `waiting` needs a person, a reason narrows it;
    both in an order that does not move while one works: exercise by exercise, oldest submission first, or `shuffled`,
    for each grader differently, so that no student is always read first. `all` and `reviewed` are the past, newest
    first.

    Rows have `exercise`, `student`, `claim`, `assignment` fetched and `is_reviewed` (a person has decided).
    """
    found = _queue(user, _exercises(user, course, exercise), filter)
    if group is not None:
        found = found.filter(student__in=Enrolment.objects.filter(groups=group).values("user_id"))
    return _of(found, user, whose).order_by(*_order(user, filter, order))


def _order(user: AbstractUser, wanted: Filter, order: Order) -> tuple[Any, ...]:
    if wanted in PAST:
        return NEWEST_FIRST
    inside = (_shuffled(user), "pk") if order == "shuffled" else ("submitted_at", "pk")
    return (*EXERCISE_BY_EXERCISE, *inside)


def _shuffled(user: AbstractUser) -> MD5:
    """A place for each attempt that looks random, stays, and differs between graders."""
    name = Replace(Cast("pk", CharField()), Value("-"), Value(""))
    return MD5(Concat(name, Value(f":{user.pk}"), output_field=CharField()))


def _place(user: AbstractUser, attempt: Attempt) -> str:
    """As `_shuffled`, of one attempt."""
    return hashlib.md5(f"{attempt.pk.hex}:{user.pk}".encode(), usedforsecurity=False).hexdigest()


def _of(found: QuerySet[Attempt], user: AbstractUser, whose: Whose) -> QuerySet[Attempt]:
    if whose == "mine":
        return found.filter(assignment__grader_id=user.pk)
    if whose == "free":
        return found.filter(Q(assignment=None) | Q(assignment__grader_id=user.pk))
    return found


def _exercises(user: AbstractUser, course: Course | None, exercise: Exercise | None) -> list[int]:
    """Asked first and handed on as a list: with a million attempts the database then finds the right index."""
    found = Exercise.objects.filter(module__course__in=courses_reviewed_by(user).values("pk"))
    if course is not None:
        found = found.filter(module__course=course)
    if exercise is not None:
        found = found.filter(pk=exercise.pk)
    return list(found.order_by().values_list("pk", flat=True))


def _queue(user: AbstractUser, exercises: list[int], wanted: Filter) -> QuerySet[Attempt]:
    related = ("exercise__module__course", "exercise__rubric", "student", "claim__grader", "assignment__grader")
    found = (
        Attempt.objects.filter(state=Attempt.State.GRADED, exercise_id__in=exercises)
        .exclude(student_id=user.pk)
        .exclude(pk__in=tries_of_staff().filter(exercise_id__in=exercises).values("pk"))
        .select_related(*related)
        .annotate(is_reviewed=Exists(_decisions()))
    )
    return _filtered(found, wanted)


def _decisions() -> QuerySet[Score]:
    return Score.objects.filter(attempt=OuterRef("pk"), origin__in=PEOPLE)


def _filtered(found: QuerySet[Attempt], wanted: Filter) -> QuerySet[Attempt]:
    if wanted == "all":
        return found
    if wanted == "reviewed":
        return found.filter(Exists(_decisions()))
    waiting = found.filter(waiting=True)
    if wanted == "waiting":
        return waiting
    # SQLite cannot look into a JSON list; a quoted code is found in its text on every database.
    return waiting.alias(reasons=Cast("review_reasons", TextField())).filter(reasons__contains=f'"{wanted}"')


def next_in_queue(
    user: AbstractUser,
    after: Attempt,
    filter: Filter = "waiting",  # noqa: A002  # the word that pages use
    *,
    exercise: Exercise | None = None,
    group: Group | None = None,
    whose: Whose = "free",
    order: Order = "oldest",
) -> Attempt | None:
    """The next attempt that no other grader has on the screen: further down at the same exercise, else at another
    one, else back at the beginning of this one. What waits and is assigned to others is left to them."""
    theirs: Whose = "all" if filter in PAST else "free"
    rest = queue(
        user, after.exercise.module.course, exercise, filter,
        group=group, whose=theirs if whose == "all" else whose, order=order,
    )  # fmt: skip
    mine = Q(claim=None) | Q(claim__expires_at__lte=timezone.now()) | Q(claim__grader_id=user.pk)
    here = Q(exercise_id=after.exercise_id)
    turn = Case(When(here & _further(user, after, filter, order), then=0), When(~here, then=1), default=2,
                output_field=IntegerField())  # fmt: skip
    rows = rest.filter(mine).exclude(pk=after.pk).alias(place=_shuffled(user), turn=turn)
    # Only its name is wanted: asked at every decision, and answered while somebody waits for the next page.
    return rows.order_by("turn", *rest.query.order_by).select_related(None).only("pk").first()


def _further(user: AbstractUser, after: Attempt, wanted: Filter, order: Order) -> Q:
    """Does a row stand behind `after` in its exercise?"""
    if order == "shuffled" and wanted not in PAST:
        return Q(place__gt=_place(user, after))
    way = "lt" if wanted in PAST else "gt"
    later, same = {f"submitted_at__{way}": after.submitted_at}, {f"pk__{way}": after.pk}
    return Q(**later) | Q(submitted_at=after.submitted_at, **same)


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


def last_decision(grader: AbstractUser) -> Decision | None:
    """The grader's newest decision that may still be taken back, whatever came between."""
    recent = Decision.objects.filter(by_id=grader.pk, created_at__gt=timezone.now() - UNDO, undone_at=None)
    return recent.select_related("attempt__exercise__module__course").order_by("-created_at", "-pk").first()


def undone(attempt: Attempt) -> set[int]:
    """Ids of the scores that were taken back."""
    rows = Decision.objects.filter(attempt=attempt).exclude(undone_at=None).exclude(score=None)
    return set(rows.values_list("score_id", flat=True))


def comments_on(attempt: Attempt, user: Person) -> list[Comment]:
    """Oldest first. Graders read all, the student what was said about a mark that is shown."""
    staff = can_review(user, attempt.exercise.module.course)
    if not (staff or attempt.released_at):
        return []
    return list(attempt.comments.filter(removed_at=None).select_related("by"))


def remarks_for(user: AbstractUser, course: Course) -> list[Remark]:
    """One's own and the shared ones, most used first."""
    found = Remark.objects.filter(Q(owner_id=user.pk) | Q(shared=True), course=course).select_related("owner")
    return list(found.order_by("-uses", "pk")[:REMARKS])


def names_hidden(user: AbstractUser, attempts: Iterable[Attempt]) -> set[Any]:
    """Ids of those attempts whose student this person is not shown (`rules.check_can_see_name`, for many)."""
    blind = [each for each in attempts if each.exercise.module.course.review_rules.blind]
    seen = Attempt.objects.filter(pk__in=[each.pk for each in blind], unveilings__by_id=user.pk) if blind else ()
    return {each.pk for each in blind} - {each.pk for each in seen}
