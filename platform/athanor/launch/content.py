"""The starter courses."""

from django.core.management import CommandError, call_command

from athanor.launch.console import Stopwatch, report


def load_starter_courses() -> None:
    """A course file with a mistake stops nothing: what was loaded before stays."""
    watch = Stopwatch()
    try:
        call_command("sync_courses", verbosity=0)
    except CommandError as error:
        report("courses", f"not loaded: {error}")
        return
    report("courses", f"loaded ({watch})")
