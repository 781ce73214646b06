"""A quiz from its first button to its mark, by plain forms: no script, no model."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from athanor.accounts.models import User
from courses.attempts.models import Attempt
from courses.catalog.models import Exercise
from courses.kinds.quiz.grade import default_rubric
from courses.kinds.quiz.schema import QuizSpec, key_of
from tests.factories import make_exercise
from tests.pages.conftest import School
from tests.pages.html import problems_of

As = Callable[[User | None], Client]
TOO_MUCH = {"en": "Too much at once.", "fr": "Trop à la fois."}
SPEC: dict[str, Any] = {
    "solutions": True,
    "questions": [
        {"id": "reads", "type": "single", "text": {"en": "What is read?", "fr": "Que lit-on ?"}, "options": [
            {"text": {"en": "Tokens", "fr": "Des tokens"}, "right": True},
            {"text": {"en": "Pages", "fr": "Des pages"}, "feedback": TOO_MUCH},
        ]},
        {"id": "which", "type": "multiple", "text": {"en": "Which?"}, "options": [
            {"text": {"en": "`top_p`"}, "right": True}, {"text": {"en": "lunch"}}]},
        {"id": "size", "type": "number", "text": {"en": "How big?"}, "answer": 3.5, "unit": "GB",
         "explain": {"en": "By **sums**."}},
        {"id": "word", "type": "text", "text": {"en": "Which word?"}, "answers": ["logit"]},
        {"id": "steps", "type": "order", "text": {"en": "In order?"}, "items": [{"en": "one"}, {"en": "two"}]},
        {"id": "who", "type": "match", "text": {"en": "Who?"}, "pairs": [
            {"left": {"en": "a"}, "right": {"en": "x"}}, {"left": {"en": "b"}, "right": {"en": "y"}}]},
    ],
}  # fmt: skip
TOKENS, PAGES = ({"en": "Tokens", "fr": "Des tokens"}, {"en": "Pages", "fr": "Des pages"})


@pytest.fixture
def quiz(school: School) -> Exercise:
    rubric = default_rubric(QuizSpec.model_validate(SPEC))
    return make_exercise(module=school.exercise.module, slug="quiz", kind="quiz", spec=SPEC, rubric=rubric)


def address(school: School) -> str:
    return school.address.replace("hello", "quiz")


def begun(client: Client, school: School) -> Attempt:
    assert client.post(address(school)).status_code == 302
    return Attempt.objects.get(exercise__slug="quiz")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_quiz_is_worked_on_and_marked(language: str, school: School, quiz: Exercise, as_: As) -> None:
    User.objects.update(language=language)
    client = as_(school.student)
    start = client.get(address(school)).content.decode()
    attempt = begun(client, school)
    fields = {"q.reads": key_of(PAGES), "q.which": [key_of({"en": "`top_p`"})], "q.size": "3,5", "q.word": ""}
    client.post(f"/attempts/{attempt.pk}/draft/", fields)
    page = client.get(f"{address(school)}?confirm=1").content.decode()
    client.post(f"/attempts/{attempt.pk}/submit/", fields)
    result = client.get(f"/attempts/{attempt.pk}/").content.decode()

    attempt.refresh_from_db()
    assert [problems_of(text) for text in (start, page, result)] == [[], [], []]
    assert page.count(" checked>") == 2
    assert page.count('value="3,5"') == 1
    assert page.count("<dialog") == 2  # handing in, and the shortcuts
    assert page.count("?#question-") == 3  # those without an answer are named before handing in
    assert ("Too much at once." in page, "By <strong>sums" in page) == (False, False)
    assert attempt.state == Attempt.State.GRADED
    assert attempt.scores.get().value == pytest.approx(2 / 6)
    told = "Too much at once." if language == "en" else "Trop à la fois."
    assert result.count(told) == 2  # beside the option, and as the reason of the mark
    assert result.count("By <strong>sums</strong>.") == 1


def test_nothing_right_reaches_the_browser_before_the_mark(school: School, quiz: Exercise, as_: As) -> None:
    """The page of two quizzes that differ only in what is right is the same, but for what is drawn by chance."""
    quiz.spec = {**SPEC, "questions": [SPEC["questions"][2], SPEC["questions"][3]]}
    quiz.save()
    client = as_(school.student)
    begun(client, school)

    page = client.get(address(school)).content.decode()

    assert [word for word in ("logit", "3.5", "sums") if word in page] == []


def test_refused_answer_keeps_everything_that_was_typed(school: School, quiz: Exercise, as_: As) -> None:
    client = as_(school.student)
    attempt = begun(client, school)
    fields = {"q.reads": key_of(TOKENS), "q.size": "quite big", "q.word": "perhaps"}

    response = client.post(f"/attempts/{attempt.pk}/submit/", fields)

    page = response.content.decode()
    assert response.status_code == 422
    assert page.count("this is not a number") == 1
    assert (page.count('value="quite big"'), page.count('value="perhaps"'), page.count(" checked>")) == (1, 1, 1)
    attempt.refresh_from_db()
    assert attempt.state == Attempt.State.OPEN


def test_draft_is_kept_by_script_too(school: School, quiz: Exercise, as_: As) -> None:
    client = as_(school.student)
    attempt = begun(client, school)

    response = client.post(
        f"/attempts/{attempt.pk}/draft/", {"q.word": "half a"}, headers={"X-Requested-With": "fetch"}
    )

    attempt.refresh_from_db()
    assert response.status_code == 204
    assert attempt.draft == {"answer": {"answers": {"word": "half a"}}}


def test_runs_are_refused_in_words(school: School, quiz: Exercise, as_: As) -> None:
    client = as_(school.student)
    attempt = begun(client, school)

    response = client.post(f"/attempts/{attempt.pk}/runs/", {"text": "Hello?"})

    assert response.status_code == 409
    assert response.content.decode().count("no model is asked") == 1
    assert client.get(f"/attempts/{attempt.pk}/thread/").status_code == 404


def test_unreleased_quiz_does_not_tell(school: School, quiz: Exercise, as_: As) -> None:
    quiz.release = Exercise.Release.AFTER_REVIEW
    quiz.save()
    client = as_(school.student)
    attempt = begun(client, school)
    client.post(f"/attempts/{attempt.pk}/submit/", {"q.reads": key_of(PAGES)})

    mine = client.get(f"/attempts/{attempt.pk}/").content.decode()
    theirs = as_(school.grader).get(f"/review/{attempt.pk}/").content.decode()

    assert mine.count("Too much at once.") == 0
    assert theirs.count("Too much at once.") > 0
    assert problems_of(theirs) == []
