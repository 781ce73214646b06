"""The queue: what waits on which servers, and where my own work stands. Anonymous for everybody else's."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from athanor.accounts.models import User
from athanor.web.people import is_fetch, person
from courses.attempts.models import Attempt
from workers.scheduling import selectors
from workers.scheduling.models import Job
from workers.scheduling.states import TERMINAL, State

SUBJECT = "attempt:"


@dataclass(frozen=True, slots=True)
class Mine:
    """One of my jobs that is not over, with the attempt it belongs to."""

    job: Job
    attempt: Attempt | None
    waiting: selectors.Waiting | None


def mine(user: User) -> list[Mine]:
    jobs = list(Job.objects.filter(owner=user).exclude(state__in=TERMINAL).order_by("created_at")[:20])
    ids = [job.subject.removeprefix(SUBJECT) for job in jobs if job.subject.startswith(SUBJECT)]
    rows = Attempt.objects.filter(pk__in=ids).select_related("exercise__module__course").defer("answer", "spec", "draft")
    attempts = {str(attempt.pk): attempt for attempt in rows}
    return [Mine(job, attempts.get(job.subject.removeprefix(SUBJECT)), _waiting(job)) for job in jobs]


def _waiting(job: Job) -> selectors.Waiting | None:
    return selectors.waiting(job) if job.state in (State.QUEUED, State.LEASED) else None


def overviews() -> list[dict[str, Any]]:
    return [{"pool": pool, "overview": selectors.overview(pool)} for pool in selectors.pools()]


@login_required
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    context = {"mine": mine(person(request)), "pools": overviews()}
    name = "queue/queue.html#live" if is_fetch(request) else "queue/queue.html"
    return render(request, name, context)


urlpatterns = [path("queue/", queue, name="queue")]
