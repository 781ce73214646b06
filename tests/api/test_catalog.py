"""Courses, lessons and exercises; what is hidden stays hidden."""

from django.test import Client

from athanor.accounts.models import User
from courses.people.models import Enrolment
from tests.api.conftest import HIDDEN, SECRET, Place, Program
from tests.factories import make_course, make_user


def test_courses_are_those_of_the_person(client: Client, place: Place) -> None:
    make_course(slug="another")

    answer = client.get("/api/v1/courses/").json()

    assert answer == {
        "count": 1,
        "next": None,
        "previous": None,
        "results": [{"slug": "prompting", "title": "Title of prompting", "summary": ""}],
    }


def test_course_shows_its_modules(client: Client, place: Place) -> None:
    [module] = client.get("/api/v1/courses/prompting/").json()["modules"]

    assert [lesson["slug"] for lesson in module["lessons"]] == ["tokens"]
    assert [(exercise["slug"], exercise["kind"]) for exercise in module["exercises"]] == [("hello", "chat")]


def test_lesson_is_markdown(client: Client, place: Place) -> None:
    answer = client.get("/api/v1/courses/prompting/modules/first/lessons/tokens/").json()

    assert answer == {"slug": "tokens", "title": "Title of tokens", "body": "# Heading\n\nSome *text*."}


def test_exercise_says_what_may_be_sent_and_nothing_hidden(client: Client, place: Place) -> None:
    answer = client.get(place.address)
    exercise = answer.json()

    assert answer.status_code == 200
    assert exercise["spec"]["turn_limit"] == 3
    assert exercise["spec"]["system"] is None
    assert exercise["spec"]["hidden_system"] is True
    assert exercise["spec"]["probes"] == []
    assert exercise["run_schema"]["required"] == ["text"]
    assert [(item["id"], item["visibility"]) for item in exercise["rubric"]] == [("hello", "public"), ("", "hidden")]
    assert SECRET not in answer.content.decode()
    assert HIDDEN not in answer.content.decode()


def test_other_courses_do_not_exist(place: Place, program: Program) -> None:
    charlie = program(make_user(username="charlie"))
    addresses = [
        "/api/v1/courses/prompting/", place.address, f"{place.address}attempts/",
        "/api/v1/courses/prompting/modules/first/lessons/tokens/", "/api/v1/courses/nothing/",
    ]  # fmt: skip

    answers = [charlie.get(address) for address in addresses]

    assert [answer.status_code for answer in answers] == [404] * len(addresses)
    assert len({answer.content for answer in answers}) == 1  # the same words for hidden and for missing


def test_course_is_joined_by_its_code(place: Place, program: Program) -> None:
    bob = make_user(username="bob")
    client = program(bob)

    joined = client.post("/api/v1/courses/join/", {"code": place.course.join_code}, "application/json")
    again = client.post("/api/v1/courses/join/", {"code": place.course.join_code}, "application/json")

    assert (joined.status_code, again.status_code) == (201, 200)
    assert Enrolment.objects.get(user=bob).course == place.course


def test_guessing_codes_is_limited(client: Client, alice: User) -> None:
    answers = [client.post("/api/v1/courses/join/", {"code": "ZZZZZZZZ"}, "application/json") for _try in range(11)]

    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert answers[0].json()["error"]["code"] == "wrong_code"
    assert 1 <= int(answers[-1]["Retry-After"]) <= 300


def test_queue_names_nobody(client: Client, place: Place) -> None:
    [queue] = client.get("/api/v1/queue/").json()

    assert queue["pool"] == "text"
    assert set(queue) == {"pool", "running", "queued", "servers"}
    assert set(queue["servers"][0]) == {"name", "health", "paused", "slots", "busy", "loaded", "demonstration"}
