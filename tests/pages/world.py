"""A school that is busy: every page that a GET can open has something to show, and somebody who may look at it."""

from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.test import Client
from django.urls import reverse

from athanor.accounts.models import User
from courses.attempts.models import Attempt
from courses.catalog.models import Course, Exercise, Lesson
from courses.catalog.sync import sync
from courses.classroom.services import raise_hand
from courses.people.models import Role
from tests.admin.conftest import make_revision
from tests.factories import (
    make_alias,
    make_enrolment,
    make_extension,
    make_group,
    make_student,
    make_user,
)
from tests.factories.people import PASSWORD
from tests.pages.conftest import School, found_school
from tests.pages.visits import NOT_PAGES, VISITS, in_session
from tests.pages.work import answered, handed_in
from workers.scheduling.models import Allowance

LIBRARY = settings.ROOT / "courses" / "library"
FULL = ("first-steps", "function-calling-pipeline", "images-with-sd-turbo", "inside-the-model", "local-models")
ELSEWHERE = {"review_attempt"}  # of work that the grader need not read a second time
HALF_WAY = "half way"  # gave the password, not yet the second factor


@dataclass(frozen=True)
class Place:
    """A page: the name of its address, with a word behind a colon where the same address has more pages."""

    name: str
    who: str | None  # of the people; None: nobody is signed in
    path: str
    status: int = 200

    @property
    def is_of_the_admin(self) -> bool:
        return self.name.startswith("admin:")


@dataclass(frozen=True)
class World:
    school: School
    people: dict[str, User]
    places: tuple[Place, ...]  # of our own pages

    def cookie_of(self, who: str) -> str:
        """A session; its person gave the password a moment ago, so that nothing asks for it again."""
        client = Client()
        if who == HALF_WAY:
            client.post(reverse("account_login"), {"login": "guarded", "password": PASSWORD})
        else:
            client.force_login(self.people[who])
            client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        return client.cookies[settings.SESSION_COOKIE_NAME].value


def busy_school() -> World:
    make_alias(name="judge-small")
    school = found_school()
    others = [make_student(course=school.course, username=name, language="en") for name in ("mia", "tom", "zoe")]
    handed_in(others[0], school.exercise, "Hello, hello and good-bye.")
    answered(others[1], school.exercise, "Hello?")
    rows(school)
    own = tuple(
        Place(name, visit.who, reverse(name, args=visit.arguments(school)))
        for name, visit in VISITS.items()
        if visit.method == "get" and name not in {*NOT_PAGES, *ELSEWHERE}
    )
    in_session(school)
    raise_hand(course=school.course, student=others[0], exercise=school.exercise)
    return World(school, {**people_of(school), **people_of_accounts()}, own + tuple(more(school)) + taught(school))


def people_of(school: School) -> dict[str, User]:
    names = ("student", "stranger", "grader", "instructor", "administrator")
    people = {name: getattr(school, name) for name in names}
    for user in people.values():
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return people


def people_of_accounts() -> dict[str, User]:
    """One with a second factor, one who came by another way than a password."""
    guarded, passwordless = (make_user(username=name, language="en") for name in ("guarded", "passwordless"))
    EmailAddress.objects.create(user=guarded, email=guarded.email, verified=True, primary=True)
    TOTP.activate(guarded, generate_totp_secret())
    RecoveryCodes.activate(guarded)
    passwordless.set_unusable_password()
    passwordless.save()
    forgetful = make_user(username="forgetful")  # signing in would make the link of the mail invalid
    return {"guarded": guarded, "passwordless": passwordless, "forgetful": forgetful, HALF_WAY: guarded}


def rows(school: School) -> None:
    """What no page of ours makes, but the admin lists."""
    group = make_group(course=school.course, name="Tuesday")
    make_extension(course=school.course, group=group)
    make_revision(school.course)
    Allowance.objects.create(group=f"course:{school.course.pk}", person_images=20)


def more(school: School) -> list[Place]:
    """The same addresses for other people, and in other states."""
    other = Attempt.objects.get(student__username="mia", state=Attempt.State.GRADED).pk
    return [
        Place("home: nothing yet", "stranger", "/"),
        Place("home: grader", "grader", "/"),
        Place("home: instructor", "instructor", "/"),
        Place("home: administrator", "administrator", "/"),
        Place("course: instructor", "instructor", f"/courses/{school.course.slug}/"),
        Place("exercise: handing in", "student", f"{school.address}?confirm=1"),
        Place("attempt: staff", "grader", f"/attempts/{other}/"),
        Place("attempt: staff looks on", "grader", f"/attempts/{school.working.pk}/"),
        Place("review_attempt", "grader", f"/review/{other}/"),
        Place("review: all", "grader", "/review/?filter=all"),
        Place("error: nowhere", "student", "/nowhere/", 404),
        Place("error: nowhere for strangers", None, "/nowhere/", 404),
        Place("error: refused", "student", "/servers/", 403),
    ]


def taught(school: School) -> tuple[Place, ...]:
    """Real lessons, and an exercise of each kind that somebody has just opened."""
    for slug in FULL:
        bring(slug, school)
    Course.objects.update(published=True)
    kinds: dict[str, Exercise] = {}
    for exercise in Exercise.objects.filter(module__course__slug__in=FULL).select_related("module__course"):
        kinds.setdefault(f"{exercise.kind}{': practice' if exercise.practice else ''}", exercise)
    return tuple(Place(f"exercise: {kind}", "student", address_of(one)) for kind, one in kinds.items()) + tuple(
        Place(f"lesson: {lesson.slug}", "instructor", address_of(lesson)) for lesson in longest_lessons()
    )


def bring(slug: str, school: School) -> None:
    """A starter course, with the student in it, and an instructor who may read what is not open yet."""
    sync(LIBRARY / slug)
    course = Course.objects.get(slug=slug)
    make_enrolment(course=course, user=school.student, role=Role.STUDENT)
    make_enrolment(course=course, user=school.instructor, role=Role.INSTRUCTOR)


def longest_lessons(most: int = 3) -> list[Lesson]:
    found = Lesson.objects.filter(module__course__slug__in=FULL).select_related("module__course")
    return sorted(found, key=lambda lesson: -len(str(lesson.body)))[:most]


def address_of(taught: Any) -> str:
    name = "exercise" if isinstance(taught, Exercise) else "lesson"
    return reverse(name, args=[taught.module.course.slug, taught.module.slug, taught.slug])
