"""Whom a request concerns, told by notices: no name and no mark in them."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser

from courses.inquiries.models import Inquiry
from courses.inquiries.rules import holds, others
from courses.notices.services import Link, notify, settle
from courses.texts import Text, both, localise


def tell_staff(inquiry: Inquiry, actor: AbstractUser, *, again: bool = False) -> None:
    """Whoever took it, else those who may answer. `again`: there is something new in the thread."""
    people: Iterable[AbstractUser] = [inquiry.handler] if inquiry.handler and holds(inquiry) else _staff(inquiry)
    title = (
        _titled(
            inquiry, "New words on a request about a mark: {what}", "Du nouveau dans une demande sur une note : {what}"
        )
        if again
        else _titled(inquiry, "A student asks about a mark: {what}", "Une demande au sujet d'une note : {what}")
    )
    notify(people, kind="request_made", title=title, link=_link(inquiry), subject=inquiry.subject, actor=actor)


def tell_student(inquiry: Inquiry, actor: AbstractUser, *, answered: bool) -> None:
    title = (
        _titled(
            inquiry, "Your request about a mark was answered: {what}", "Réponse à votre demande de révision : {what}"
        )
        if answered
        else _titled(inquiry, "New words on your request: {what}", "Du nouveau dans votre demande : {what}")
    )
    student = [inquiry.attempt.student]
    notify(student, kind="request_answered", title=title, link=_link(inquiry), subject=inquiry.subject, actor=actor)


def nothing_left_to_do(inquiry: Inquiry) -> None:
    """It has ended: it asks nobody for anything any more."""
    settle(kind="request_made", subject=inquiry.subject)


def _staff(inquiry: Inquiry) -> list[AbstractUser]:
    """Everybody who may answer; where the first grader is the only one, that one."""
    wanted = others(inquiry) or [inquiry.first_grader_id or 0]
    return list(get_user_model().objects.filter(pk__in=wanted))


def _titled(inquiry: Inquiry, english: str, french: str) -> Text:
    title = inquiry.attempt.exercise.title
    return {
        "en": both(english, french, what=localise(title, "en"))["en"],
        "fr": both(english, french, what=localise(title, "fr"))["fr"],
    }


def _link(inquiry: Inquiry) -> Link:
    return "request", {"inquiry": inquiry.pk}
