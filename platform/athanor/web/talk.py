"""Comments of graders on a piece of work, each at the place that it is about."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from django.urls import reverse

from courses.attempts.models import Attempt
from courses.people.rules import Person
from courses.review.models import Comment
from courses.review.selectors import comments_on

PICTURE = re.compile("picture:([0-9a-f]{64})")


@dataclass(slots=True)
class Talk:
    """The comments of one page. Places are told as they are drawn, so that what has no place on it is shown below."""

    every: list[Comment]
    may_comment: bool = False
    on: str = ""  # the place whose form is open, without scripts
    places: set[str] = field(default_factory=set)

    def at(self, anchor: str) -> list[Comment]:
        self.places.add(anchor)
        return self._by_place().get(anchor, [])

    @property
    def elsewhere(self) -> list[Comment]:
        """About the whole, or about a place that this page does not show."""
        return [each for each in self.every if each.anchor not in self.places]

    @property
    def beside(self) -> int:
        """How many are about a place of the work."""
        return sum(1 for each in self.every if each.anchor)

    @property
    def of_the_whole(self) -> list[Comment]:
        return [each for each in self.every if not each.anchor]

    def _by_place(self) -> dict[str, list[Comment]]:
        found: dict[str, list[Comment]] = defaultdict(list)
        for each in self.every:
            found[each.anchor].append(each)
        return found


def picture_at(attempt_id: UUID, anchor: str) -> str:
    """The address of the picture that an anchor names (`picture:` and its digest); empty for every other place."""
    found = PICTURE.fullmatch(anchor)
    return reverse("thumbnail", args=[attempt_id, found[1]]) if found else ""


def talk_about(attempt: Attempt, user: Person, *, may_comment: bool = False, on: str = "") -> Talk:
    return Talk(comments_on(attempt, user), may_comment=may_comment, on=on)
