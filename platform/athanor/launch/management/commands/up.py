"""`manage.py up`: the whole site on this machine, with one command."""

from typing import Any

from django.core.management.base import BaseCommand

from athanor.launch import launcher


class Command(BaseCommand):
    help = "Start and watch everything the site needs on this machine. Ctrl-C stops it."
    requires_system_checks: list[str] = []

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        code = launcher.up()
        if code:
            raise SystemExit(code)
