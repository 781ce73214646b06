"""What requests about marks keep of a person: hand it out, and erase it."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db.models import Q

from courses.inquiries.models import Inquiry, Message


def kept_about(user: AbstractUser) -> dict[str, Any]:
    """As JSON: one's own requests with their threads, and what one wrote in those of others."""
    mine = Inquiry.objects.filter(attempt__student_id=user.pk).prefetch_related("messages")
    elsewhere = Message.objects.filter(author_id=user.pk).exclude(inquiry__attempt__student_id=user.pk)
    return {
        "asked": [_inquiry(each) for each in mine],
        "written": list(elsewhere.values("kind", "text", "created_at")),
    }


def _inquiry(row: Inquiry) -> dict[str, Any]:
    said = [{"text": each.text, "at": each.created_at} for each in row.messages.all() if not each.staff_only]
    return {
        "attempt": str(row.attempt_id),
        "criterion": row.criterion,
        "state": row.state,
        "outcome": row.outcome,
        "created_at": row.created_at,
        "messages": said,
    }


def erase(user: AbstractUser, erased: str) -> None:
    """Every word in the threads about the person's work goes; that they asked, and what came of it, stays. What they
    wrote as a grader belongs to others' marks."""
    about_me = Q(inquiry__attempt__student_id=user.pk)
    Message.objects.filter(about_me).exclude(text="").update(text=erased)
    Inquiry.objects.filter(handler_id=user.pk, state=Inquiry.State.OPEN).update(handler=None)
