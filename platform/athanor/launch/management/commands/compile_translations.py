"""Compile the message catalogues (.po → .mo) that have changed."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from athanor.launch import translations


class Command(BaseCommand):
    help = "Compile the message catalogues that have changed."
    requires_system_checks: list[str] = []

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        for source in translations.compile_stale(settings.LOCALE_PATHS):
            self.stdout.write(f"compiled {source}")
