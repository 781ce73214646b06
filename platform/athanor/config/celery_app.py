"""The Celery application: `celery -A athanor.config.celery_app worker --pool threads`."""

import os

from celery import Celery
from celery.signals import worker_ready

from athanor.config import processes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "athanor.config.settings")

app = Celery("athanor")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def _settle(**_signal: object) -> None:
    processes.settle()
