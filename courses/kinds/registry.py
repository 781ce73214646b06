"""Which kinds exist: the folders of this package that hold a `schema.py`."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from courses import kinds
from courses.kinds.kind import ExerciseKind

AnyKind = ExerciseKind[Any, Any, Any, Any]


@cache
def all_kinds() -> dict[str, AnyKind]:
    """Every kind by its slug, which is the name of its folder."""
    slugs = sorted(module.name for module in iter_modules(kinds.__path__) if module.ispkg)
    return {slug: import_module(f"{kinds.__name__}.{slug}").KIND for slug in slugs}


def kind_choices() -> list[tuple[str, str]]:
    """For the model field: callable, so that a new kind needs no migration."""
    return [(slug, slug) for slug in all_kinds()]
