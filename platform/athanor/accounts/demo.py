"""Demo people and their one-click sign-in: only in demo mode, only on this machine.

They are recognised by their address, which ends in `.invalid` and can belong to nobody, never by their name.
"""

import ipaddress
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.core.exceptions import DisallowedHost
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from athanor.accounts.backends import DEMO_DOMAIN
from athanor.accounts.models import User
from courses.catalog.models import Course
from courses.people.models import Role
from courses.people.services import enrol

LINK_AGE = timedelta(days=30)
SALT = "athanor.accounts.demo-login"
ACCOUNTS_FILE = "demo-accounts.json"  # under settings.VAR; written by the launcher


@dataclass(frozen=True, slots=True)
class DemoPerson:
    username: str
    role: str  # as the accounts file names it
    first_name: str
    last_name: str
    enrolled_as: Role | None  # in every course; None: an administrator, who needs no enrolment

    @property
    def email(self) -> str:
        return f"{self.username}@{DEMO_DOMAIN}"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One line of the accounts file. The password is in clear: the file has mode 600."""

    role: str
    username: str
    password: str
    login_url: str


PEOPLE = (
    DemoPerson("student", "student", "Sam", "Student", Role.STUDENT),
    DemoPerson("student-2", "second student", "Billie", "Student", Role.STUDENT),
    DemoPerson("grader", "grader", "Gray", "Grader", Role.GRADER),
    DemoPerson("instructor", "instructor", "Ines", "Instructor", Role.INSTRUCTOR),
    DemoPerson("administrator", "administrator", "Ada", "Administrator", None),
)
EMAILS = frozenset(person.email for person in PEOPLE)


class NotInDemoMode(Exception):
    """Demo people exist only where ATHANOR_DEMO=1."""


def make_demo_people(base_url: str, *, known: Mapping[str, str] | None = None) -> list[DemoAccount]:
    """Make the demo people or find them, enrol them in every course, and return how each signs in. Idempotent.

    A password in `known` (user name → password; default: what the accounts file says) is kept; else a new one is made.
    Raises NotInDemoMode.
    """
    if not settings.DEMO:
        raise NotInDemoMode("Set ATHANOR_DEMO=1 to make demo people.")
    passwords = read_passwords() if known is None else known
    with transaction.atomic():
        return [_account(person, passwords, base_url) for person in PEOPLE]


def read_passwords() -> dict[str, str]:
    """User name → password, from the accounts file; empty where it is missing or not ours."""
    try:
        content = json.loads((settings.VAR / ACCOUNTS_FILE).read_text(encoding="utf-8"))
        return {account["username"]: account["password"] for account in content["accounts"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _account(person: DemoPerson, passwords: Mapping[str, str], base_url: str) -> DemoAccount:
    user = User.objects.filter(email=person.email).first() or _create(person)
    password = passwords.get(user.username) or secrets.token_urlsafe(12)
    if user.username not in passwords or not user.has_usable_password():
        user.set_password(password)
        user.save(update_fields=["password"])
    _enrol(user, person)
    return DemoAccount(person.role, user.username, password, login_url(user, base_url))


def _create(person: DemoPerson) -> User:
    taken = User.objects.filter(username__iexact=person.username).exists()
    is_administrator = person.enrolled_as is None
    return User.objects.create_user(
        f"{person.username}-{secrets.token_hex(2)}" if taken else person.username,
        person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        is_staff=is_administrator,
        is_superuser=is_administrator,
    )


def _enrol(user: User, person: DemoPerson) -> None:
    if person.enrolled_as is None:
        return
    for course in Course.objects.exclude(enrolments__user=user):
        enrol(course=course, user=user, role=person.enrolled_as, by=None)


def login_url(user: User, base_url: str) -> str:
    token = signing.TimestampSigner(salt=SALT).sign(user.email)
    return base_url.rstrip("/") + reverse("demo_login", args=[token])


def person_of(token: str) -> User | None:
    """Who this link signs in; None for a forged or old link, and for anybody who is no demo person."""
    try:
        email = signing.TimestampSigner(salt=SALT).unsign(token, max_age=LINK_AGE)
    except signing.BadSignature:  # also SignatureExpired
        return None
    return User.objects.filter(email=email, is_active=True).first() if email in EMAILS else None


def is_from_this_machine(request: HttpRequest) -> bool:
    """Whether the connection and the address asked for are both loopback, with no proxy in between."""
    if "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META:
        return False
    try:
        host = urlsplit(f"//{request.get_host()}").hostname or ""
    except DisallowedHost:
        return False
    return _is_loopback(request.META.get("REMOTE_ADDR", "")) and (host == "localhost" or _is_loopback(host))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
