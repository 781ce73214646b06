"""Which adapters exist: the folders of `adapters/`."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from workers.backends import adapters
from workers.backends.backend import Backend

UNBOUNDED = 512  # slots


@cache
def all_adapters() -> dict[str, type[Backend]]:
    """Every adapter by its slug; a folder exports its class as `ADAPTER`."""
    slugs = sorted(module.name for module in iter_modules(adapters.__path__))
    return {slug: import_module(f"{adapters.__name__}.{slug}").ADAPTER for slug in slugs}


def most_slots(slug: str) -> int:
    """How many jobs a server of this type may be given at once."""
    return int(getattr(all_adapters().get(slug), "most_slots", UNBOUNDED))
