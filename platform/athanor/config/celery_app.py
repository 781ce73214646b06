"""The Celery application: `celery -A athanor.config.celery_app worker --pool threads`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "athanor.config.settings")

app = Celery("athanor")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
