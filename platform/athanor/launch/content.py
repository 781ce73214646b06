"""The starter courses."""

from io import StringIO

from django.core.management import CommandError, call_command

from athanor.launch.console import Stopwatch, report


def load_starter_courses() -> None:
    """A course file with a mistake stops nothing: what was loaded before stays."""
    watch, output, problems = Stopwatch(), StringIO(), StringIO()
    try:
        call_command("sync_courses", stdout=output, stderr=problems)
    except CommandError as error:
        for line in [*problems.getvalue().splitlines(), str(error)]:
            report("courses", line)
        return
    report("courses", f"loaded ({watch})")
