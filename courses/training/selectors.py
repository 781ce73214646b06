"""Reading how far graders are with their training."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser
from django.db.models import QuerySet

from courses.catalog.models import Course
from courses.people.models import Enrolment, Role
from courses.training.models import Piece, Trial


@dataclass(frozen=True, slots=True)
class Progress:
    passed: int  # pieces marked within the tolerance
    tried: int
    needed: int
    available: int

    @property
    def is_enough(self) -> bool:
        return self.needed > 0 and self.passed >= self.needed

    @property
    def is_stuck(self) -> bool:
        """Every piece is used up, and it was not enough: an instructor lets them begin again."""
        return not self.is_enough and self.tried >= self.available > 0


def pieces(course: Course) -> QuerySet[Piece]:
    """Those in use."""
    related = ("attempt__exercise__module__course", "attempt__student", "course")
    return Piece.objects.filter(course=course, active=True).select_related(*related)


def needed(course: Course, available: int) -> int:
    """How many must be marked well: what the course says, but never more than there are."""
    return min(course.review_rules.training_pieces or available, available)


def progress(grader: AbstractUser, course: Course) -> Progress:
    available = pieces(course).exclude(attempt__student_id=grader.pk).count()
    rows = [passed for _piece, passed in _trials(course).filter(grader_id=grader.pk).values_list("piece", "passed")]
    return Progress(sum(rows), len(rows), needed(course, available), available)


def trials_of(grader: AbstractUser, course: Course) -> dict[int, Trial]:
    """By the piece's id."""
    return {each.piece_id: each for each in _trials(course).filter(grader_id=grader.pk)}


def _trials(course: Course) -> QuerySet[Trial]:
    return Trial.objects.filter(piece__course=course, piece__active=True)


def graders(course: Course) -> list[tuple[Enrolment, Progress]]:
    """Every grader of the course with their progress, in three queries."""
    rows = Enrolment.objects.filter(course=course, active=True, role=Role.GRADER).select_related("user")
    found: dict[int, list[bool]] = defaultdict(list)
    for grader, passed in _trials(course).values_list("grader_id", "passed"):
        found[grader].append(passed)
    available = pieces(course).count()
    most = needed(course, available)
    return [
        (row, Progress(sum(found[row.user_id]), len(found[row.user_id]), most, available))
        for row in rows.order_by("user__username")
    ]


def to_train_in(staffed: Iterable[Enrolment]) -> list[Course]:
    """Where this grader has not passed the training yet that the course asks for; of `people.rules.staffed_by`."""
    new = [each for each in staffed if each.role == Role.GRADER and each.trained_at is None]
    return [each.course for each in new if each.course.review_rules.training]
