"""Destroy the words of jobs that have ended; that they ran, for whom and how long stays for the statistics."""

from django.db.models import QuerySet

from workers.scheduling.models import Job
from workers.scheduling.states import TERMINAL


def forget(*, subject: str) -> int:
    """How many jobs were emptied. Those that still wait or run are left alone: nobody writes a final one any more."""
    ended: QuerySet[Job] = Job.objects.filter(subject=subject, state__in=TERMINAL)
    emptied = 0
    for task in ("chat", "image"):
        emptied += ended.filter(request__task=task).update(request={"task": task}, result=None, error=None)
    return emptied
