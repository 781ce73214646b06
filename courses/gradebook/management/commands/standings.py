"""Compare the gradebook's standings with the ledgers, or compute them all again."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from courses.gradebook import recomputed, triggers


class Command(BaseCommand):
    help = "Compares the standings of the gradebook with the ledgers; --rebuild computes them again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rebuild", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rebuild"]:
            self.stdout.write(f"{triggers.rebuild()} standings computed.")
        wrong = recomputed.differences()
        for student, exercise in wrong[:20]:
            self.stdout.write(f"student {student}, exercise {exercise}: not what the ledger says")
        self.stdout.write(f"{len(wrong)} differ.")
        if wrong:
            sys.exit(1)
