"""Periodic work on events."""

from celery import shared_task

from workers.events import history


@shared_task(name="workers.forget_old_events", expires=600)
def forget_old_events() -> int:
    return history.forget_old()
