"""`manage.py bench_dispatch`: what a dispatch decision costs with a long queue, on a database without jobs."""

import json
import statistics
import time
import uuid
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from workers.backends.models import ModelAlias, Route, Server, ServerModel
from workers.scheduling import dispatch, shares
from workers.scheduling.models import Job, PoolLock, Share
from workers.scheduling.states import ACTIVE, State

STUDENTS, JOBS, COURSES, SLOTS, ROUNDS = 1_000, 10_000, 10, 64, 200
NAME = "bench-dispatch"
ROWS = (Job, Share, PoolLock, Server, ModelAlias)


class Command(BaseCommand):
    help = f"Measures a dispatch decision with {JOBS} queued jobs of {STUDENTS} students; needs an empty database."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if any(model.objects.exists() for model in ROWS):
            raise CommandError("this database has servers or jobs: give an empty one by DATABASE_URL")
        try:
            _fill()
            self.stdout.write(json.dumps(_measure()))
        finally:
            for model in ROWS:
                model.objects.all().delete()
            get_user_model().objects.filter(username__startswith=NAME).delete()


def _measure() -> dict[str, Any]:
    before = time.perf_counter()
    with transaction.atomic():
        shares.line_up("text")
    lined_up = time.perf_counter() - before
    _decide()  # every slot is taken once
    took: list[float] = []
    busy: list[float] = []
    for _ in range(ROUNDS):
        _end_one()
        before, work = time.perf_counter(), time.process_time()
        leases = _decide()
        took.append(time.perf_counter() - before)
        busy.append(time.process_time() - work)
        if leases != 1:
            raise CommandError(f"one slot was free, and {leases} jobs were leased")
    _end_one()
    with CaptureQueriesContext(connection) as captured:
        _decide()
    return {
        "database": connection.vendor,
        "queued": Job.objects.filter(state=State.QUEUED).count(),
        "students": STUDENTS,
        "courses": COURSES,
        "statements": len(captured),
        "decision_ms_median": round(1000 * statistics.median(took), 2),
        "decision_ms_least": round(1000 * min(took), 2),
        "decision_ms_p95": round(1000 * sorted(took)[int(0.95 * ROUNDS)], 2),
        "processor_ms_median": round(1000 * statistics.median(busy), 2),
        f"line_up_{JOBS}_s": round(lined_up, 2),
    }


def _decide() -> int:
    """A dispatch without its messages."""
    return len(dispatch.lease_under_lock("text"))


def _end_one() -> None:
    """One job ends, as `services.finish` leaves it."""
    job = Job.objects.filter(state__in=ACTIVE).order_by("leased_at").first()
    if job is not None:
        Job.objects.filter(pk=job.pk).update(state=State.DONE, owed=0.25)


def _fill() -> None:
    server = Server.objects.create(name=NAME, adapter="fake", url="http://bench.invalid", slots=SLOTS, health="healthy")
    ServerModel.objects.create(server=server, name="echo", loaded=True, seen_at=timezone.now())
    Route.objects.create(alias=ModelAlias.objects.create(name="chat-small"), server=server, model="echo")
    users = get_user_model()
    names = [f"{NAME}-{n}" for n in range(STUDENTS)]
    owners = users.objects.bulk_create([users(username=name, email=f"{name}@example.org") for name in names])
    start = timezone.now() - timedelta(seconds=10)
    request = {"task": "chat", "messages": [{"role": "user", "content": "word " * 200}], "options": {}}
    Job.objects.bulk_create(
        [
            Job(
                subject=f"bench-{uuid.uuid4()}", key="run", channel="bench", owner=owners[n % STUDENTS],
                share_group=f"course:{n % STUDENTS % COURSES}", pool="text", lane="interactive", alias="chat-small",
                request=request, timeout=60, expected_seconds=1 + n % 7, created_at=start + timedelta(microseconds=n),
            )
            for n in range(JOBS)
        ],
        batch_size=200,
    )  # fmt: skip
