"""An exercise is edited as YAML and answered by the schemas of its kind and of rubrics."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from athanor.accounts.models import User
from courses.catalog.models import Course, Exercise, Revision, RubricVersion
from tests.admin.conftest import Place, client_of
from tests.factories import make_exercise, make_module

SPEC = "alias: chat-small\nturn_limit: 3\n"
RUBRIC = """\
items:
  - id: hello
    title:
      en: Says hello
    criterion: contains
    params:
      terms: [hello]
"""


@pytest.fixture
def client(alice: User) -> Client:
    return client_of(alice)


def post(client: Client, place: Place, **changes: Any) -> Any:
    fields = {
        "module": place.module.pk, "title_en": "Greeting", "title_fr": "Salutation", "slug": "greeting", "position": 1,
        "kind": "chat", "statement_en": "Say hello.", "spec_yaml": SPEC, "rubric_yaml": RUBRIC, "points": "10",
        "pass_mark": "0.5", "release": "at_once", **changes,
    }  # fmt: skip
    return client.post(reverse("admin:catalog_exercise_change", args=[place.exercise.pk]), fields)


def errors_of(response: Any, field: str) -> list[str]:
    return list(response.context["adminform"].form.errors[field])


def test_exercise_is_shown_as_an_author_would_write_it(client: Client, place_a: Place) -> None:
    form = client.get(reverse("admin:catalog_exercise_change", args=[place_a.exercise.pk])).context["adminform"].form

    assert form.initial["spec_yaml"] == ""  # everything is the default
    assert form.initial["rubric_yaml"].startswith("items:\n  - id: hello\n")


def test_saved_exercise_has_the_specification_and_a_new_rubric_version(client: Client, place_a: Place) -> None:
    before = place_a.exercise.rubric

    response = post(client, place_a)

    exercise = Exercise.objects.get(pk=place_a.exercise.pk)
    assert response.status_code == 302, response.context["adminform"].form.errors
    assert exercise.spec["turn_limit"] == 3
    assert exercise.title == {"en": "Greeting", "fr": "Salutation"}
    assert exercise.rubric != before
    assert RubricVersion.objects.filter(pk=before.pk).exists()
    assert place_a.score.rubric == before


def test_unchanged_rubric_makes_no_new_version(client: Client, place_a: Place) -> None:
    post(client, place_a)
    first = Exercise.objects.get(pk=place_a.exercise.pk).rubric_id
    count = RubricVersion.objects.count()

    post(client, place_a, points="20")

    assert Exercise.objects.get(pk=place_a.exercise.pk).rubric_id == first
    assert RubricVersion.objects.count() == count


def test_what_is_shown_can_be_saved_again(client: Client, place_a: Place) -> None:
    post(client, place_a)
    form = client.get(reverse("admin:catalog_exercise_change", args=[place_a.exercise.pk])).context["adminform"].form

    post(client, place_a, spec_yaml=form.initial["spec_yaml"], rubric_yaml=form.initial["rubric_yaml"])

    assert Exercise.objects.get(pk=place_a.exercise.pk).spec["turn_limit"] == 3


@pytest.mark.parametrize(
    ("field", "text", "messages"),
    [
        ("spec_yaml", "alias: chat-small\nturn_limit: many\n",
         ["Line 2: turn_limit: Input should be a valid integer, unable to parse string as an integer"]),
        ("spec_yaml", "alias: chat-small\nturn_limits: 3\n",
         ["Line 2: turn_limits: Extra inputs are not permitted"]),
        ("spec_yaml", "alias: a\nalias: b\n", ["Line 2: the key 'alias' is written twice (first on line 1)"]),
        ("spec_yaml", "alias: *x\n", ["Line 1: anchors and aliases (& and *) are not allowed: write the value out"]),
        ("rubric_yaml", "items: []\n",
         ["Line 1: items: List should have at least 1 item after validation, not 0"]),
    ],
)  # fmt: skip
def test_wrong_yaml_is_answered_with_lines(
    field: str, text: str, messages: list[str], client: Client, place_a: Place
) -> None:
    response = post(client, place_a, **{field: text})

    assert response.status_code == 200
    assert errors_of(response, field) == messages
    assert text.strip() in response.content.decode().replace("&#x27;", "'").replace("&amp;", "&")  # nothing is lost
    assert Exercise.objects.get(pk=place_a.exercise.pk).slug == "course-a-exercise"


def test_unknown_criterion_is_named_with_its_line(client: Client, place_a: Place) -> None:
    response = post(client, place_a, rubric_yaml=RUBRIC.replace("contains", "containz"))

    [message] = errors_of(response, "rubric_yaml")
    assert message.startswith("Line 5: ")
    assert "unknown criterion 'containz'" in message


def test_kind_of_a_tried_exercise_is_fixed(client: Client, place_a: Place) -> None:
    form = client.get(reverse("admin:catalog_exercise_change", args=[place_a.exercise.pk])).context["adminform"].form

    assert "kind" not in form.fields


def test_new_exercise_is_made(client: Client, place_a: Place) -> None:
    response = client.post(
        reverse("admin:catalog_exercise_add"),
        {
            "module": place_a.module.pk, "title_en": "New", "slug": "new", "position": 2, "kind": "chat",
            "statement_en": "Do it.", "spec_yaml": "", "rubric_yaml": RUBRIC, "points": "5", "pass_mark": "0.5",
            "release": "at_once",
        },
    )  # fmt: skip

    assert response.status_code == 302, response.context["adminform"].form.errors
    assert Exercise.objects.get(slug="new").spec == {}  # everything is the kind's default


def test_kind_is_chosen_before_the_form(client: Client, place_a: Place) -> None:
    address = reverse("admin:catalog_exercise_add")
    choice = client.get(address, {"module": place_a.module.pk}).content.decode()
    form = client.get(address, {"module": place_a.module.pk, "kind": "chat"}).context["adminform"].form

    assert f"?module={place_a.module.pk}&amp;kind=chat" in choice
    assert form.fields["spec__turn_limit"].label == "turn limit"
    assert "turns:" in form.initial["try_work"]  # something to begin with


def test_changed_field_wins_over_the_yaml(client: Client, place_a: Place) -> None:
    response = post(client, place_a, spec_yaml="alias: chat-small\nmax_tokens: 99\n", spec__turn_limit="7")

    assert response.status_code == 302, response.context["adminform"].form.errors
    assert Exercise.objects.get(pk=place_a.exercise.pk).spec == {
        "alias": "chat-small",
        "max_tokens": 99,
        "turn_limit": 7,
    }


def test_wrong_field_is_answered_beside_it(client: Client, place_a: Place) -> None:
    response = post(client, place_a, spec__turn_limit="0")

    assert errors_of(response, "spec__turn_limit") == ["turn_limit: Input should be greater than or equal to 1"]


REFERENCES = """\
- {name: good, score: [1, 1], work: {turns: [{prompt: Hi, answer: hello}]}}
- {name: wrong, score: [0.5, 1], work: {turns: [{prompt: Hi, answer: bye}]}}
"""


def test_answers_are_tried_with_what_stands_in_the_form(client: Client, place_a: Place) -> None:
    before = Exercise.objects.values().get(pk=place_a.exercise.pk)
    work = "turns: [{prompt: Hi, answer: good morning}]"
    rubric = RUBRIC.replace("[hello]", "[morning]")

    response = post(client, place_a, references_yaml=REFERENCES, try_work=work, rubric_yaml=rubric, _try="1")

    tried = response.context["adminform"].form.tried
    assert [(each.name, each.score, each.fits) for each in tried] == [
        ("your answer", 1.0, None), ("good", 0.0, False), ("wrong", 0.0, False),
    ]  # fmt: skip
    assert tried[0].lines[0].title == "Says hello"
    assert Exercise.objects.values().get(pk=place_a.exercise.pk) == before


def test_answer_that_cannot_be_read_says_where(client: Client, place_a: Place) -> None:
    [tried] = post(client, place_a, try_work="turns: [{promt: Hi}]", _try="1").context["adminform"].form.tried

    assert tried.problem.startswith("turns.0.")


def test_reference_answers_and_relative_dates_are_stored_as_written(client: Client, place_a: Place) -> None:
    Course.objects.filter(pk=place_a.course.pk).update(starts_on="2026-09-07", time_zone="Europe/Paris")

    response = post(client, place_a, references_yaml=REFERENCES, dates_yaml="due_at: week 3 friday 23:59")

    exercise = Exercise.objects.get(pk=place_a.exercise.pk)
    assert response.status_code == 302, response.context["adminform"].form.errors
    assert [reference["name"] for reference in exercise.references] == ["good", "wrong"]
    assert exercise.date_rules == {"due_at": "week 3 friday 23:59"}
    assert exercise.due_at == datetime(2026, 9, 25, 21, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("dates_yaml", "due_at: week 3", "due_at: a date relative to the course's start is written like"),
        ("dates_yaml", "due_at: week 3 friday 23:59", "due_at: `week …` counts from the course's start"),
        ("dates_yaml", "due: x", "Line 1: due: Extra inputs are not permitted"),
        ("references_yaml", "- {name: a, score: null, work: {x: 1}}", "0.work.x: Extra inputs are not permitted"),
        ("slug", "Not_A_Slug", "Write lower-case letters"),
    ],
)
def test_what_no_file_could_hold_is_refused(
    field: str, text: str, message: str, client: Client, place_a: Place
) -> None:
    assert errors_of(post(client, place_a, **{field: text}), field)[0].startswith(message)


def test_name_of_another_exercise_of_the_course_is_refused(client: Client, place_a: Place) -> None:
    make_exercise(module=make_module(course=place_a.course), slug="greeting")

    assert errors_of(post(client, place_a), "slug") == ["Another exercise of this course has this name."]


def test_change_is_kept_in_the_history(client: Client, place_a: Place) -> None:
    post(client, place_a)
    post(client, place_a, points="20")

    newest = Revision.objects.filter(course=place_a.course).first()
    assert newest is not None
    assert newest.created_by is not None
    assert [(change["path"], change["change"]) for change in newest.changes] == [
        ("00-course-a-module/exercises/greeting.yml", "changed")
    ]
    assert "+points: 20" in newest.changes[0]["lines"]


def test_exercise_is_copied_within_its_course(client: Client, place_a: Place) -> None:
    client.post(
        reverse("admin:catalog_exercise_changelist"),
        {"action": "duplicate", "_selected_action": [place_a.exercise.pk]},
    )

    copy = Exercise.objects.get(slug="course-a-exercise-2")
    assert (copy.module, copy.archived, copy.rubric) == (place_a.module, True, place_a.exercise.rubric)


def test_criterion_that_looks_at_nothing_is_refused(client: Client, place_a: Place) -> None:
    response = post(client, place_a, rubric_yaml=RUBRIC + "      of: drawing\n")

    [message] = errors_of(response, "rubric_yaml")
    assert message.startswith("hello: this kind has no part 'drawing'; it has answer")


def test_dates_must_be_in_order(client: Client, place_a: Place) -> None:
    response = post(
        client, place_a, due_at_0="2030-01-02", due_at_1="10:00", closes_at_0="2030-01-01", closes_at_1="10:00"
    )

    assert errors_of(response, "closes_at") == ["“Closes” must come after “Due”."]
