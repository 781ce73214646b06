"""Who may play, and who may read it. `check_x` raises Hidden, `can_x` asks it."""

from django.http import Http404

from courses.catalog.models import Course
from courses.people.errors import Hidden
from courses.people.rules import Person, check_can_open_course
from courses.playground.models import Conversation


def check_can_play(user: Person, course: Course) -> None:
    """Everybody who takes part in the course, unless it is switched off there."""
    check_can_open_course(user, course)
    if not course.playground_rules.enabled:
        raise Hidden("This course has no playground.")


def check_can_see_conversation(user: Person, conversation: Conversation) -> None:
    """Its owner. Nobody else learns that it exists, whatever their role."""
    if user.pk is None or conversation.owner_id != user.pk or conversation.deleted_at is not None:
        raise Hidden("No such conversation.")


def can_play(user: Person, course: Course) -> bool:
    try:
        check_can_play(user, course)
    except Http404:
        return False
    return True


def can_see_conversation(user: Person, conversation: Conversation) -> bool:
    try:
        check_can_see_conversation(user, conversation)
    except Http404:
        return False
    return True
