"""Reading requests about marks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from django.contrib.auth.models import AbstractUser
from django.db.models import Q, QuerySet
from django.utils import timezone

from courses.attempts import selectors as attempts
from courses.attempts.models import Attempt
from courses.catalog.models import Course
from courses.grading.findings import everything
from courses.inquiries.models import Inquiry, Message
from courses.inquiries.rules import asked_until
from courses.people.rules import Person, can_review, courses_reviewed_by
from courses.texts import Text

Filter = Literal["for_me", "mine", "open", "ended", "all"]
FILTERS: tuple[Filter, ...] = get_args(Filter)
RELATED = ("attempt__exercise__module__course", "attempt__exercise__rubric", "attempt__rubric", "attempt__student",
           "about", "score", "first_grader", "handler", "allowed_by", "answered_by")  # fmt: skip


def inquiries() -> QuerySet[Inquiry]:
    """With everything that rules and pages ask of a row."""
    return Inquiry.objects.select_related(*RELATED)


def asked_by(user: AbstractUser) -> QuerySet[Inquiry]:
    """A student's own, newest first."""
    return inquiries().filter(attempt__student_id=user.pk).order_by("-created_at")


def to_answer(user: AbstractUser, course: Course | None = None, wanted: Filter = "for_me") -> QuerySet[Inquiry]:
    """Those of the courses that `user` reviews, about nobody's own work. Open ones oldest first; the past newest first.

    `for_me`: open, not taken by another, and not about a mark that `user` decided.
    """
    found = inquiries().filter(attempt__exercise__module__course__in=courses_reviewed_by(user).values("pk"))
    found = found.exclude(attempt__student_id=user.pk)
    if course is not None:
        found = found.filter(attempt__exercise__module__course=course)
    is_open = Q(state=Inquiry.State.OPEN)
    free = Q(handler=None) | Q(handler_id=user.pk)
    not_first = Q(first_grader=None) | ~Q(first_grader_id=user.pk) | Q(allowed_by__isnull=False)
    match wanted:
        case "for_me":
            return found.filter(is_open & free & not_first).order_by("created_at")
        case "mine":
            return found.filter(Q(handler_id=user.pk) | Q(answered_by_id=user.pk)).order_by("-created_at")
        case "open":
            return found.filter(is_open).order_by("created_at")
        case "ended":
            return found.exclude(is_open).order_by("-ended_at")
    return found.order_by("-created_at")


def counts(user: AbstractUser, course: Course | None = None) -> dict[str, int]:
    """How many each filter shows."""
    return {wanted: to_answer(user, course, wanted).count() for wanted in FILTERS}


def of_attempt(attempt: Attempt) -> list[Inquiry]:
    """Oldest first."""
    return list(inquiries().filter(attempt=attempt).order_by("created_at"))


def thread(inquiry: Inquiry, user: Person) -> list[Message]:
    """What this reader may read of it, oldest first."""
    found = inquiry.messages.select_related("author")
    staff = can_review(user, inquiry.attempt.exercise.module.course) and inquiry.attempt.student_id != user.pk
    return list(found if staff else found.filter(staff_only=False))


@dataclass(frozen=True, slots=True)
class Offer:
    """What the student may ask, and until when."""

    until: datetime
    is_open: bool  # the time is not over
    criteria: list[tuple[str, Text]]  # id and title of what may be asked about; the whole mark has an empty id


def offer(attempt: Attempt, user: Person) -> Offer | None:
    """None: nothing is offered to this reader."""
    until = asked_until(attempt) if attempt.student_id == user.pk else None
    if until is None:
        return None
    return Offer(until, timezone.now() < until, criteria_of(attempt, user))


def criteria_of(attempt: Attempt, user: Person) -> list[tuple[str, Text]]:
    """What the reader may name: the criteria that are shown to them."""
    mark = attempts.visible_score(attempt, user)
    return [(found["id"], found["title"]) for found in everything(mark.findings if mark else []) if found["id"]]


def finding_of(inquiry: Inquiry, user: Person) -> dict[str, Any] | None:
    """The criterion as it stands now, as far as the reader may see it; None for the whole mark."""
    mark = attempts.visible_score(inquiry.attempt, user)
    found = everything(mark.findings if mark else [])
    return next((each for each in found if inquiry.criterion and each["id"] == inquiry.criterion), None)
