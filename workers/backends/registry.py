"""Which adapters exist: the folders of `adapters/`."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from workers.backends import adapters
from workers.backends.backend import Backend


@cache
def all_adapters() -> dict[str, type[Backend]]:
    """Every adapter by its slug; a folder exports its class as `ADAPTER`."""
    slugs = sorted(module.name for module in iter_modules(adapters.__path__))
    return {slug: import_module(f"{adapters.__name__}.{slug}").ADAPTER for slug in slugs}
