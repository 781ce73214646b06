"""The figures on the admin's first page, each with the list it counts."""

from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from athanor.accounts.models import User
from athanor.administration import scope
from courses.attempts.models import Attempt
from courses.catalog.models import Course
from courses.people.models import Enrolment, Role
from courses.review.selectors import queue
from workers.backends.models import Server
from workers.scheduling.models import Job
from workers.scheduling.states import ACTIVE, State


@dataclass(frozen=True, slots=True)
class Count:
    title: str
    value: str
    url: str
    alarm: bool = False


def counts(request: HttpRequest) -> list[Count]:
    """What this person looks after, at a glance."""
    teaching = _teaching(request) if scope.manages_any(request) else []
    return teaching + (_machines() if scope.is_operator(request) else [])


def _teaching(request: HttpRequest) -> list[Count]:
    attempts: QuerySet[Attempt] = scope.own_rows(request, Attempt.objects.all())
    students = scope.own_rows(request, Enrolment.objects.filter(role=Role.STUDENT, active=True))
    return [
        Count(_("Courses"), _number(scope.own_rows(request, Course.objects.all())), _list("catalog_course")),
        Count(_("Students"), _number(students), _list("people_enrolment", "role__exact=student")),
        Count(_("Attempts being graded"), _number(attempts.filter(state=Attempt.State.SUBMITTED)),
              _list("attempts_attempt", "state__exact=submitted")),
        Count(_("Work that waits for a person"), _number(queue(cast("User", request.user))), reverse("review")),
    ]  # fmt: skip


def _machines() -> list[Count]:
    jobs, servers = Job.objects.all(), Server.objects.filter(enabled=True)
    broken = servers.filter(Q(health=Server.Health.DOWN) | Q(health=Server.Health.MISCONFIGURED))
    answering, broken_count, dead = servers.count() - broken.count(), broken.count(), jobs.filter(state=State.DEAD)
    return [
        Count(_("Servers answering"), f"{answering} / {servers.count()}", _list("backends_server"), broken_count > 0),
        Count(
            _("Jobs waiting"), _number(jobs.filter(state=State.QUEUED)), _list("scheduling_job", "state__exact=queued")
        ),
        Count(
            _("Jobs running"), _number(jobs.filter(state__in=ACTIVE)), _list("scheduling_job", "state__exact=running")
        ),
        Count(_("Jobs given up"), _number(dead), _list("scheduling_job", "state__exact=dead"), dead.exists()),
    ]


def _number(rows: QuerySet[Any]) -> str:
    return str(rows.count())


def _list(name: str, query: str = "") -> str:
    address = reverse(f"admin:{name}_changelist")
    return f"{address}?{query}" if query else address
