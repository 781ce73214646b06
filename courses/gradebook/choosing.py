"""Which students a page of the gradebook shows, and in which order."""

from typing import Any, Literal, get_args

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from courses.catalog.models import Course, Exercise
from courses.gradebook.models import Standing
from courses.people.models import Enrolment, Group, Role
from courses.people.selectors import members

Filter = Literal["all", "missing", "waiting", "late", "below", "released", "hidden"]
FILTERS: tuple[Filter, ...] = get_args(Filter)
NAMES = ("user__last_name", "user__first_name", "user__username", "pk")
SEARCHED = ("user__username", "user__first_name", "user__last_name", "user__email")
WORDS = 5  # of a search, each of which must be found


def students_of(
    course: Course,
    group: Group | None = None,
    wanted: Filter = "all",
    search: str = "",
    exercise: Exercise | None = None,
) -> QuerySet[Enrolment]:
    """By name. `wanted`: who has at least one exercise in this state; `exercise`: this one, and nothing else counts."""
    found = members(course, Role.STUDENT)
    if group is not None:
        found = found.filter(groups=group)
    for word in search.split()[:WORDS]:
        found = found.filter(_any(word))
    return _filtered(found, course, wanted, exercise).order_by(*NAMES)


def _any(word: str) -> Q:
    found = Q()
    for field in SEARCHED:
        found |= Q(**{f"{field}__icontains": word})
    return found


def _filtered(
    found: QuerySet[Enrolment], course: Course, wanted: Filter, exercise: Exercise | None
) -> QuerySet[Enrolment]:
    counted = Exercise.objects.filter(module__course=course, archived=False, practice=False)
    counted = counted.filter(pk=exercise.pk) if exercise else counted
    if wanted == "missing":
        done = Standing.objects.filter(
            student_id=OuterRef(OuterRef("user_id")), exercise_id=OuterRef("pk"), handed_in__gt=0
        )
        return found.filter(Exists(counted.filter(~Exists(done))))
    states: dict[str, Q] = {
        "waiting": Q(waiting=True),
        "late": Q(late=True),
        "below": Q(value__lt=F("exercise__pass_mark")),
        "released": Q(shown=True),
        "hidden": Q(shown=False, value__isnull=False),
    }
    if wanted not in states:
        return found
    theirs = Standing.objects.filter(states[wanted], student_id=OuterRef("user_id"), exercise__in=counted)
    return found.filter(Exists(theirs))


def by_mark(found: QuerySet[Enrolment], exercise: Exercise, *, best_first: bool) -> QuerySet[Enrolment]:
    """In the order of one column; who has no mark comes last."""
    value = Standing.objects.filter(student_id=OuterRef("user_id"), exercise=exercise).values("value")
    order: Any = F("mark").desc(nulls_last=True) if best_first else F("mark").asc(nulls_last=True)
    return found.annotate(mark=Subquery(value[:1])).order_by(order, *NAMES)
