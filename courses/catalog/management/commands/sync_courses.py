from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.catalog import archives, git, revisions
from courses.catalog.folders import course_folders
from courses.catalog.models import Revision
from courses.catalog.sync import sync
from courses.catalog.tree import BadCourse


class Command(BaseCommand):
    help = "Write courses from folders or git repositories into the database; one with problems is left as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("places", nargs="*", help="course folders, folders of courses, or https://…/repo.git@ref")
        parser.add_argument("--course", default="", help="which course of a repository that holds several")
        parser.add_argument("--propose", action="store_true", help="of a repository: keep it beside the active course")

    def handle(self, *args: Any, **options: Any) -> None:
        remote = [place for place in options["places"] if git.looks_remote(str(place))]
        local = [Path(place) for place in options["places"] if place not in remote]
        wrong = sum(self._tried(self._pull, place, **options) for place in remote)
        folders = course_folders(local) if local or not remote else []
        wrong += sum(self._tried(self._sync, folder) for folder in folders)
        if wrong:
            raise CommandError(f"{wrong} course(s) were not written: see the lines above.")

    def _tried(self, action: Any, *args: Any, **options: Any) -> int:
        try:
            action(*args, **options)
        except (BadCourse, git.GitRefused) as error:
            self.stderr.write(str(error))
            return 1
        return 0

    def _sync(self, folder: Path) -> None:
        self.stdout.write(str(sync(folder)))

    def _pull(self, place: str, *, course: str, propose: bool, **options: Any) -> None:
        revision = pull(place, course=course)
        if propose:
            self.stdout.write(f"{revision.slug}: {revision.commit} waits with {len(revision.changes)} changed files")
        else:
            self.stdout.write(f"{revisions.activate(revision=revision)} ({revision.commit})")


def pull(place: str, *, course: str = "") -> Revision:
    """Fetch `https://…/repo.git@ref` and keep its course as a revision. Raises GitRefused, BadCourse."""
    url, ref = git.split_ref(place)
    remote = git.check(url)
    fetched = git.fetch(remote, ref)
    with archives.course_in(fetched.archive, name=url, slug=course or remote.slug) as tree:
        return revisions.propose(tree=tree, source=f"{url}@{ref}", commit=fetched.commit)
