"""`manage.py reference`: write docs/reference.md from the code; with --check only say whether it is up to date."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from athanor.administration.reference import page

FILE = Path("docs") / "reference.md"


class Command(BaseCommand):
    help = "Write docs/reference.md: every kind, criterion, type of server, state and error."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing, fail when the file is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        file = settings.ROOT / FILE
        text = page()
        if not options["check"]:
            file.write_text(text, encoding="utf-8")
            self.stdout.write(f"{FILE} is written.")
        elif not file.is_file() or file.read_text(encoding="utf-8") != text:
            raise CommandError(f"{FILE} is out of date. Run: manage.py reference")
