"""Reading notices."""

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from courses.notices.models import Mailbox, Notice


def notices_of(user: AbstractUser) -> QuerySet[Notice]:
    """Unread first, newest first."""
    is_read = ExpressionWrapper(Q(read_at__isnull=False), output_field=BooleanField())
    return Notice.objects.filter(user_id=user.pk).alias(is_read=is_read).order_by("is_read", "-created_at", "-pk")


def unread_count(user: AbstractUser | AnonymousUser) -> int:
    return Notice.objects.filter(user_id=user.pk or 0, read_at=None).count()


def pace_of(user: AbstractUser) -> str:
    """How often this person wants mail."""
    chosen = Mailbox.objects.filter(user_id=user.pk).values_list("pace", flat=True).first()
    return chosen or Mailbox.Pace.DAILY
