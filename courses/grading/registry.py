"""Which criteria exist: the files of `criteria/`."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from courses.grading import criteria
from courses.grading.criterion import Criterion


@cache
def all_criteria() -> dict[str, Criterion[Any]]:
    """Every criterion by its slug, which is the name of its file."""
    slugs = sorted(module.name for module in iter_modules(criteria.__path__))
    return {slug: import_module(f"{criteria.__name__}.{slug}").CRITERION for slug in slugs}
