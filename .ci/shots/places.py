"""The pages of which pictures are made: a name, who looks, and the address."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Manager

from courses.attempts.models import Attempt
from courses.catalog.models import Exercise
from courses.gradebook.models import Column
from courses.inquiries.models import Inquiry
from courses.playground.models import Conversation
from courses.readings.models import Reading
from courses.regrade.models import Regrade
from courses.similarity.models import Pair

BASICS = "/courses/prompting-basics"


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    who: str  # a role of the demo people; empty: nobody is signed in
    address: str
    wait: str = "main"  # what must be on the page


def places() -> Iterator[Place]:
    """In the order in which people meet them."""
    yield Place("sign-in", "", "/accounts/login/")
    yield Place("sign-up", "", "/accounts/signup/")
    yield from _student()
    yield from _grader()
    yield from _instructor()
    yield Place("servers", "administrator", "/servers/")
    yield Place("components", "administrator", "/ui/")
    yield Place("admin", "administrator", "/admin/", "#main, main, body")


def _student() -> Iterator[Place]:
    yield Place("home", "student", "/")
    yield Place("course", "student", f"{BASICS}/")
    yield Place("lesson", "student", f"{BASICS}/first-steps/how-a-model-writes/")
    yield Place("exercise-chat", "student", f"{BASICS}/first-steps/exercises/contact-card/")
    yield Place("exercise-image", "student", _exercise("images-with-sd-turbo", "image"))
    yield Place("exercise-calls", "student", _exercise("function-calling-pipeline", "function_calling"))
    yield Place("exercise-lab", "student", _exercise("inside-the-model", "decoding_lab"))
    yield Place("exercise-quiz", "student", _exercise("local-models", "quiz"))
    yield Place("result", "student", f"/attempts/{_attempt(student__username='student')}/")
    yield Place("playground", "student", f"/playground/{_one(Conversation.objects)}/")
    yield Place("queue", "student", "/queue/")
    yield Place("my-marks", "student", "/gradebook/prompting-basics/mine/")
    yield Place("notices", "student", "/notices/")
    yield Place("settings", "student", "/account/")
    yield Place("my-data", "student", "/account/data/")
    yield Place("two-factor", "student", "/accounts/2fa/")
    yield Place("not-found", "student", "/nowhere/")


def _grader() -> Iterator[Place]:
    yield Place("review-queue", "grader", "/review/?filter=all")
    yield Place("review", "grader", f"/review/{_attempt(state='graded', exercise__slug='french-answer')}/")
    yield Place("guide", "grader", "/review/guide/")
    yield Place("training", "grader", f"{BASICS}/training/")


def _instructor() -> Iterator[Place]:
    yield Place("home-instructor", "instructor", "/")
    yield Place("gradebook", "instructor", f"{BASICS}/gradebook/")
    yield Place("requests", "instructor", "/requests/")
    yield Place("request", "instructor", f"/requests/{_one(Inquiry.objects)}/")
    yield Place("readings", "instructor", "/readings/")
    yield Place("reading", "instructor", f"/readings/{_one(Reading.objects)}/")
    yield Place("columns", "instructor", "/gradebook/prompting-basics/columns/")
    yield Place("column", "instructor", f"/gradebook/prompting-basics/columns/{_one(Column.objects)}/")
    yield Place("import", "instructor", "/gradebook/prompting-basics/import/")
    yield Place("release", "instructor", "/gradebook/prompting-basics/release/")
    yield Place("statistics", "instructor", f"{BASICS}/gradebook/first-steps/contact-card/")
    yield Place("health", "instructor", f"{BASICS}/health/")
    yield Place("classroom", "instructor", f"{BASICS}/classroom/")
    yield Place("projector", "instructor", f"{BASICS}/projector/")
    yield Place("similarity", "instructor", f"/similarity/prompting-basics/{_number('contact-card')}/")
    yield Place("similar-pair", "instructor", _pair())
    yield Place("agreement", "instructor", f"{BASICS}/agreement/")
    yield Place("regrades", "instructor", "/regrades/")
    yield Place("regrade", "instructor", f"/regrades/{_one(Regrade.objects)}/")
    yield Place("judges", "instructor", "/judges/")


def _exercise(course: str, kind: str) -> str:
    found = Exercise.objects.filter(module__course__slug=course, kind=kind, practice=False).order_by("pk")
    one = found.select_related("module")[0]
    return f"/courses/{course}/{one.module.slug}/exercises/{one.slug}/"


def _one(rows: Manager[Any]) -> str:
    return str(rows.order_by("pk").values_list("pk", flat=True)[0])


def _pair() -> str:
    """The most alike; the list where nothing is."""
    found = Pair.objects.order_by("-share").first()
    exercise = _number("contact-card")
    return f"/similarity/prompting-basics/{exercise}/{f'{found.pk}/' if found else ''}"


def _number(slug: str) -> int:
    return Exercise.objects.get(module__course__slug="prompting-basics", slug=slug).pk


def _attempt(**conditions: object) -> str:
    return str(Attempt.objects.filter(**conditions).exclude(state="open").order_by("-submitted_at")[0].pk)
