from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

from courses.gradebook import triggers


class GradebookConfig(AppConfig):
    name = "courses.gradebook"
    label = "gradebook"
    verbose_name = _("Gradebook")

    def ready(self) -> None:
        # The tables that the triggers read may be made anew by a migration, which takes the triggers with it.
        pre_migrate.connect(_before, sender=self)
        post_migrate.connect(_after, sender=self)


def _before(using: str, plan: Any = (), **_rest: Any) -> None:
    if plan:
        triggers.remove(using)


def _after(using: str, **_rest: Any) -> None:
    triggers.ensure(using)
