"""`manage.py rehearse`: a class of throw-away students against the real queue and servers."""

import json
import random
import sys
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from pydantic import BaseModel

from courses.attempts import rules, selectors
from courses.attempts.rehearsal import crowd, report
from courses.attempts.rehearsal.play import Played, play
from courses.attempts.rehearsal.report import Ran, Report
from courses.catalog.models import Exercise
from workers.backends.models import Server
from workers.scheduling.models import Job
from workers.scheduling.selectors import busy_part

PROMPT = "Explain in one sentence what a token is."
BAR = 30  # characters


class Command(BaseCommand):
    help = "Plays a class against the real queue and servers, and says how long everybody waited. Needs a running site."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--exercise", help="course/module/exercise")
        parser.add_argument("--students", type=int, default=30)
        parser.add_argument("--minutes", type=float, default=2.0)
        parser.add_argument("--think", type=float, default=10.0, help="seconds between an answer and the next question")
        parser.add_argument("--prompt", default=PROMPT, help="what they ask")
        parser.add_argument("--send", type=json.loads, help="the whole run as JSON, for kinds that want more")
        parser.add_argument("--seats", type=int, help="answer for so many seats; without it, for --students")
        parser.add_argument("--at", help="hour (14:00) whose usual load of the last week is added for --seats")
        parser.add_argument("--patience", type=float, default=10.0, help="seconds of waiting (p95) that are all right")
        parser.add_argument("--json", type=Path, help="write the report there, too")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--clean", action="store_true", help="only remove what a killed rehearsal left behind")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["clean"]:
            self.stdout.write(f"{crowd.dismiss(crowd.left_behind())} throw-away students removed.")
            return
        exercise = _exercise(options["exercise"])
        payload = options["send"] or _payload(exercise, options["prompt"])
        self.slots = _slots(exercise)
        self.length = options["minutes"] * 60
        people = crowd.gather(exercise.module.course, options["students"])
        try:
            played = play(
                exercise, people, payload, seconds=self.length, think=options["think"], show=self._show,
                chance=random.Random(options["seed"]),  # noqa: S311 - thinking times
            )  # fmt: skip
            found, times = _found(played, self.slots)
            self._tell(found, times, played.limits, options)
        finally:
            self.stdout.write(f"\n{crowd.dismiss(people)} throw-away students removed.")

    def _show(self, now: float, played: Played, waiting: int) -> None:
        done = min(1.0, now / self.length)
        bar = "#" * round(done * BAR)
        line = f"[{bar:<{BAR}}] {now:4.0f} s · {len(played.jobs)} asked · {waiting} wait or are answered"
        if sys.stdout.isatty():
            self.stdout.write(f"\r{line}", ending="")
            self.stdout.flush()
        elif now - getattr(self, "_shown", -10.0) >= 10.0:
            self._shown = now
            self.stdout.write(line)

    def _tell(self, found: Report, times: list[float], limits: int, options: dict[str, Any]) -> None:
        verdict = _verdict(found, times, self.slots, options)
        self.stdout.write("\n" + _table(found))
        self.stdout.write(verdict["sentence"])
        if limits:
            self.stdout.write(f"{limits} students were stopped before the end by the exercise's own limits.")
        if options["json"]:
            options["json"].write_text(json.dumps({**found.as_json(), "verdict": verdict}, indent=2) + "\n")


def _exercise(address: str | None) -> Exercise:
    try:
        course, module, slug = (address or "").strip("/").split("/")
    except ValueError:
        raise CommandError("--exercise course/module/exercise, as in the address of its page") from None
    rows = Exercise.objects.select_related("module__course", "rubric")
    found = rows.filter(module__course__slug=course, module__slug=module, slug=slug).first()
    if found is None:
        raise CommandError(f"there is no exercise {address}")
    if not rules.is_open(found):
        raise CommandError("this exercise is not open now: its students would be refused")
    return found


def _payload(exercise: Exercise, prompt: str) -> dict[str, Any]:
    """Every text that a run must have, and none that it may have."""
    run: type[BaseModel] | None = selectors.kind_of(exercise).run
    if run is None:
        raise CommandError("students run nothing in an exercise of this kind")
    missing = [name for name, field in run.model_fields.items() if field.is_required()]
    return dict.fromkeys(missing, prompt)


def _slots(exercise: Exercise) -> int:
    spec = selectors.kind_of(exercise).spec.model_validate(exercise.spec)
    servers = Server.objects.filter(enabled=True, routes__alias__name=getattr(spec, "alias", "")).distinct()
    slots = sum(server.slots for server in servers)
    if not slots:
        raise CommandError("the model of this exercise leads to no server that is switched on")
    return slots


def _found(played: Played, slots: int) -> tuple[Report, list[float]]:
    jobs = list(Job.objects.filter(pk__in=played.jobs).defer("request", "result"))
    start = min((job.created_at for job in jobs), default=timezone.now())
    people: dict[int, int] = {}
    ran = [_ran(job, start, people.setdefault(job.owner_id or 0, len(people))) for job in jobs]
    times = [one.ended - one.began for one in ran if one.began is not None and one.ended is not None]
    return report.report(ran, slots=slots, refused=played.refused, unfinished=played.unfinished), times


def _ran(job: Job, start: datetime, student: int) -> Ran:
    def after(moment: datetime | None) -> float | None:
        return None if moment is None else (moment - start).total_seconds()

    asked = (job.created_at - start).total_seconds()
    code = job.error["code"] if job.error else ""
    return Ran(student, job.state, job.server_id, job.model, asked, after(job.started_at), after(job.finished_at), code)


def _verdict(found: Report, times: list[float], slots: int, options: dict[str, Any]) -> dict[str, Any]:
    seats = options["seats"] or options["students"]
    wait, background = found.students_waiting.p95, 0.0
    if times and (seats != options["students"] or options["at"]):
        background = busy_part(_hour(options["at"])) if options["at"] else 0.0
        wait = report.forecast(
            times, seats=seats, slots=slots, think=options["think"], background=background, minutes=options["minutes"]
        )
    fits = bool(times) and not found.errors and wait <= options["patience"]
    when = f" at {options['at']}" if options["at"] else ""
    why = f"{sum(found.errors.values())} errors" if found.errors else f"95 % of the seats wait {wait:.1f} s on average"
    sentence = f"{seats} seats{when} fit: {'yes' if fits else 'no'} ({why}; {options['patience']:g} s are allowed)"
    return {
        "seats": seats, "at": options["at"] or "", "fits": fits, "wait_p95": round(wait, 2), "background": background,
        "sentence": sentence,
    }  # fmt: skip


def _hour(text: str) -> int:
    try:
        return datetime.strptime(text, "%H:%M").replace(tzinfo=timezone.get_default_timezone()).hour
    except ValueError:
        raise CommandError("--at: an hour such as 14:00") from None


def _table(found: Report) -> str:
    rows = [
        ("questions, answers", f"{found.questions}, {found.answers} (of {found.students} students)"),
        ("waiting of a question, s", _three(found.waiting)),
        ("mean waiting of a student, s", _three(found.students_waiting)),
        ("answer takes, s", f"p50 {found.service_p50}"),
        ("Jain index of the waiting", f"{found.jain}"),
        ("utilisation of the slots", f"{found.utilisation:.0%}"),
        ("changes of model", f"{found.swaps}"),
        ("errors", ", ".join(f"{code} {count}" for code, count in found.errors.items()) or "none"),
    ]
    return "\n".join(f"{name:<30} {value}" for name, value in rows)


def _three(waiting: report.Waiting) -> str:
    return f"p50 {waiting.p50}  p95 {waiting.p95}  max {waiting.most}"
