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
from dataclasses import asdict
from pathlib import Path

from tests.bench import rows
from tests.bench.rows import Row
from tests.bench.site import SLOTS, place

PARTS = ("latency", "clients", "watchers", "backlog", "fairness", "swaps")


async def on_the_site(only: set[str], short: bool) -> list[Row]:
    found: list[Row] = []
    if only & {"latency", "clients", "watchers"}:
        with place(people=SLOTS) as one:
            await rows.one(*one.people[0], rows.QUICK)  # everything is awake
            if "latency" in only:
                found += await rows.added_latency(one, 20 if short else 200)
            if "clients" in only:
                for clients, wanted in ((16, "≤ 100"), (64, "≤ 450")):
                    found += await rows.many(one, clients, wanted)
            if "watchers" in only:
                number, streaming = (200, 16) if short else (1000, 64)
                found += await rows.watchers(one, number, streaming)
    if only & {"backlog", "fairness"}:
        with place(people=21, slots=4) as one:
            if "backlog" in only:
                found += await rows.backlog(one, 10 if short else 20, 4)
            if "fairness" in only:
                found += await rows.greedy(one, 20, 60 if short else 200, 4)
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
    found = asyncio.run(on_the_site(only, options.short))
    found += rows.swaps() if "swaps" in only else []
    database = "PostgreSQL" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "SQLite"
    sys.stdout.write(f"{database}, {os.cpu_count()} cores, load before {load:.1f}\n{table(found)}\n")
    if options.json:
        report = {"database": database, "cores": os.cpu_count(), "load": load, "rows": [asdict(row) for row in found]}
        options.json.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
