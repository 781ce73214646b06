"""Who reads second, and what they are not shown until they have. `check_x` raises, `can_x` asks it."""

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from courses.attempts.errors import NotReviewable
from courses.attempts.models import Attempt
from courses.attempts.services import check_can_decide
from courses.people.errors import Denied
from courses.people.rules import Person
from courses.readings import errors
from courses.readings.models import Reading


class ReadFirst(Denied):
    """How the first grader decided is not for whoever may still read it second."""

    def __init__(self, reading: Reading) -> None:
        super().__init__("This work waits for a second reading: mark it there first.")
        self.reading = reading


def check_can_read(reader: AbstractUser, reading: Reading) -> None:
    """A grader of the course who did not decide it and has not looked. Raises ReadingRefused, NotReviewable, Denied,
    Hidden."""
    check_can_decide(reader, reading.attempt)
    if reading.first.decided_by_id == reader.pk:
        raise errors.same_grader()
    if reading.looked_by.filter(pk=reader.pk).exists():
        raise errors.has_looked()


def can_read(reader: AbstractUser, reading: Reading) -> bool:
    try:
        check_can_read(reader, reading)
    except (NotReviewable, PermissionDenied, Http404):
        return False
    return True


def check_need_not_read(user: Person, attempt: Attempt) -> None:
    """Before a mark is shown to the staff. Raises ReadFirst where a second reading waits that this person may do."""
    if not isinstance(user, AbstractUser) or attempt.student_id == user.pk:
        return
    reading: Reading | None = getattr(attempt, "reading", None)
    if reading is not None and reading.state == Reading.State.WAITING and can_read(user, reading):
        raise ReadFirst(reading)
