"""The throw-away students of a rehearsal: made before it, removed with everything that they did."""

import secrets
from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractUser
from django.db import transaction

from courses.attempts.models import Attempt, Run
from courses.catalog.models import Course
from courses.people.models import Enrolment, Role
from workers.events.models import Event
from workers.scheduling.models import Job
from workers.scheduling.services import cancel
from workers.scheduling.states import TERMINAL

NAME = "rehearsal-"  # no one-character user name of a person begins so
BATCH = 200  # rows


@transaction.atomic
def gather(course: Course, number: int) -> list[AbstractUser]:
    """So many new people in the course. Nobody can sign in as one of them."""
    users, mark = get_user_model(), secrets.token_hex(4)
    names = [f"{NAME}{mark}-{n:03}" for n in range(1, number + 1)]
    people = [users(username=name, email=f"{name}@rehearsal.invalid", password=make_password(None)) for name in names]
    made = users.objects.bulk_create(people, batch_size=BATCH)
    # A course that is not published yet exists for its staff only.
    role = Role.STUDENT if course.published else Role.GRADER
    Enrolment.objects.bulk_create([Enrolment(course=course, user=one, role=role) for one in made], batch_size=BATCH)
    return list(made)


def dismiss(people: Sequence[AbstractUser]) -> int:
    """Stop what still runs for them and remove every trace; returns how many there were."""
    keys = [person.pk for person in people]
    for job in Job.objects.filter(owner__in=keys).exclude(state__in=TERMINAL):
        cancel(job_id=job.pk)
    with transaction.atomic():
        attempts = Attempt.objects.filter(student__in=keys)
        channels = [attempt.channel for attempt in attempts] + [f"user:{key}" for key in keys]
        for start in range(0, len(channels), BATCH):
            Event.objects.filter(channel__in=channels[start : start + BATCH]).delete()
        Run.objects.filter(attempt__in=attempts).delete()
        attempts.delete()
        Job.objects.filter(owner__in=keys).delete()
        get_user_model().objects.filter(pk__in=keys).delete()
    return len(keys)


def left_behind() -> list[AbstractUser]:
    """Throw-away students of rehearsals that were killed before they could tidy up."""
    return list(get_user_model().objects.filter(username__startswith=NAME, email__endswith="@rehearsal.invalid"))
