"""A class at work, for pictures of the site: people with names who send the reference answers of the courses as theirs.

Everything goes through the services that the pages use; the answers are those of the models of this installation.
"""

import json
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from athanor.accounts.models import User
from courses.attempts import services
from courses.attempts.errors import AttemptRefused
from courses.attempts.models import Attempt, Run
from courses.catalog.load import load
from courses.catalog.models import Course, Exercise
from courses.catalog.references import taught
from courses.catalog.schema import Reference
from courses.kinds.registry import all_kinds
from courses.kinds.work import Refusal
from courses.people.models import Role
from courses.people.services import enrol
from courses.review.services import decide
from workers.scheduling.errors import NoSuchAlias, QuotaUsed, TooManyJobs
from workers.scheduling.models import Job
from workers.scheduling.states import TERMINAL

LIBRARY = settings.ROOT / "courses" / "library"
COURSES = ("prompting-basics", "function-calling-pipeline", "images-with-sd-turbo")
NAMES = (
    "Amélie Laurent", "Noah Fischer", "Inès Haddad", "Louis Moreau", "Chiara Rossi", "Oskar Lind", "Yasmine Benali",
    "Tomás Vega", "Maya Cohen", "Arthur Petit", "Leïla Diallo", "Jonas Weber", "Zoé Girard", "Ravi Menon",
)  # fmt: skip
REASON = "The instruction says what is wanted, but not for whom: that would have made the answer shorter."
MOST_EXERCISES = 4  # of a course and a student
LONGEST_WAIT = 60.0  # seconds for one answer
NOT_TODAY = (AttemptRefused, Refusal, NoSuchAlias, QuotaUsed, TooManyJobs)


@dataclass(frozen=True, slots=True)
class Task:
    exercise: Exercise
    spec: Any
    references: list[Reference]


def is_there() -> bool:
    """Did the class play in this folder already?"""
    return Attempt.objects.exclude(graded_at=None).count() > len(NAMES)


def play(*, seed: int = 7) -> int:
    """Let everybody work on everything that fits them; returns how many pieces were handed in."""
    chance, handed_in = random.Random(seed), 0
    for slug in COURSES:
        course, tasks = Course.objects.get(slug=slug), tasks_of(slug)
        people = [User.objects.get(username="student"), *map(person, NAMES)]
        for student in people:
            enrol(course=course, user=student, role=Role.STUDENT, by=None)
            for task in tasks[: chance.randint(2, MOST_EXERCISES)]:
                reference = task.references[0] if student == people[0] else chance.choice(task.references)
                handed_in += work(student, task, reference, last=student == people[-1])
    return handed_in


def look_again(*, share: float = 0.4, seed: int = 7) -> int:
    """The grader decides about some of what was handed in."""
    chance, grader, decided = random.Random(seed), User.objects.get(username="grader"), 0
    for attempt in Attempt.objects.filter(state=Attempt.State.GRADED).order_by("submitted_at", "pk"):
        if chance.random() < share:
            decide(attempt=attempt, grader=grader, value=chance.choice((0.6, 0.8, 0.9, 1.0)), reason=REASON)
            decided += 1
    return decided


def person(name: str) -> User:
    first, _space, last = name.partition(" ")
    username = first.lower().encode("ascii", "ignore").decode()
    found, _made = User.objects.get_or_create(
        username=username,
        defaults={"email": f"{username}@example.invalid", "first_name": first, "last_name": last, "language": "en"},
    )
    return found


def tasks_of(slug: str) -> list[Task]:
    rows = {each.slug: each for each in Exercise.objects.filter(module__course__slug=slug, practice=False)}
    return [
        Task(rows[tree.slug], tree.spec, list(tree.file.references))
        for _module, tree in taught(load(LIBRARY / slug))
        if tree.slug in rows and tree.file.references
    ]


def work(student: User, task: Task, reference: Reference, *, last: bool) -> bool:
    """Ask what the reference asks and hand in; `last`: leave it open, as somebody who is still at work."""
    kind = all_kinds()[task.exercise.kind]
    answer, imagined = kind.imagine(task.spec, kind.reference.model_validate(reference.work))
    try:
        attempt = services.begin(student=student, exercise=task.exercise)
        known: dict[str, str] = {}
        for run in imagined.runs if kind.run else ():
            payload = {name: value for name, value in run.payload.items() if name in kind.run.model_fields}
            made = services.start_run(attempt=attempt, payload=renamed(payload | {"parent": run.parent}, known, kind))
            known[run.id] = str(made.pk)
            wait_for(made)
        if last:
            return False
        services.submit(attempt=attempt, answer=renamed(answer.model_dump(mode="json"), known, None))
    except NOT_TODAY:
        return False
    return True


def renamed(data: Mapping[str, Any], known: Mapping[str, str], kind: Any) -> dict[str, Any]:
    """The same with the names of real runs in the place of imagined ones."""
    if kind is not None and "parent" not in kind.run.model_fields:
        data = {name: value for name, value in data.items() if name != "parent"}
    text = json.dumps(dict(data))
    for imagined, real in known.items():
        text = text.replace(f'"{imagined}"', f'"{real}"').replace(f'"{imagined}:', f'"{real}:')
    return dict(json.loads(text))


def wait_for(run: Run) -> None:
    deadline = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < deadline:
        if Job.objects.filter(pk=run.job_id, state__in=TERMINAL).exists():
            return
        time.sleep(0.02)


def wait_until_graded(seconds: float = LONGEST_WAIT) -> int:
    """How many are still being graded at the end."""
    deadline = time.monotonic() + seconds
    waiting = Attempt.objects.filter(state=Attempt.State.SUBMITTED)
    while waiting.exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    return waiting.count()
