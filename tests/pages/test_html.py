"""Every page in both languages is HTML as the standard wants it."""

import re
from pathlib import Path

import pytest
from django.test import Client

from athanor.accounts.models import User
from courses.catalog.models import Course, Exercise, Lesson
from tests.pages.addresses import places
from tests.pages.conftest import School
from tests.pages.validator import errors_of, installed
from tests.pages.world import LIBRARY, Place, World, address_of, bring, busy_school

pytestmark = pytest.mark.django_db


def library(school: School) -> list[Place]:
    """Every lesson and exercise of the starter courses, by who may read what is not open yet."""
    for folder in LIBRARY.iterdir():
        if (folder / "course.yml").exists() and not Course.objects.filter(slug=folder.name).exists():
            bring(folder.name, school)
    lessons, exercises = (model.objects.select_related("module__course") for model in (Lesson, Exercise))
    taught: list[Lesson | Exercise] = [*lessons, *exercises]
    return [Place(f"{one.module.course.slug} {one.slug}", "instructor", address_of(one)) for one in taught]


def save(world: World, all_of_them: list[Place], language: str, folder: Path) -> None:
    User.objects.update(language=language)
    clients: dict[str | None, Client] = {}
    for place in all_of_them:
        if place.who not in clients:
            clients[place.who] = Client(headers={"accept-language": language})
            if place.who is not None:
                clients[place.who].cookies["sessionid"] = world.cookie_of(place.who)
        html = clients[place.who].get(place.path, follow=True).content.decode()
        name = re.sub(r"[^\w.-]+", "-", place.name)
        (folder / f"{name}-{language}.html").write_text(html, encoding="utf-8")


def test_pages_are_valid_html(tmp_path: Path) -> None:
    installed()
    world = busy_school()
    all_of_them = [*places(world), *library(world.school)]
    for language in ("en", "fr"):
        save(world, all_of_them, language, tmp_path)

    assert errors_of(tmp_path) == {}
