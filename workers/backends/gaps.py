"""Work that an alias leads nowhere with. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from workers.backends.routing import Demand, Limits, Purpose, band

OF_POOL: dict[str, tuple[Purpose, ...]] = {
    "text": (Purpose.CHAT, Purpose.TOOLS, Purpose.JUDGE, Purpose.EMBED, Purpose.TOKENIZE, Purpose.PREDICT),
    "image": (Purpose.IMAGE,),
}


class Gap(NamedTuple):
    """Prompts of these lengths that no route takes, whatever its server does."""

    purposes: tuple[Purpose, ...]
    least: int  # tokens
    below: int | None  # None: however long


def gaps(routes: Sequence[Limits], pool: str) -> list[Gap]:
    """Lengths that no route of an alias takes, of work of which it takes others; what it takes none of is meant so."""
    found: dict[tuple[int, int | None], list[Purpose]] = {}
    bands = _bands(routes) if routes else []
    for purpose in OF_POOL[pool]:
        barred = [one for one in bands if not _is_taken(routes, Demand("", purpose, *one))]
        for lengths in barred if len(barred) < len(bands) else ():
            found.setdefault(lengths, []).append(purpose)
    return [Gap(tuple(found[lengths]), *lengths) for lengths in bands if lengths in found]


def _is_taken(routes: Sequence[Limits], demand: Demand) -> bool:
    return any(each.bar(demand, local=True) is None for each in routes)


def _bands(routes: Sequence[Limits]) -> list[tuple[int, int | None]]:
    bands = [band(routes, 0)]
    while (begins := bands[-1][1]) is not None:
        bands.append(band(routes, begins))
    return bands
