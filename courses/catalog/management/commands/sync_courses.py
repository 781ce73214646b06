from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.catalog.folders import course_folders
from courses.catalog.sync import sync
from courses.catalog.tree import BadCourse


class Command(BaseCommand):
    help = "Write courses from their folders into the database; a course with problems is left as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, help="course folders, or folders of courses")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for folder in course_folders(options["paths"]):
            try:
                self.stdout.write(str(sync(folder)))
            except BadCourse as error:
                self.stderr.write(str(error))
                wrong += 1
        if wrong:
            raise CommandError(f"{wrong} course(s) were not written: see the lines above.")
