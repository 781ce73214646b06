from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.catalog.folders import course_folders
from courses.catalog.load import load
from courses.catalog.references import check_references
from courses.catalog.rehearsal import rehearse
from courses.catalog.tree import BadCourse, CourseTree, Problem


class Command(BaseCommand):
    help = "Check course folders and the marks of their reference answers; writes nothing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="*", type=Path, help="course folders, or folders of courses")
        parser.add_argument(
            "--run", action="store_true", help="send the prompts of the reference answers to this site's models, too"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for folder in course_folders(options["paths"]):
            try:
                self.stdout.write(self._checked(folder, run=options["run"]))
            except BadCourse as error:
                self.stderr.write(str(error))
                wrong += len(error.problems)
        if wrong:
            raise CommandError(f"{wrong} problem(s).")

    def _checked(self, folder: Path, *, run: bool) -> str:
        """What to say of a course without problems. Raises BadCourse."""
        tree = load(folder)
        checked = check_references(tree)
        if run and (problems := self._run(tree)):
            raise BadCourse(problems)
        exercises = sum(len(module.exercises) for module in tree.modules)
        return f"{tree.slug}: {exercises} exercises, {checked} reference answers, no problem"

    def _run(self, tree: CourseTree) -> list[Problem]:
        """One line for each answer that a model gave."""
        problems = []
        for each in rehearse(tree):
            mark = f"{each.score:.2f}" if each.score is not None else each.said
            self.stdout.write(f"{tree.slug}/{each.exercise}: {each.reference}: {mark}")
            if each.problem is not None:
                problems.append(each.problem)
        return problems
