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
    """What no route of an alias takes; nothing for an alias without routes, which takes nothing at all."""
    found: dict[tuple[int, int | None], list[Purpose]] = {}
    for least, below in _bands(routes) if routes else ():
        for purpose in OF_POOL[pool]:
            demand = Demand("", purpose, least, below)
            if all(each.bar(demand, local=True) for each in routes):
                found.setdefault((least, below), []).append(purpose)
    return [Gap(tuple(purposes), *lengths) for lengths, purposes in found.items()]


def _bands(routes: Sequence[Limits]) -> list[tuple[int, int | None]]:
    bands = [band(routes, 0)]
    while (begins := bands[-1][1]) is not None:
        bands.append(band(routes, begins))
    return bands
