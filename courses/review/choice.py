"""Which pieces of work a grader wants to see, in which order: what the queue's form says and every page carries on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, get_args
from urllib.parse import urlencode

from django.contrib.auth.models import AbstractUser

from courses.catalog.models import Course, Exercise
from courses.people.models import Group
from courses.people.rules import courses_reviewed_by
from courses.review.selectors import Filter, Order, Whose


class Narrowed(TypedDict):
    exercise: Exercise | None
    filter: Filter
    group: Group | None
    whose: Whose
    order: Order


@dataclass(frozen=True, slots=True)
class Choice:
    course: Course | None
    exercise: Exercise | None
    group: Group | None
    filter: Filter
    whose: Whose
    order: Order

    @property
    def narrowed(self) -> Narrowed:
        """For the selectors, beside the course."""
        return {
            "exercise": self.exercise,
            "filter": self.filter,
            "group": self.group,
            "whose": self.whose,
            "order": self.order,
        }

    @property
    def query(self) -> str:
        """For addresses, without what is so anyway."""
        given = {
            "course": self.course.slug if self.course else "",
            "exercise": str(self.exercise.pk) if self.exercise else "",
            "group": str(self.group.pk) if self.group else "",
            "filter": self.filter if self.filter != "waiting" else "",
            "whose": self.whose if self.whose != "all" else "",
            "order": self.order if self.order != "oldest" else "",
        }
        return urlencode({name: value for name, value in given.items() if value})


def choice_of(query: Mapping[str, str], user: AbstractUser) -> Choice:
    """What makes no sense, or is not for this person, counts as not said."""
    slug = query.get("course", "")
    course = courses_reviewed_by(user).filter(slug=slug).first() if slug else None
    number, group = query.get("exercise", ""), query.get("group", "")
    return Choice(
        course=course,
        exercise=_row(Exercise.objects.filter(module__course=course), number) if course else None,
        group=_row(Group.objects.filter(course=course), group) if course else None,
        filter=_one_of(query.get("filter"), get_args(Filter)),
        whose=_one_of(query.get("whose"), get_args(Whose)),
        order=_one_of(query.get("order"), get_args(Order)),
    )


def _row(rows: Any, number: str) -> Any:
    return rows.filter(pk=number).first() if number.isascii() and number.isdigit() and len(number) < 18 else None


def _one_of(given: str | None, known: tuple[Any, ...]) -> Any:
    """The first one where another word was given."""
    return given if given in known else known[0]
