"""The page of all components shows all of them."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.factories import make_administrator, make_user
from tests.pages.html import problems_of

pytestmark = pytest.mark.django_db
FIRST_CLASS = re.compile(r"^\.([a-z][\w-]*)", re.MULTILINE)


def names(folder: str, ending: str) -> list[Path]:
    found = sorted((settings.ROOT / folder).glob(f"*.{ending}"))
    assert found
    return found


@pytest.fixture
def page(client: Client) -> object:
    client.force_login(make_administrator(language="en"))
    return client.get(reverse("ui"))


def test_every_component_template_is_drawn(page: object) -> None:
    drawn = {template.name for template in page.templates}  # type: ignore[attr-defined]

    missing = [file.name for file in names("templates/components", "html") if f"components/{file.name}" not in drawn]

    assert missing == [], "give each an example: templates/ui/shown/<name>.html"


def test_every_component_style_is_in_use(page: object) -> None:
    html = page.content.decode()  # type: ignore[attr-defined]
    worn = {name for given in re.findall(r'class="([^"]*)"', html) for name in given.split()}
    mains = {file.stem: FIRST_CLASS.search(file.read_text()) for file in names("static/css/components", "css")}

    missing = [stem for stem, main in mains.items() if main and main[1] not in worn]

    assert missing == [], "give each an example: templates/ui/shown/<name>.html"


def test_every_icon_is_shown_and_the_page_is_well_formed(page: object) -> None:
    html = page.content.decode()  # type: ignore[attr-defined]
    sprite = (settings.ROOT / "static/img/icons.svg").read_text()

    assert [name for name in re.findall(r'<symbol id="([^"]+)"', sprite) if f"<code>{name}</code>" not in html] == []
    assert problems_of(html) == []


def test_students_have_no_business_there(client: Client) -> None:
    client.force_login(make_user())

    assert client.get(reverse("ui")).status_code == 403
