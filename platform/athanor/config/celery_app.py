"""The Celery application: `celery -A athanor.config.celery_app worker --pool threads`."""

import os

from celery import Celery
from celery.signals import worker_init

from athanor.config import threads

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "athanor.config.settings")

app = Celery("athanor")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def _begin(**_signal: object) -> None:
    threads.take_short_turns()
