"""The whole way of a student and a grader by links and forms alone."""

import re
from collections.abc import Callable
from typing import Any

from django.test import Client

from athanor.accounts.models import User
from courses.attempts.models import Attempt, Score
from tests.factories import make_exercise
from tests.pages.conftest import School
from tests.pages.work import answer

As = Callable[[User | None], Client]


def fields(html: str, form: str) -> dict[str, str]:
    """The hidden fields of a form, as a browser would send them."""
    part = html.split(f'id="{form}"')[1].split("</form>")[0]
    inputs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', part)
    return dict(inputs)


def get(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_student_works_hands_in_and_a_grader_decides(school: School, as_: As) -> None:
    exercise = make_exercise(module=school.exercise.module, slug="fresh")
    address = school.address.replace("hello", "fresh")
    client = as_(school.student)

    # the first message begins the attempt
    page = get(client, address)
    response = client.post(address, {**fields(page, "composer"), "text": "Please say hello."})
    attempt = Attempt.objects.get(exercise=exercise)
    run = attempt.runs.get()
    assert response["Location"] == f"{address}?leaf={run.pk}#latest"
    page = get(client, address)
    assert page.count("<noscript><meta http-equiv") == 1  # the page asks again by itself while the model writes
    assert page.count("data-stop-form") == 1

    # the answer, then a second turn that continues it
    answer(run, "**Hello** to you")
    page = get(client, address)
    assert page.count("<strong>Hello</strong> to you") == 1
    assert page.count('data-status="pass"') == 1
    sent = {**fields(page, "composer"), "text": "And in French?"}
    assert sent["parent"] == str(run.pk)
    client.post(f"/attempts/{attempt.pk}/runs/", sent)
    client.post(f"/attempts/{attempt.pk}/runs/", sent)  # a double click
    second = attempt.runs.get(parent=run)
    answer(second, "Bonjour")

    # handing in, asked for confirmation by a link
    page = get(client, f"{address}?confirm=1")
    assert page.count('<dialog id="submit-dialog" aria-labelledby="submit-title" open>') == 1
    response = client.post(f"/attempts/{attempt.pk}/submit/", {**fields(page, "submit-form"), "note": "My best."})
    assert response["Location"] == f"/attempts/{attempt.pk}/"
    page = get(client, response["Location"])
    assert page.count("marked automatically") == 1
    assert page.count("My best.") == 1

    grader = as_(school.grader)
    page = get(grader, f"/review/{attempt.pk}/")
    assert page.count("<mark") == 2  # the quote in the answer and beside the criterion
    response = grader.post(
        f"/review/{attempt.pk}/", {**fields(page, "decision"), "score-hello": "0.5", "reason": "Half."}
    )
    assert response.status_code == 302
    assert Score.objects.filter(attempt=attempt).values_list("origin", "value").last() == ("human", 0.5)

    page = get(as_(school.student), f"/attempts/{attempt.pk}/")
    assert page.count("decided by a person") == 1
    assert page.count("Half.") >= 1
    assert page.count("grace") >= 1


def test_edited_turn_makes_a_branch_and_both_can_be_read(school: School, as_: As) -> None:
    client = as_(school.student)
    payload = {"text": "Say hello twice.", "parent": ""}

    client.post(f"/attempts/{school.working.pk}/runs/", payload)

    other = school.working.runs.exclude(pk=school.run.pk).get()
    page = get(client, f"{school.address}?leaf={other.pk}")
    assert shown(page) == [str(other.pk)]
    assert page.count(f'href="?leaf={school.run.pk}#latest"') == 1
    assert shown(get(client, f"{school.address}?leaf={school.run.pk}")) == [str(school.run.pk)]


def shown(page: str) -> list[str]:
    return re.findall(r'data-run="([^"]+)"', page)


def test_grader_conflict_shows_the_new_mark_and_keeps_the_words(school: School, as_: As) -> None:
    client = as_(school.grader)
    page = get(client, f"/review/{school.marked.pk}/")
    seen = fields(page, "decision")
    client.post(f"/review/{school.marked.pk}/", {**seen, "points": "4", "reason": "First."})

    response: Any = client.post(f"/review/{school.marked.pk}/", {**seen, "points": "9", "reason": "Second thoughts."})

    assert response.status_code == 409
    assert response.content.decode().count("Second thoughts.") == 1
    assert school.marked.scores.filter(origin="human").count() == 1
