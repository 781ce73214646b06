"""`manage.py check` names what is missing in an exercise kind, so that a newcomer need not guess."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import yaml
from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from courses import kinds
from courses.kinds.kind import ExerciseKind
from courses.texts import LANGUAGES

TEMPLATES = ("workspace.html", "result.html", "review.html")
RUN_TEMPLATES = ("thread.html", "turn.html")  # of kinds whose students run something
RUN_FIELDS = ("run", "form", "plan_run", "draft_evidence")
PURE_FILES = ("schema.py", "plan.py", "grade.py")


@register()
def check_kinds(app_configs: Sequence[AppConfig] | None = None, **options: Any) -> list[CheckMessage]:
    slugs = sorted(module.name for module in iter_modules(kinds.__path__) if module.ispkg)
    return [message for slug in slugs for message in check_kind(slug, Path(kinds.__path__[0]) / slug)]


def check_kind(slug: str, folder: Path) -> Iterator[CheckMessage]:
    for name in [*PURE_FILES, "README.md", *(f"templates/kinds/{slug}/{template}" for template in TEMPLATES)]:
        if not (folder / name).is_file():
            yield Error(f"The exercise kind {slug!r} has no {name}.", id="kinds.E001")
    yield from _check_examples(slug, folder)
    try:
        kind = getattr(import_module(f"{kinds.__name__}.{slug}"), "KIND", None)
    except Exception as error:  # whatever a newcomer's module raises is said, not thrown at every command
        yield Error(f"The exercise kind {slug!r} cannot be imported: {error!r}.", id="kinds.E002")
        return
    if not isinstance(kind, ExerciseKind):
        yield Error(f"The exercise kind {slug!r} exports no KIND of type ExerciseKind.", id="kinds.E003")
        return
    yield from _check_texts(slug, kind)
    yield from _check_runs(slug, folder, kind)
    if kind.report and not (folder / f"templates/kinds/{slug}/report.html").is_file():
        yield Error(f"The exercise kind {slug!r} has no templates/kinds/{slug}/report.html.", id="kinds.E001")


def _check_examples(slug: str, folder: Path) -> Iterator[CheckMessage]:
    """One right, one wrong, one malformed: the contract test runs them."""
    found = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((folder / "examples").glob("*.yml"))]
    shown = {str(example.get("shows")) for example in found if isinstance(example, dict)}
    for wanted in ("right", "wrong", "malformed"):
        if wanted not in shown:
            yield Error(f"The exercise kind {slug!r} has no example that shows: {wanted}.", id="kinds.E004")


def _check_runs(slug: str, folder: Path, kind: ExerciseKind[Any, Any, Any, Any]) -> Iterator[CheckMessage]:
    """Either everything that interactive runs need, or nothing of it."""
    missing = [name for name in RUN_FIELDS if getattr(kind, name) is None]
    if missing and len(missing) < len(RUN_FIELDS):
        yield Error(f"The exercise kind {slug!r} has runs, but no {missing[0]}.", id="kinds.E006")
    for name in [] if missing else [f"templates/kinds/{slug}/{template}" for template in RUN_TEMPLATES]:
        if not (folder / name).is_file():
            yield Error(f"The exercise kind {slug!r} has no {name}.", id="kinds.E001")


def _check_texts(slug: str, kind: ExerciseKind[Any, Any, Any, Any]) -> Iterator[CheckMessage]:
    texts = {"label": kind.label, **{f"part {name}": text for name, text in kind.parts.items()}}
    for name, text in texts.items():
        for language in LANGUAGES:
            if not text.get(language):
                yield Error(f"The {name} of the kind {slug!r} has no text in {language!r}.", id="kinds.E005")
