"""The pages of a person's own data."""

import pytest
from django.test import Client
from django.urls import reverse

from athanor.accounts.models import User
from tests.factories import make_course, make_job, make_student, make_user
from tests.factories.people import PASSWORD
from workers.scheduling.states import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return make_student(course=make_course(), username="alice")


@pytest.fixture
def client(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


def test_data_is_downloaded_as_a_file(client: Client) -> None:
    make_user(username="charlie")
    answer = client.get(reverse("download_data"))

    assert answer["Content-Disposition"] == 'attachment; filename="athanor-personal-data.json"'
    assert answer.json()["person"]["username"] == "alice"
    assert "charlie" not in answer.content.decode()


def test_account_is_erased_with_the_password(client: Client, alice: User) -> None:
    answer = client.post(reverse("personal_data"), {"password": PASSWORD})

    alice.refresh_from_db()
    assert answer.status_code == 302
    assert alice.username.startswith("erased-")
    assert client.get(reverse("personal_data")).status_code == 302  # signed out


def test_account_is_not_erased_without_the_password(client: Client, alice: User) -> None:
    answer = client.post(reverse("personal_data"), {"password": "guess"})

    alice.refresh_from_db()
    assert answer.status_code == 422
    assert list(answer.context["form"].errors["password"]) == ["This is not your password. Nothing was erased."]
    assert alice.username == "alice"


def test_account_is_not_erased_while_an_answer_is_made(client: Client, alice: User) -> None:
    make_job(owner=alice, state=State.RUNNING)

    answer = client.post(reverse("personal_data"), {"password": PASSWORD})

    alice.refresh_from_db()
    assert answer.status_code == 422
    assert "try again in a minute" in answer.content.decode()
    assert alice.username == "alice"
