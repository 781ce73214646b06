"""What must be true before the site starts: tables, translations, static files, courses, people, servers."""

from collections.abc import Callable

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from athanor.launch import static_files, translations
from athanor.launch.console import Stopwatch, report


class NoDatabase(Exception):
    """The database that DATABASE_URL names does not answer."""


def check_database() -> None:
    """Raises NoDatabase with a sentence for the console."""
    if connection.vendor != "postgresql":
        return
    try:
        # Not through Django's pool, which would try for half a minute.
        psycopg.connect(settings.DATABASE_URL, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        first_line = str(error).strip().splitlines()[0]
        raise NoDatabase(
            f"The database does not answer: {first_line}. Check DATABASE_URL, or leave it empty for the embedded one."
        ) from error


def before_web(between: Callable[[], None]) -> None:
    """Whatever the web process reads when it starts; `between` is called after each step."""
    for name, work in (("database", _migrate), ("texts", _compile_texts), ("files", _collect_files)):
        _step(name, work)
        between()


def _migrate() -> str:
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return f"up to date · {_database_name()}"
    call_command("migrate", interactive=False, verbosity=0)
    return f"migrated · {_database_name()}"


def _database_name() -> str:
    name = connection.settings_dict["NAME"]
    return f"{connection.display_name} {name}"


def _compile_texts() -> str:
    compiled = translations.compile_stale(settings.LOCALE_PATHS)
    return f"{len(compiled)} catalogue(s) compiled" if compiled else ""


def _collect_files() -> str:
    return "static files collected" if static_files.collect_changed() else ""


def _step(name: str, work: Callable[[], str]) -> None:
    watch = Stopwatch()
    if what := work():
        report(name, f"{what} ({watch})")
