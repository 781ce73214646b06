from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.catalog.folders import course_folders
from courses.catalog.load import load
from courses.catalog.references import check_references
from courses.catalog.tree import BadCourse


class Command(BaseCommand):
    help = "Check course folders and the marks of their reference answers; writes nothing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, help="course folders, or folders of courses")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for folder in course_folders(options["paths"]):
            try:
                tree = load(folder)
                checked = check_references(tree)
            except BadCourse as error:
                self.stderr.write(str(error))
                wrong += len(error.problems)
            else:
                exercises = sum(len(module.exercises) for module in tree.modules)
                self.stdout.write(f"{tree.slug}: {exercises} exercises, {checked} reference answers, no problem")
        if wrong:
            raise CommandError(f"{wrong} problem(s).")
