"""Joining a course by its code, as pages and the API do it: with a limit on guessing."""

from athanor.accounts.limits import check_can_try_code, note_wrong_code
from athanor.accounts.models import User
from courses.people import services
from courses.people.errors import WrongCode
from courses.people.models import Enrolment


def join(*, user: User, code: str, address: str) -> Enrolment:
    """Enrol `user` as a student. Raises TooManyTries, WrongCode, JoiningClosed. `address` is the client's."""
    check_can_try_code(user_id=user.pk, address=address)
    try:
        return services.join(user=user, code=code)
    except WrongCode:
        note_wrong_code(user_id=user.pk, address=address)
        raise
