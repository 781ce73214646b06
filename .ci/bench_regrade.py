"""How long a regrade of stored attempts takes, and how long a student's own save waits meanwhile and without it.

python .ci/bench_regrade.py            10,000 attempts in a database of its own
python .ci/bench_regrade.py 1000       so many

The student is a process of its own, as the web is beside the workers. Seconds of processor are told besides those of
the clock, for a machine that does other things, too.

It works on SQLite in a new folder, or on what DATABASE_URL names: an empty database, to be thrown away afterwards.
"""

import json
import logging
import os
import selectors
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
STUDENT = "--student"  # this process is the student: the attempt's id follows
if STUDENT not in sys.argv:
    os.environ["ATHANOR_VAR"] = tempfile.mkdtemp(prefix="athanor-")
os.environ["DJANGO_SETTINGS_MODULE"] = "athanor.config.settings"

import django  # noqa: E402  # needs the environment above

django.setup()

from django.core.management import call_command  # noqa: E402  # needs the environment above
from django.db import connection  # noqa: E402  # needs the environment above
from django.utils import timezone  # noqa: E402  # needs the environment above

from athanor.accounts.models import User  # noqa: E402  # needs the environment above
from courses.attempts.models import Attempt, Run, Score  # noqa: E402  # needs the environment above
from courses.attempts.services import save_draft  # noqa: E402  # needs the environment above
from courses.catalog.models import Exercise  # noqa: E402  # needs the environment above
from courses.regrade import services  # noqa: E402  # needs the environment above
from courses.regrade.models import Regrade  # noqa: E402  # needs the environment above
from courses.regrade.steps import advance  # noqa: E402  # needs the environment above
from tests.factories import make_course, make_exercise, make_instructor, make_module  # noqa: E402  # needs the environment above
from tests.factories.courses import make_rubric  # noqa: E402  # needs the environment above
from workers.scheduling.models import Job  # noqa: E402  # needs the environment above

TARGET = 60.0  # seconds for 10,000, preview and application together
QUIET = 5.0  # seconds of a student's saves before the regrade
TURNS = 3
ANSWER = "Hello! Here is what you asked for, with a few more words so that it is as long as answers are. " * 6


def rubric(term: str) -> dict[str, Any]:
    """Six criteria that ask no model."""
    asked = {
        "term": ("contains", {"terms": [term]}),
        "greeting": ("contains", {"terms": ["hello", "bonjour"], "require": "any"}),
        "length": ("length", {"unit": "words", "most": 400}),
        "ended": ("finish", {}),
        "pattern": ("regex", {"pattern": "asked (for|about)"}),
        "polite": ("forbidden", {"secrets": ["stupid"]}),
    }
    return {"items": [{"id": name, "title": {"en": name}, "criterion": criterion, "params": params}
                      for name, (criterion, params) in asked.items()]}  # fmt: skip


def fill(number: int) -> tuple[Exercise, User]:
    """So many graded attempts, each of three turns."""
    exercise = make_exercise(module=make_module(course=make_course()), rubric=rubric("hello"))
    names = [f"student-{place}" for place in range(number)]
    students = User.objects.bulk_create([User(username=name, email=f"{name}@example.org") for name in names])
    attempts, runs, jobs, scores = [], [], [], []
    for place, student in enumerate(students):
        attempt = Attempt(exercise=exercise, student=student, number=1, state="graded", spec=exercise.spec,
                          rubric=exercise.rubric, submitted_at=timezone.now() + timedelta(milliseconds=place),
                          released_at=timezone.now())  # fmt: skip
        parent: Run | None = None
        for _turn in range(TURNS):
            run = Run(attempt=attempt, parent=parent, payload={"text": "Please answer."})
            result = {"task": "chat", "text": ANSWER + (" world" if place % 2 else ""), "finish": "stop", "usage": {}}
            run.job = Job(
                subject=attempt.subject, key=f"run:{run.pk}", channel=attempt.channel, pool="llm", lane="interactive",
                alias="chat-small", request={}, timeout=60, state="done", result=result,
            )  # fmt: skip
            jobs.append(run.job)
            runs.append(run)
            parent = run
        attempt.answer = {"leaf": str(runs[-1].pk)}
        attempts.append(attempt)
        scores.append(Score(attempt=attempt, origin="auto", value=1.0, raw_value=1.0, rubric=exercise.rubric))
    Attempt.objects.bulk_create(attempts, batch_size=200)
    Job.objects.bulk_create(jobs, batch_size=200)
    Run.objects.bulk_create(runs, batch_size=200)
    Score.objects.bulk_create(scores, batch_size=200)
    exercise.rubric = make_rubric(rubric("world"))
    exercise.save()
    return exercise, make_instructor(course=exercise.module.course)


def finish(regrade: Regrade) -> tuple[float, float]:
    """Seconds of all steps, and of the longest."""
    longest, begin = 0.0, time.perf_counter()
    more = True
    while more:
        at = time.perf_counter()
        more = advance(regrade.pk)
        longest = max(longest, time.perf_counter() - at)
    return time.perf_counter() - begin, longest


class Student:
    """A page that saves its draft ten times a second, in another process, until it is asked how long it waited."""

    def __init__(self, attempt: Attempt) -> None:
        command = [sys.executable, __file__, STUDENT, str(attempt.pk)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._ask()  # it has begun, and saved once

    def waits(self) -> list[float]:
        """Since it was last asked, shortest first."""
        return sorted(self._ask())

    def _ask(self) -> list[float]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        found: list[float] = json.loads(self.process.stdout.readline())
        return found

    def leave(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


def be_a_student(attempt_id: str) -> None:
    attempt, waits = Attempt.objects.get(pk=attempt_id), list[float]()
    asked = selectors.DefaultSelector()
    asked.register(sys.stdin, selectors.EVENT_READ)
    while True:
        at = time.perf_counter()
        save_draft(attempt=attempt, draft={"text": f"half a thought {at}"})
        waits.append(time.perf_counter() - at)
        if asked.select(timeout=0.1):
            if not sys.stdin.readline():
                return
            print(json.dumps(waits), flush=True)
            waits.clear()


def told(waits: list[float]) -> str:
    found = {"median": median(waits), "p99": waits[int(0.99 * len(waits))], "longest": waits[-1]}
    return ", ".join(f"{name} {1000 * wait:.0f} ms" for name, wait in found.items()) + f" of {len(waits)}"


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    call_command("migrate", verbosity=0)
    exercise, ines = fill(number)
    student = Student(Attempt.objects.create(exercise=exercise, student=ines, number=1))
    time.sleep(QUIET)
    waits, took, longest = {"alone": student.waits()}, dict[str, float](), dict[str, float]()
    working = time.process_time()
    begin = time.perf_counter()
    regrade = services.prepare(exercise=exercise, by=ines, note="Benchmark.")
    took["prepare"] = time.perf_counter() - begin
    waits["prepare"] = student.waits()
    took["preview"], longest["preview"] = finish(regrade)
    waits["preview"] = student.waits()
    services.apply(regrade=regrade, by=ines)
    took["apply"], longest["apply"] = finish(regrade)
    waits["apply"] = student.waits()
    working = time.process_time() - working
    student.leave()
    moved = regrade.changes.filter(effect="down").count()
    print(f"{number} attempts, {moved} marks moved, on {connection.vendor}; load {os.getloadavg()[0]:.1f}")
    print(", ".join(f"{phase} {seconds:.1f} s" for phase, seconds in took.items()))
    whole = sum(took.values())
    print(f"regrade of {number}: {whole:.1f} s, {working:.1f} s of processor (wanted: {TARGET:.0f} s for 10,000)")
    print(", ".join(f"longest step of {phase} {seconds:.2f} s" for phase, seconds in longest.items()))
    meanwhile = sorted(waits["prepare"] + waits["preview"] + waits["apply"])
    for phase, found in {**waits, "whole regrade": meanwhile}.items():
        print(f"a student's save, {phase}: {told(found)}")


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    if STUDENT in sys.argv:
        be_a_student(sys.argv[-1])
    else:
        main()
