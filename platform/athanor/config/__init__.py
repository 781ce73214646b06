"""Configuration. Importing it makes `shared_task` use our Celery application."""

from athanor.config.celery_app import app as celery_app

__all__ = ["celery_app"]
