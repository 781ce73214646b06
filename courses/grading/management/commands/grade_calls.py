import gc
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from courses.grading.calls.rows import grade_line


class Command(BaseCommand):
    help = "Grade function calls: JSON lines on standard input, one JSON line each on standard output."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--profile", choices=["strict", "bfcl"], default="strict", help="whose rules")

    def handle(self, *args: Any, **options: Any) -> None:
        encode = json.JSONEncoder().encode
        # What a row makes holds no cycles; looking for them would cost a tenth of the time.
        gc.freeze()
        gc.disable()
        source = sys.stdin.buffer if hasattr(sys.stdin, "buffer") else sys.stdin
        for line in source:
            text = line.decode("utf-8", "surrogateescape") if isinstance(line, bytes) else line
            if text.strip():
                sys.stdout.write(encode(grade_line(text, options["profile"])) + "\n")
        gc.enable()
