"""The queue: what waits on which servers, and where my own work stands. Anonymous for everybody else's."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from athanor.accounts.models import User
from athanor.web.people import is_fetch, person
from courses.attempts.models import Attempt
from courses.playground.models import SUBJECT as FREE_PLAY
from workers.scheduling import selectors
from workers.scheduling.models import Job
from workers.scheduling.states import TERMINAL, State

SUBJECT = "attempt:"
MOST = 20


@dataclass(frozen=True, slots=True)
class Mine:
    """One of my jobs that is not over, with the attempt it belongs to."""

    job: Job
    attempt: Attempt | None
    conversation: str  # of the playground; empty: none
    position: int  # 0: in flight, or too far behind to be listed
    waiting: selectors.Waiting | None


def mine(user: User, pools: list[selectors.Overview]) -> list[Mine]:
    """My jobs, oldest first; why and how long is only asked for the first: the others come after it."""
    jobs = list(Job.objects.filter(owner=user).exclude(state__in=TERMINAL).order_by("created_at")[:MOST])
    places = {entry.job: entry.position for overview in pools for entry in overview.entries}
    attempts = _attempts(jobs)
    first = next((job for job in jobs if job.state == State.QUEUED), None)
    return [
        Mine(
            job=job,
            attempt=attempts.get(job.subject.removeprefix(SUBJECT)),
            conversation=job.subject.removeprefix(FREE_PLAY) if job.subject.startswith(FREE_PLAY) else "",
            position=places.get(job.pk, 0),
            waiting=selectors.waiting(job) if job is first else None,
        )
        for job in jobs
    ]


def _attempts(jobs: list[Job]) -> dict[str, Attempt]:
    ids = [job.subject.removeprefix(SUBJECT) for job in jobs if job.subject.startswith(SUBJECT)]
    rows = Attempt.objects.filter(pk__in=ids).select_related("exercise__module__course")
    return {str(attempt.pk): attempt for attempt in rows.defer("answer", "spec", "draft")}


@login_required
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    pools = [selectors.overview(pool) for pool in selectors.pools()]
    context = {"mine": mine(person(request), pools), "pools": pools}
    name = "queue/queue.html#live" if is_fetch(request) else "queue/queue.html"
    return render(request, name, context)


urlpatterns = [path("queue/", queue, name="queue")]
