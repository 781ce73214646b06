from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.catalog.files import files_of
from courses.catalog.models import Course
from courses.catalog.revisions import export
from courses.catalog.rows import tree_of
from courses.catalog.tree import BadCourse


class Command(BaseCommand):
    help = "Write a course from the database as the files of its folder, or as a zip when the name ends in .zip."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("course", help="the course's slug")
        parser.add_argument("target", type=Path, help="a folder that gets a folder of this name, or a file *.zip")

    def handle(self, *args: Any, **options: Any) -> None:
        course = Course.objects.filter(slug=options["course"]).first()
        if course is None:
            raise CommandError(f"There is no course {options['course']!r}.")
        try:
            written = self._write(course, options["target"])
        except BadCourse as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{course.slug}: written to {written}")

    def _write(self, course: Course, target: Path) -> Path:
        if target.suffix == ".zip":
            target.write_bytes(export(course))
            return target
        folder = target / course.slug
        if folder.exists() and any(folder.iterdir()):
            raise CommandError(f"{folder} is not empty: nothing was written.")
        for name, data in files_of(tree_of(course)).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        return folder
