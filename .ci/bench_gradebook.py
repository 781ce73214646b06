"""How long the gradebook and its neighbours take in a big course, beside a small one.

python .ci/bench_gradebook.py                    2,000 students × 200 exercises (and 50 × 20), 2.5 attempts each
python .ci/bench_gradebook.py 200x50             another size
python .ci/bench_gradebook.py 2000x200 --more 8000   and 8,000 people more on the site

It works on SQLite in a new folder (or in the one that ATHANOR_VAR names, which is used again), or on what
DATABASE_URL names: an empty database, to be thrown away afterwards.
The data set is generated in the database itself; the standings are those that its triggers would have written.
"""

import argparse
import logging
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
os.environ.setdefault("ATHANOR_VAR", tempfile.mkdtemp(prefix="athanor-"))
os.environ["DJANGO_SETTINGS_MODULE"] = "athanor.config.settings"

import django  # noqa: E402  # needs the environment above

django.setup()

from django.conf import settings  # noqa: E402  # needs the environment above
from django.core.management import call_command  # noqa: E402  # needs the environment above
from django.db import connection, reset_queries  # noqa: E402  # needs the environment above
from django.test import Client  # noqa: E402  # needs the environment above
from django.test.utils import CaptureQueriesContext, override_settings  # noqa: E402  # needs the environment above
from django.urls import get_resolver  # noqa: E402  # needs the environment above

from athanor.accounts.models import User  # noqa: E402  # needs the environment above
from courses.attempts.models import Attempt  # noqa: E402  # needs the environment above
from courses.catalog.models import Course, Exercise, Module  # noqa: E402  # needs the environment above
from courses.gradebook import recomputed, triggers  # noqa: E402  # needs the environment above
from courses.gradebook.models import Column, HandMark  # noqa: E402  # needs the environment above
from courses.people.models import Enrolment  # noqa: E402  # needs the environment above
from tests.factories import make_course, make_instructor  # noqa: E402  # needs the environment above
from tests.factories.courses import make_rubric  # noqa: E402  # needs the environment above

PER_MODULE = 20
ROUNDS = 20


ATTEMPTS = """
INSERT INTO attempts_attempt (id, exercise_id, student_id, number, state, draft, answer, spec, rubric_id,
    submission_key, jobs_planned, created_at, submitted_at, graded_at, released_at, review_reasons)
SELECT {key}, e.id, p.user_id, n.number, 'graded', '{{}}'{cast}, '{{}}'{cast}, '{{}}'{cast}, e.rubric_id, '', 0,
    CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP,
    CASE WHEN n.number = 2 AND (p.user_id * 7 + e.id) %% 97 = 0 THEN NULL ELSE CURRENT_TIMESTAMP END, '[]'{cast}
FROM catalog_exercise e JOIN catalog_module m ON m.id = e.module_id JOIN people_enrolment p ON p.course_id = m.course_id
CROSS JOIN (SELECT 1 AS number UNION ALL SELECT 2 UNION ALL SELECT 3) n
WHERE m.course_id = %s AND (n.number < 3 OR (p.user_id + e.id) %% 2 = 0)"""
SCORES = """
INSERT INTO attempts_score (attempt_id, origin, value, points, raw_value, late_credit, findings, rubric_id,
    grader_version, reason, created_at)
SELECT a.id, 'auto', ((a.student_id * 13 + a.exercise_id * 7 + a.number * 3) %% 101) / 100.0, NULL, NULL,
    CASE WHEN a.student_id %% 50 = 0 THEN 0.9 ELSE 1.0 END, '[]'{cast}, a.rubric_id, '1', '', CURRENT_TIMESTAMP
FROM attempts_attempt a JOIN catalog_exercise e ON e.id = a.exercise_id JOIN catalog_module m ON m.id = e.module_id
WHERE m.course_id = %s"""


def fill(name: str, students: int, exercises: int) -> Course:
    """2.5 attempts for every student and exercise: one that is shown, one that waits or is shown, half of a third."""
    course, rubric = make_course(slug=name), make_rubric()
    rows: list[Exercise] = []
    for start in range(0, exercises, PER_MODULE):
        module = Module.objects.create(course=course, slug=f"m{start}", position=start, title={"en": f"Part {start}"})
        rows += [
            Exercise(module=module, slug=f"e{n}", position=n, kind="chat", title={"en": f"Exercise {n}"},
                     spec={"alias": "chat-small"}, rubric=rubric)
            for n in range(start, min(exercises, start + PER_MODULE))
        ]  # fmt: skip
    rows = Exercise.objects.bulk_create(rows)
    people = User.objects.bulk_create(
        [User(username=f"{name}-{n}", email=f"{name}-{n}@example.org", last_name=f"Name {n}") for n in range(students)]
    )
    Enrolment.objects.bulk_create([Enrolment(course=course, user=each, role="student") for each in people])
    with connection.cursor() as cursor:
        postgres = connection.vendor == "postgresql"
        key = "gen_random_uuid()" if postgres else "lower(hex(randomblob(16)))"
        cast = "::jsonb" if postgres else ""
        cursor.execute(ATTEMPTS.format(key=key, cast=cast), [course.pk])
        cursor.execute(SCORES.format(cast=cast), [course.pk])
    columns = Column.objects.bulk_create([Column(course=course, name=f"Oral {n}", visible=True) for n in range(5)])
    HandMark.objects.bulk_create([HandMark(column=c, student=p, points=p.pk % 11, by=people[0])
                                  for c in columns for p in people], batch_size=2000)  # fmt: skip
    return course


def timed(client: Client, address: str, rounds: int) -> tuple[float, float, int]:
    """Median and 95th percentile in milliseconds of our own processor time, and queries. On SQLite that is all."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
    queries, times = len(captured), []
    for _round in range(rounds):
        reset_queries()
        begin = time.process_time()
        b"".join(client.get(address))  # type: ignore[arg-type]  # a response is an iterable of bytes
        times.append(1000 * (time.process_time() - begin))
    times.sort()
    return times[len(times) // 2], times[int(0.95 * len(times)) - (0 if rounds > 1 else 1)], queries


def pages(course: Course, ines: User, sam: User) -> list[tuple[str, User, str, int]]:
    exercise = Exercise.objects.filter(module__course=course).select_related("module").order_by("pk")[0]
    book = f"/courses/{course.slug}/gradebook"
    return [
        ("gradebook, first rows", ines, f"{book}/", ROUNDS),
        ("gradebook, last rows", ines, f"{book}/?page=9999&columns=99", ROUNDS),
        ("gradebook, search", ines, f"{book}/?search=name+77", ROUNDS),
        *((f"gradebook, {state}", ines, f"{book}/?state={state}", 5)
          for state in ("missing", "waiting", "late", "below", "hidden")),
        ("gradebook, by one exercise", ines, f"{book}/?exercise={exercise.pk}&order=best", 5),
        ("gradebook, by total", ines, f"{book}/?order=best", 3),
        ("statistics of an exercise", ines, f"{book}/{exercise.module.slug}/{exercise.slug}/", 3),
        *((f"file, {form}", ines, f"{book}.{form}", 1) for form in ("csv", "json", "xlsx")),
        ("course, a student", sam, f"/courses/{course.slug}/", ROUNDS),
        ("home, a student", sam, "/", ROUNDS),
        ("home, an instructor", ines, "/", ROUNDS),
        ("review queue", ines, f"/review/?course={course.slug}", ROUNDS),
    ]  # fmt: skip


def measure(course: Course) -> dict[str, tuple[float, float, int]]:
    ines = make_instructor(course=course, username=f"ines-{time.time_ns()}")
    sam = Enrolment.objects.filter(course=course, role="student").select_related("user")[0].user
    found = {}
    for what, who, address, rounds in pages(course, ines, sam):  # type: ignore[arg-type]  # our user model
        client = Client(SERVER_NAME="localhost")
        client.force_login(who)
        found[what] = timed(client, address, rounds)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", nargs="?", default="2000x200")
    parser.add_argument("--more", type=int, default=0)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    call_command("migrate", verbosity=0)
    User.objects.bulk_create([User(username=f"x{n}", email=f"x{n}@example.org") for n in range(options.more)])
    big = [int(part) for part in options.size.split("x")]
    get_resolver().url_patterns  # noqa: B018  # everything is imported before a long wait
    if not Course.objects.filter(slug="big").exists():
        fill("small", 50, 20)
        triggers.remove()
        fill("big", *big)
    begin = time.perf_counter()
    triggers.ensure()
    report(Course.objects.get(slug="small"), Course.objects.get(slug="big"), time.perf_counter() - begin)


def report(small: Course, big: Course, rebuilt: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{User.objects.count()} people, {Attempt.objects.count()} attempts on {connection.vendor}; "
          f"load {os.getloadavg()[0]:.1f}; standings in {rebuilt:.1f} s")  # fmt: skip
    plain = {name: {**each} for name, each in settings.STORAGES.items()}
    plain["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # nothing was collected
    with override_settings(STORAGES=plain):
        first, second = measure(small), measure(big)
    print(f"{'ms':<30} {'50×20':>8} {'big':>8} {'p95':>8} {'ratio':>7} {'queries':>8}")
    for what, (median, p95, queries) in second.items():
        little: Any = first[what][0]
        print(f"{what:<30} {little:8.1f} {median:8.1f} {p95:8.1f} {median / little:7.1f} {queries:8d}")
    if Attempt.objects.count() < 20_000:
        print(f"{len(recomputed.differences())} standings differ from the ledgers")


if __name__ == "__main__":
    main()
