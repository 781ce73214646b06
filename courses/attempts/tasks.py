"""What Celery carries: each task fetches, calls a service, returns. Safe to run twice and in any order."""

import logging
from collections.abc import Iterator
from uuid import UUID

from celery import shared_task
from django.db.models import QuerySet, UUIDField

from courses.attempts.models import Attempt, Run
from courses.attempts.selectors import RUN_KEY
from courses.attempts.services import collect
from workers import prepared
from workers.events.publish import publish
from workers.prepared import Given
from workers.scheduling.models import Job
from workers.scheduling.states import TERMINAL

logger = logging.getLogger(__name__)

BATCH = 500  # attempts asked about in one query


@shared_task(name="courses.collect")
def collect_job(job_id: str) -> None:
    """A job of a submission is final."""
    job = Job.objects.filter(pk=job_id).only("subject").first()
    kind, _, attempt_id = job.subject.partition(":") if job else ("", "", "")
    if kind == "attempt":
        collect(attempt_id)


@shared_task(name="courses.run_finished")
def run_finished(job_id: str) -> None:
    """A run is final: other pages of the same person learn that an answer is there."""
    for run, attempt, student, state in prepared.select("attempts run finished", _finished, job_id):
        publish(channel=f"user:{student}", type="run", data={"attempt": str(attempt), "run": str(run), "state": state})


def _finished() -> QuerySet[Run, tuple[UUID, UUID, int, str]]:
    named = Run.objects.filter(job_id=Given(0, UUIDField())).order_by()
    return named.values_list("pk", "attempt_id", "attempt__student_id", "job__state")


@shared_task(name="courses.collect_finished")
def collect_finished() -> int:
    """The sweep: takes every submitted attempt further that waits for nothing. One that fails stops no other."""
    taken = 0
    for attempt_id in _ready():
        try:
            collect(attempt_id)
            taken += 1
        except Exception:
            logger.exception("Attempt %s could not be collected.", attempt_id)
    return taken


def _ready() -> Iterator[UUID]:
    waiting = list(
        Attempt.objects.filter(state=Attempt.State.SUBMITTED).order_by("submitted_at").values_list("pk", flat=True)
    )
    for start in range(0, len(waiting), BATCH):
        batch = {f"attempt:{pk}": pk for pk in waiting[start : start + BATCH]}
        unfinished = Job.objects.filter(subject__in=batch).exclude(state__in=TERMINAL)
        busy = set(unfinished.exclude(key__startswith=RUN_KEY).values_list("subject", flat=True))
        yield from (pk for subject, pk in batch.items() if subject not in busy)
