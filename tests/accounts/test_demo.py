"""Demo people: made once, kept, and signed in by a link only on this machine."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth import authenticate
from django.core import signing
from django.http import Http404, HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from athanor.accounts import demo, keys
from athanor.accounts.models import User
from courses.catalog.models import Course
from courses.people.models import Enrolment

URL = "http://127.0.0.1:8000"
RequestMaker = Callable[..., HttpRequest]


@pytest.fixture(autouse=True)
def demo_mode(settings: Settings, tmp_path: Path) -> None:
    settings.DEMO = True
    settings.VAR = tmp_path


@pytest.fixture
def request_of(rf: RequestFactory) -> RequestMaker:
    def make(**meta: str) -> HttpRequest:
        return rf.get("/", **{"SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", **meta})

    return make


@pytest.mark.django_db
def test_demo_people_are_made_once_and_enrolled_in_every_course() -> None:
    Course.objects.create(slug="prompting", title={"en": "Prompting"}, published=True)

    first = demo.make_demo_people(URL, known={})
    second = demo.make_demo_people(URL, known={account.username: account.password for account in first})

    assert [(account.role, account.username) for account in first] == [
        ("student", "student"),
        ("second student", "student-2"),
        ("grader", "grader"),
        ("instructor", "instructor"),
        ("administrator", "administrator"),
    ]
    assert [account.password for account in second] == [account.password for account in first]
    assert sorted(Enrolment.objects.values_list("user__username", "role")) == [
        ("grader", "grader"),
        ("instructor", "instructor"),
        ("student", "student"),
        ("student-2", "student"),
    ]
    assert User.objects.get(username="administrator").is_superuser
    assert User.objects.filter(is_superuser=True).count() == 1


@pytest.mark.django_db
def test_demo_passwords_come_from_the_accounts_file(tmp_path: Path) -> None:
    line = {"role": "student", "username": "student", "password": "kept-across-restarts", "login_url": ""}
    (tmp_path / demo.ACCOUNTS_FILE).write_text(json.dumps({"url": URL, "accounts": [line]}))

    accounts = demo.make_demo_people(URL)

    assert accounts[0].password == "kept-across-restarts"
    assert User.objects.get(username="student").check_password("kept-across-restarts")


@pytest.mark.django_db
def test_demo_people_never_take_over_an_account_of_the_same_name() -> None:
    real = User.objects.create_user("Administrator", "someone@school.example", "a real password")

    accounts = demo.make_demo_people(URL, known={})

    real.refresh_from_db()
    assert not real.is_superuser
    assert real.check_password("a real password")
    assert accounts[-1].username.startswith("administrator-")


@pytest.mark.django_db
def test_demo_people_are_refused_outside_demo_mode(settings: Settings) -> None:
    settings.DEMO = False

    with pytest.raises(demo.NotInDemoMode):
        demo.make_demo_people(URL, known={})

    assert not User.objects.exists()


@pytest.mark.django_db
def test_link_signs_in_only_demo_people() -> None:
    demo.make_demo_people(URL, known={})
    User.objects.create_user("alice", "alice@school.example", "a real password")
    signer = signing.TimestampSigner(salt=demo.SALT)

    assert demo.person_of(signer.sign("student@demo.athanor.invalid")) == User.objects.get(username="student")
    assert demo.person_of(signer.sign("alice@school.example")) is None
    assert demo.person_of(signing.TimestampSigner(salt="another").sign("student@demo.athanor.invalid")) is None
    assert demo.person_of("student@demo.athanor.invalid:1:forged") is None


@pytest.mark.django_db
def test_link_expires_after_thirty_days(monkeypatch: pytest.MonkeyPatch) -> None:
    demo.make_demo_people(URL, known={})
    token = signing.TimestampSigner(salt=demo.SALT).sign("student@demo.athanor.invalid")
    now = signing.time.time()

    monkeypatch.setattr(signing.time, "time", lambda: now + demo.LINK_AGE.total_seconds() + 60)

    assert demo.person_of(token) is None


@pytest.mark.parametrize(
    ("meta", "here"),
    [
        ({}, True),
        ({"HTTP_HOST": "localhost:8000"}, True),
        ({"HTTP_HOST": "[::1]:8000", "REMOTE_ADDR": "::1"}, True),
        ({"REMOTE_ADDR": "192.168.1.20"}, False),
        ({"REMOTE_ADDR": ""}, False),
        ({"HTTP_HOST": "athanor.school.example"}, False),
        ({"HTTP_X_FORWARDED_FOR": "192.168.1.20"}, False),
        ({"HTTP_FORWARDED": "for=192.168.1.20"}, False),
    ],
)
def test_only_a_direct_loopback_connection_is_from_this_machine(
    meta: dict[str, str], here: bool, request_of: RequestMaker, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]

    assert demo.is_from_this_machine(request_of(**meta)) is here


@pytest.mark.django_db
def test_view_does_not_exist_for_others(request_of: RequestMaker, settings: Settings) -> None:
    from athanor.accounts.views import demo_login

    demo.make_demo_people(URL, known={})
    token = signing.TimestampSigner(salt=demo.SALT).sign("student@demo.athanor.invalid")

    with pytest.raises(Http404):
        demo_login(request_of(REMOTE_ADDR="192.168.1.20"), token)
    settings.DEMO = False
    with pytest.raises(Http404):
        demo_login(request_of(), token)


@pytest.mark.django_db
def test_demo_people_are_shut_out_once_the_site_is_no_demo(settings: Settings) -> None:
    password = demo.make_demo_people(URL, known={})[-1].password
    administrator = User.objects.get(username="administrator")
    _row, key = keys.make(user=administrator, name="test")
    client = Client()
    client.force_login(administrator)
    assert authenticate(username="administrator", password=password) == administrator

    settings.DEMO = False

    assert authenticate(username="administrator", password=password) is None
    assert keys.authenticate(key) is None
    assert client.get(reverse("admin:index")).status_code == 302


@pytest.mark.django_db
def test_demo_person_finds_the_session_of_the_link(settings: Settings) -> None:
    settings.DEMO = True
    demo.make_demo_people(URL, known={})
    student = User.objects.get(username="student")
    client = Client(HTTP_HOST="127.0.0.1")

    client.get(demo.login_url(student, ""))

    assert UserSession.objects.filter(user=student).count() == 1
