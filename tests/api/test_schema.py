"""The description of the API is complete, correct and readable without a script."""

import subprocess
import sys

import pytest
from django.test import Client
from django.urls import reverse

from athanor.accounts.models import User
from athanor.api.urls import urlpatterns
from tests.guards.repository import ROOT

UNDOCUMENTED = {"schema", "docs", "missing"}


def test_schema_is_made_without_warnings() -> None:
    made = subprocess.run(
        [sys.executable, "manage.py", "spectacular", "--validate", "--fail-on-warn"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (made.returncode, made.stderr) == (0, "")


def test_schema_describes_every_address(client: Client) -> None:
    document = client.get("/api/v1/schema/?format=json").json()
    paths = set(document["paths"])

    assert len(paths) == len([one for one in urlpatterns if one.name not in UNDOCUMENTED])  # type: ignore[union-attr]
    assert document["components"]["securitySchemes"]["personalKey"]["scheme"] == "bearer"
    assert all("summary" in found for methods in document["paths"].values() for found in methods.values())


@pytest.mark.parametrize("language", ["en", "fr"])
def test_page_shows_every_operation_and_runs_no_script_of_its_own(alice: User, language: str) -> None:
    client = Client()
    client.force_login(alice)
    User.objects.update(language=language)

    page = client.get(reverse("api:docs"))

    assert page.status_code == 200
    assert [operation.id for operation in page.context["operations"]][:3] == ["me", "courses", "join"]
    assert "<script>" not in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_unknown_address_is_answered_in_json(method: str) -> None:
    answer = getattr(Client(), method)("/api/v1/nowhere/at/all")

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"
