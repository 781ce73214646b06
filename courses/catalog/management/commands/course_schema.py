import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from courses.catalog.json_schema import schemas


class Command(BaseCommand):
    help = "Write the JSON Schemas of course files into a folder, for editors that complete and check."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        for name, schema in schemas().items():
            (folder / name).write_text(json.dumps(schema, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        self.stdout.write(f"{len(schemas())} schemas written to {folder}")
