"""`manage.py build_bundle`: the editor and the plots, from npm by the lock file."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from athanor.launch import bundling


class Command(BaseCommand):
    help = "Build the editor and the plots into the state folder. The site works without them, more plainly."
    requires_system_checks: list[str] = []

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        try:
            built = bundling.build(self.stdout.write)
        except bundling.NotBuilt as error:
            first = str(error).splitlines()[0]
            raise CommandError(f"not built, pages stay plain; the next start tries again. {first}") from error
        self.stdout.write("built: editors and plots are there from the next page on" if built else "up to date")
