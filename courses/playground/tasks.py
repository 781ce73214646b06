"""What Celery carries."""

from celery import shared_task

from courses.playground.models import Conversation
from courses.playground.services import purge


@shared_task(name="courses.purge_playground")
def purge_deleted() -> int:
    """The sweep: destroys deleted conversations whose models were still running when they were deleted."""
    return sum(purge(conversation) for conversation in Conversation.objects.exclude(deleted_at=None))
