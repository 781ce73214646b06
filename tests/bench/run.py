"""`make bench` for the queue: prints a table, writes JSON, and ends by itself.

python -m tests.bench.run [--short] [--only latency,watchers,…] [--json FILE]

On PostgreSQL and Redis with DATABASE_URL and REDIS_URL. Figures mean something on an idle machine only: the load
average stands beside them.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench import rows
from tests.bench.rows import Row
from tests.bench.site import SLOTS, Place, place

LONGEST = 60.0  # seconds of one part, after the site has started

Part = Callable[[Place, bool], Awaitable[list[Row]]]


async def latency(place: Place, short: bool) -> list[Row]:
    return await rows.added_latency(place, 20 if short else 60)


async def clients16(place: Place, _short: bool) -> list[Row]:
    return await rows.many(place, 16, "≤ 100")


async def clients64(place: Place, _short: bool) -> list[Row]:
    return await rows.many(place, 64, "≤ 450")


async def watchers(place: Place, short: bool) -> list[Row]:
    return await (rows.watchers(place, 200, 16) if short else rows.watchers(place, 1000, 64))


async def backlog(place: Place, short: bool) -> list[Row]:
    return await rows.backlog(place, 10 if short else 20, 4)


async def fairness(place: Place, short: bool) -> list[Row]:
    return await rows.greedy(place, 20, 60 if short else 200, 4)


@dataclass(frozen=True)
class Site:
    """What runs one after the other on the same site."""

    parts: dict[str, Part]
    people: int = SLOTS
    slots: int = SLOTS
    one_core: bool = False


SITES = (
    Site({"latency": latency, "watchers": watchers}),
    Site({"clients16": clients16, "clients64": clients64}, one_core=True),
    Site({"backlog": backlog}, people=20, slots=4),
    Site({"fairness": fairness}, people=21, slots=4),
)
PARTS = (*(name for site in SITES for name in site.parts), "swaps")


async def on_the_sites(only: set[str], short: bool) -> list[Row]:
    found: list[Row] = []
    for site in SITES:
        if only & site.parts.keys():
            with place(people=site.people, slots=site.slots, one_core=site.one_core) as one:
                await rows.one(*one.people[0], rows.QUICK)  # everything is awake
                for name in site.parts:
                    found += await bounded(name, site.parts[name](one, short)) if name in only else []
    return found


async def bounded(name: str, part: Awaitable[list[Row]]) -> list[Row]:
    """Its rows; one that says so where it did not end or broke."""
    load, began = os.getloadavg()[0], time.monotonic()
    try:
        async with asyncio.timeout(LONGEST):
            found = await part
    except TimeoutError:
        return [Row(f"{name} did not end", LONGEST, "s", "", f"load {load:.1f}")]
    except Exception as error:
        return [Row(f"{name} broke", 0, "", "", repr(error)[:200])]
    sys.stderr.write(f"{name}: {time.monotonic() - began:.0f} s, load before {load:.1f}\n")
    return found


def table(found: list[Row]) -> str:
    lines = [f"{'':<62} {'measured':>12}  {'wanted':<8} beside"]
    lines += [f"{row.what:<62} {row.value:>9} {row.unit:<2}  {row.wanted:<8} {row.beside}" for row in found]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    only = set(options.only.split(","))
    if unknown := only - set(PARTS):
        sys.exit(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    load = os.getloadavg()[0]
    found = asyncio.run(on_the_sites(only, options.short))
    found += rows.swaps() if "swaps" in only else []
    database = "PostgreSQL" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "SQLite"
    sys.stdout.write(f"{database}, {os.cpu_count()} cores, load before {load:.1f}\n{table(found)}\n")
    if options.json:
        report = {"database": database, "cores": os.cpu_count(), "load": load, "rows": [asdict(row) for row in found]}
        options.json.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
