"""`manage.py simulate_queue`: the queue's policy against first come, first served, on a trace or an invented class."""

import json
import time
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workers.scheduling.simulate import (
    Ask,
    Fair,
    FirstCome,
    Policy,
    Site,
    fewest_swaps,
    figures,
    parse,
    play,
    synthetic,
)

COLUMNS = (
    ("wait p50 s", "wait_p50"),
    ("p95", "wait_p95"),
    ("max", "wait_max"),
    ("Jain", "jain"),
    ("utilisation", "utilisation"),
    ("swaps", "swaps"),
)


class Command(BaseCommand):
    help = "Plays a trace (JSON) or an invented class against the queue's policy, without any server."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("trace", nargs="?", type=Path, help="JSON file: servers, swap_seconds, jobs")
        parser.add_argument("--students", type=int, default=30)
        parser.add_argument("--courses", type=int, default=1)
        parser.add_argument("--asks", type=int, default=10, help="of each student")
        parser.add_argument("--minutes", type=float, default=10.0)
        parser.add_argument("--models", type=int, default=1)
        parser.add_argument("--servers", type=int, default=1)
        parser.add_argument("--slots", type=int, default=4, help="of each server")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    def handle(self, *_args: Any, **options: Any) -> None:
        asks, site = _trace(options["trace"]) if options["trace"] else _invented(options)
        began = time.perf_counter()
        rows = {"fair": _row(asks, site, Fair()), "first come": _row(asks, site, FirstCome())}
        report = {
            "jobs": len(asks),
            "students": len({ask.student for ask in asks}),
            "slots": sum(site.slots),
            "seconds_to_simulate": round(time.perf_counter() - began, 2),
            "fewest_swaps": fewest_swaps(asks, site),
            "policies": rows,
        }
        self.stdout.write(json.dumps(report, indent=2) if options["json"] else _table(report))


def _row(asks: list[Ask], site: Site, chooser: Policy) -> dict[str, float]:
    return {name: round(value, 3) for name, value in asdict(figures(play(asks, site, chooser), site)).items()}


def _trace(path: Path) -> tuple[list[Ask], Site]:
    try:
        return parse(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}: {error}") from error


def _invented(options: dict[str, Any]) -> tuple[list[Ask], Site]:
    for name in ("students", "courses", "asks", "minutes", "models", "servers", "slots"):
        if options[name] <= 0:
            raise CommandError(f"--{name} must be positive")
    asks = synthetic(
        students=options["students"], courses=options["courses"], asks_each=options["asks"],
        minutes=options["minutes"], models=options["models"], seed=options["seed"],
    )  # fmt: skip
    return asks, Site((options["slots"],) * options["servers"])


def _table(report: dict[str, Any]) -> str:
    seconds = report["seconds_to_simulate"]
    lines = [
        f"{report['jobs']} jobs of {report['students']} students on {report['slots']} slots, simulated in {seconds} s",
        " " * 12 + "".join(f"{title:>14}" for title, _ in COLUMNS),
    ]
    for name, row in report["policies"].items():
        lines.append(f"{name:<12}" + "".join(f"{row[column]:>14}" for _, column in COLUMNS))
    if report["fewest_swaps"] is not None:
        lines.append(f"fewest swaps that the window allows: {report['fewest_swaps']}")
    return "\n".join(lines)
