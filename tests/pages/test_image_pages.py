"""The pages of an image exercise, without a server and without scripts."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from PIL import Image

from athanor.accounts.models import User
from courses.attempts import services
from courses.catalog.models import Exercise
from tests.pages.conftest import School
from tests.pages.html import problems_of
from tests.pages.images import asked, digest_of, handed_in, image_exercise, painted
from workers.scheduling.models import Job

As = Callable[[User | None], Client]


@pytest.fixture
def exercise(school: School) -> Exercise:
    return image_exercise(school.exercise.module)


def address(school: School, exercise: Exercise) -> str:
    return school.address.replace("hello", exercise.slug)


@pytest.mark.parametrize(
    ("task", "language"),
    [("single", "en"), ("refine", "fr"), ("one_factor", "en"), ("grid", "fr"), ("match", "en")],
)
def test_workspace_of_every_task_is_well_formed(task: str, language: str, school: School, as_: As) -> None:
    User.objects.update(language=language)
    exercise = image_exercise(school.exercise.module, task=task)
    client = as_(school.student)
    empty = client.get(address(school, exercise)).content.decode()
    first = painted(asked(school.student, exercise), "red", "blue")
    asked(school.student, exercise, "a sea")

    page = client.get(f"{address(school, exercise)}?compare={first.pk}:0&compare={first.pk}:1").content.decode()

    assert problems_of(empty) == []
    assert problems_of(page) == []
    assert page.count("data-preview") == 1  # of the picture that waits
    assert page.count("comparison-facts") == 2
    assert page.count('name="chosen"') == 2
    assert page.count("zebra") == 1


def test_first_picture_and_the_choice_work_without_scripts(school: School, as_: As, exercise: Exercise) -> None:
    client = as_(school.student)
    begun = client.post(address(school, exercise), {"prompt": "a red circle", "steps": "4", "seed": "7"})
    job = Job.objects.get(alias="image-turbo")
    run = painted(exercise.attempts.get().runs.get())

    chosen = client.post(f"/attempts/{run.attempt_id}/draft/", {"chosen": f"{run.pk}:0", "confirm": "1"})
    page = client.get(chosen["Location"]).content.decode()
    sent = client.post(f"/attempts/{run.attempt_id}/submit/", {"chosen": f"{run.pk}:0", "note": "It is round."})

    assert begun.status_code == 302
    assert (job.request["prompt"], job.request["seed"], job.request["width"]) == ("a red circle", 7, 128)
    assert page.count('<dialog id="submit-dialog" aria-labelledby="submit-title" open') == 1
    assert page.count(f'type="hidden" name="chosen" value="{run.pk}:0"') == 1
    assert sent.status_code == 302
    result = client.get(sent["Location"]).content.decode()
    assert problems_of(result) == []
    assert result.count(digest_of(run)) == 3  # picture, thumbnail, download
    assert "It is round." in result


def test_refused_run_keeps_what_was_typed_and_costs_nothing(school: School, as_: As, exercise: Exercise) -> None:
    typed = {"prompt": "a red circle", "size": "10000x10000", "steps": "4"}

    response = as_(school.student).post(address(school, exercise), typed)

    assert response.status_code == 422
    assert response.content.decode().count(">a red circle</textarea>") == 1
    assert not Job.objects.filter(alias="image-turbo").exists()


def test_grader_sees_pictures_and_how_they_were_made(school: School, as_: As, exercise: Exercise) -> None:
    attempt = handed_in(painted(asked(school.student, exercise)))

    page = as_(school.grader).get(f"/review/{attempt.pk}/").content.decode()

    assert problems_of(page) == []
    assert '<mark title="names">circle</mark>' in page


def test_download_says_how_the_picture_was_made(school: School, as_: As, exercise: Exercise) -> None:
    run = painted(asked(school.student, exercise, "a «red» circle", seed=5, sampler="DPM++ SDE"))
    client, place = as_(school.student), f"/attempts/{run.attempt_id}/pictures/{digest_of(run)}.png"

    plain, labelled = client.get(place), client.get(f"{place}?download")

    assert Image.open(BytesIO(plain.content)).info == {}
    text = Image.open(BytesIO(labelled.content)).info["parameters"]
    assert text.startswith("a «red» circle\nSteps: 4, Sampler: DPM++ SDE")
    assert "Seed: 5, Size: 128x128" in text
    assert labelled["Content-Disposition"].startswith("attachment")
    assert plain["Cache-Control"].startswith("private")


def test_picture_of_another_attempt_is_not_found(school: School, as_: As, exercise: Exercise) -> None:
    run = painted(asked(school.student, exercise))
    client = as_(school.student)

    assert client.get(f"/attempts/{run.attempt_id}/pictures/{'0' * 64}.png").status_code == 404
    assert client.get(f"/attempts/{school.marked.pk}/pictures/{digest_of(run)}.png").status_code == 404
    assert client.get(f"/attempts/{school.marked.pk}/pictures/{digest_of(run)}.webp").status_code == 404


def test_parameters_of_a_target_are_not_told(school: School, as_: As, exercise: Exercise) -> None:
    client = as_(school.student)

    api = f"/api/v1/courses/prompting/modules/first/exercises/{exercise.slug}/"

    answers = [client.get(address(school, exercise)), client.get(api)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("a red circle" not in answer.content.decode() for answer in answers)


EVERYTHING = {
    "image_brightness": {"least": 0.1},
    "image_colours": {"colours": [{"colour": "red"}]},
    "image_composition": {"total": 1},
    "image_different": {},
    "image_grid": {},
    "image_one_factor": {"factors": ["seed"]},
    "image_parameters": {"rules": [{"name": "steps", "among": [4]}]},
    "image_similar": {},
    "image_symmetry": {},
    "image_tileable": {},
}


def test_mark_shows_what_was_measured(school: School, as_: As) -> None:
    User.objects.update(language="fr")
    items = [
        {"id": slug.replace("_", "-"), "title": {"en": slug}, "criterion": slug, "params": params}
        for slug, params in EVERYTHING.items()
    ]
    exercise = image_exercise(school.exercise.module, rubric={"items": items}, task="one_factor")
    first = painted(asked(school.student, exercise, seed=1), "red")
    second = painted(asked(school.student, exercise, seed=2), "blue")
    answer = {"chosen": [f"{first.pk}:0", f"{second.pk}:0"]}
    attempt = services.submit(attempt=first.attempt, answer=answer, idempotency_key="")

    page = as_(school.student).get(f"/attempts/{attempt.pk}/").content.decode()
    review = as_(school.grader).get(f"/review/{attempt.pk}/").content.decode()

    assert problems_of(page) == []
    assert problems_of(review) == []
    for drawing in ("shown-scale", "shown-palette", "shown-picture", "shown-hash", "shown-table", "shown-changes"):
        assert drawing in page, drawing
        assert drawing in review, drawing
    assert "shown-axis" in page


def test_comment_on_a_part_of_a_picture_comes_back_with_the_part_drawn(
    school: School, as_: As, exercise: Exercise
) -> None:
    attempt = handed_in(painted(asked(school.student, exercise)))
    digest = digest_of(attempt.runs.get())
    region = {"region-x": "10", "region-y": "20,5", "region-width": "30", "region-height": "40"}

    words = {"comment": "This corner.", "anchor": f"picture:{digest}", **region}
    said = as_(school.grader).post(f"/review/{attempt.pk}/comments/", words, headers={"X-Requested-With": "fetch"})

    drawn = said.content.decode()
    assert said.status_code == 201
    assert f'<image href="/attempts/{attempt.pk}/pictures/{digest}.webp"' in drawn
    assert '<rect x="10.0" y="20.5" width="30.0" height="40.0"/>' in drawn
