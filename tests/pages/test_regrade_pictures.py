"""Pictures that are made again for a regrade: seen beside the old ones before anything counts, and by whom."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from athanor.accounts.models import User
from courses.attempts.models import Attempt
from courses.regrade import services
from courses.regrade.answers import beside
from courses.regrade.models import Regrade
from tests.courses.regrade.asked import answered
from tests.courses.regrade.together import finish
from tests.pages.conftest import School
from tests.pages.html import problems_of
from tests.pages.images import asked, digest_of, handed_in, image_exercise, painted, png
from workers.backends import pictures

As = Callable[[User | None], Client]
RED: dict[str, Any] = {
    "items": [{"id": "red", "title": {"en": "Red"}, "criterion": "image_colours",
               "params": {"colours": [{"colour": "#ff0000", "least": 0.5}]}}]
}  # fmt: skip


@pytest.fixture
def blue(school: School) -> Attempt:
    exercise = image_exercise(school.exercise.module, rubric=RED)
    return handed_in(painted(asked(school.student, exercise), "blue"))


def made_again(attempt: Attempt, by: User) -> tuple[Regrade, str]:
    """The preview, and the digest of the new picture."""
    digest = pictures.keep(png("red"))
    picture = {"digest": digest, "width": 128, "height": 128, "size": 1, "seed": 1}
    result = {"task": "image", "pictures": [picture], "parameters": {}, "unknown_words": [], "finish": "stop"}
    made = finish(services.prepare(exercise=attempt.exercise, by=by, note="Redder.", method="regenerate"))
    return answered(services.ask(regrade=made, by=by), lambda job: result), digest


def test_pictures_stand_beside_each_other_in_the_preview(blue: Attempt, school: School, as_: As) -> None:
    regrade, new = made_again(blue, school.instructor)
    old = digest_of(blue.runs.get())

    [answers] = beside(regrade, [blue.pk])[blue.pk]
    assert (answers.number, answers.before.pictures, answers.after.pictures) == (1, [old], [new])
    page = as_(school.instructor).get(f"/regrades/{regrade.pk}/").content.decode()
    assert problems_of(page) == []
    places = [page.index(f"/attempts/{blue.pk}/pictures/{digest}.webp") for digest in (old, new)]
    assert places == sorted(places)


def test_new_picture_is_the_instructors_until_it_counts(blue: Attempt, school: School, as_: As) -> None:
    regrade, new = made_again(blue, school.instructor)
    address = f"/attempts/{blue.pk}/pictures/{new}.webp"

    assert [as_(who).get(address).status_code for who in (school.instructor, school.grader, school.student)] == [
        200, 404, 404,
    ]  # fmt: skip
    finish(services.apply(regrade=regrade, by=school.instructor))
    assert [as_(who).get(address).status_code for who in (school.grader, school.student, school.stranger)] == [
        200, 200, 404,
    ]  # fmt: skip
    finish(services.roll_back(regrade=regrade, by=school.instructor))
    assert as_(school.student).get(address).status_code == 404
