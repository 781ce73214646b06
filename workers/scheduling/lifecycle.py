"""What a worker process does when it is asked to end."""

import threading
from typing import Any

from celery.signals import worker_shutting_down

from workers.scheduling.keeper import keeper


def connect() -> None:
    worker_shutting_down.connect(give_leases_back, dispatch_uid="give leases back")


def give_leases_back(**_signal: Any) -> None:
    """Stop every run: each gives its lease back and lets its thread go, so that the worker ends at once."""
    # This is a signal handler: whatever lock is needed may be held by the very code that it interrupted.
    threading.Thread(target=keeper.close, name="lease-return").start()
