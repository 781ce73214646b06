"""Measure a dispatch decision with a long queue. Run by hand, on an empty database that it fills and leaves filled:

DATABASE_URL=… python -m workers.scheduling.bench
"""

import json
import os
import statistics
import sys
import time
import uuid
from datetime import timedelta
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "platform"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "athanor.config.settings")
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - the settings come first
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from workers.backends.models import ModelAlias, Route, Server, ServerModel  # noqa: E402
from workers.scheduling import dispatch, shares  # noqa: E402
from workers.scheduling.models import Job, PoolLock, Share  # noqa: E402
from workers.scheduling.states import ACTIVE, State  # noqa: E402

STUDENTS, JOBS, COURSES, SLOTS, ROUNDS = 1_000, 10_000, 10, 64, 200


def main() -> None:
    call_command("migrate", verbosity=0)
    fill()
    before = time.perf_counter()
    with transaction.atomic():
        shares.line_up("text")
    lined_up = time.perf_counter() - before
    decide()  # every slot is taken once
    took: list[float] = []
    busy: list[float] = []
    queries = 0
    for _ in range(ROUNDS):
        end_one()
        with CaptureQueriesContext(connection) as captured:
            decide()
        queries = max(queries, len(captured))
        end_one()
        before, work = time.perf_counter(), time.process_time()
        leases = decide()
        took.append(time.perf_counter() - before)
        busy.append(time.process_time() - work)
        assert leases == 1  # noqa: S101 - what was measured is what was meant
    ordered = sorted(took)
    print(  # noqa: T201
        json.dumps(
            {
                "database": connection.vendor,
                "queued": Job.objects.filter(state=State.QUEUED).count(),
                "students": STUDENTS,
                "courses": COURSES,
                "statements": queries,
                "decision_ms_median": round(1000 * statistics.median(took), 2),
                "decision_ms_p95": round(1000 * ordered[int(0.95 * len(ordered))], 2),
                "processor_ms_median": round(1000 * statistics.median(busy), 2),
                "line_up_10000_s": round(lined_up, 2),
            }
        )
    )


def decide() -> int:
    """A dispatch without its messages."""
    with transaction.atomic():
        return len(dispatch.lease_under_lock("text"))


def end_one() -> None:
    """One job ends, as `services.finish` leaves it."""
    job = Job.objects.filter(state__in=ACTIVE).order_by("leased_at").first()
    if job is not None:
        Job.objects.filter(pk=job.pk).update(state=State.DONE, owed=0.25)


def fill() -> None:
    for model in (Job, Share, PoolLock, Server, ModelAlias):
        model.objects.all().delete()
    server = Server.objects.create(
        name="bench", adapter="fake", url="http://bench.invalid", slots=SLOTS, health="healthy"
    )
    ServerModel.objects.create(server=server, name="echo", loaded=True, seen_at=timezone.now())
    Route.objects.create(alias=ModelAlias.objects.create(name="chat-small"), server=server, model="echo")
    users = get_user_model()
    names = [f"bench-{n}" for n in range(STUDENTS)]
    users.objects.bulk_create(
        [users(username=name, email=f"{name}@example.org") for name in names], ignore_conflicts=True, batch_size=50
    )
    owners = list(users.objects.filter(username__startswith="bench-").values_list("pk", flat=True)[:STUDENTS])
    start = timezone.now() - timedelta(seconds=10)
    request = {"task": "chat", "messages": [{"role": "user", "content": "word " * 200}], "options": {}}
    Job.objects.bulk_create(
        [
            Job(
                subject=f"bench-{uuid.uuid4()}", key="run", channel="bench", owner_id=owners[n % STUDENTS],
                share_group=f"course:{n % STUDENTS % COURSES}", pool="text", lane="interactive", alias="chat-small",
                request=request, timeout=60, expected_seconds=1 + n % 7, created_at=start + timedelta(microseconds=n),
            )
            for n in range(JOBS)
        ],
        batch_size=200,
    )  # fmt: skip


if __name__ == "__main__":
    main()
