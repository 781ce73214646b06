"""What a worker process does when it begins and when it is asked to end."""

import logging
import threading
from typing import Any

from celery.signals import worker_ready, worker_shutting_down
from django.db import DatabaseError, connection

from workers.scheduling.alarm import alarm
from workers.scheduling.keeper import keeper
from workers.scheduling.sweep import probe_everybody, sweep

logger = logging.getLogger(__name__)


def connect() -> None:
    worker_ready.connect(warm_up, dispatch_uid="warm up")
    worker_shutting_down.connect(give_leases_back, dispatch_uid="give leases back")


def warm_up(**_signal: Any) -> None:
    """Open the connections that the first job needs, so that its student does not wait for them; mind what is due."""
    alarm.start(sweep)
    threading.Thread(target=_probe, name="warm-up", daemon=True).start()


def _probe() -> None:
    try:
        probe_everybody()
    except DatabaseError:
        logger.exception("the servers could not be probed")
    finally:
        connection.close()


def give_leases_back(**_signal: Any) -> None:
    """Stop every run: each gives its lease back and lets its thread go, so that the worker ends at once."""
    # This is a signal handler: whatever lock is needed may be held by the very code that it interrupted.
    threading.Thread(target=keeper.close, name="lease-return").start()
