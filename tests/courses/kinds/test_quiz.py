"""What answers to a quiz are worth, and what leaves the server before they are marked."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from courses.grading.assessment import assess
from courses.grading.rubric import Rubric
from courses.kinds.quiz.grade import default_rubric, evidence
from courses.kinds.quiz.imagine import imagine, right_answer
from courses.kinds.quiz.marking import mark
from courses.kinds.quiz.numbers import readings
from courses.kinds.quiz.plan import plan
from courses.kinds.quiz.public import public
from courses.kinds.quiz.reading import read_form
from courses.kinds.quiz.schema import QuizAnswer, QuizReference, QuizSpec, key_of
from courses.kinds.quiz.view import view
from courses.kinds.work import Refusal, Work


def both(text: str) -> dict[str, str]:
    return {"en": text, "fr": f"{text} (fr)"}


TEXT = both("Well?")
MULTIPLE = {"type": "multiple", "options": [
    {"text": both("a"), "right": True}, {"text": both("b"), "right": True}, {"text": both("c")}, {"text": both("d")},
]}  # fmt: skip
SINGLE = {"type": "single", "options": [
    {"text": both("whole"), "right": True}, {"text": both("half"), "credit": 0.5},
    {"text": both("none"), "feedback": both("Hm.")},
]}  # fmt: skip
NUMBER = {"type": "number", "answer": 3.5, "tolerance": 0.1, "unit": "GB", "units": {"MB": 0.001},
          "mistakes": [{"value": 28, "feedback": both("Bits are no bytes.")}]}  # fmt: skip
STRICT = {**NUMBER, "unit_required": True}
WORDS = {"type": "text", "answers": [
    "logit", {"close": "softmax", "credit": 0.8}, {"contains": ["big", "model"]}, {"regex": "log-?odds?"},
    {"equals": "token", "credit": 0, "feedback": both("Not that.")},
]}  # fmt: skip
ORDER = {"type": "order", "items": [both("one"), both("two"), both("three"), both("four")]}
PAIRS = [{"left": both("l1"), "right": both("r1")}, {"left": both("l2"), "right": both("r2")}]
MATCH = {"type": "match", "pairs": PAIRS, "others": [both("r3")]}  # fmt: skip


def spec(*questions: dict[str, Any], **fields: Any) -> QuizSpec:
    numbered = [{"id": f"q{n}", "text": TEXT, **question} for n, question in enumerate(questions, start=1)]
    return QuizSpec.model_validate({"questions": numbered, **fields})


@pytest.mark.parametrize(
    ("question", "work", "score"),
    [
        (SINGLE, "whole", 1.0),
        (SINGLE, "half (fr)", 0.5),
        (SINGLE, "none", 0.0),
        ({**SINGLE, "partial": False}, "half", 0.0),
        (MULTIPLE, ["a", "b"], 1.0),
        (MULTIPLE, ["a"], 0.5),
        (MULTIPLE, ["a", "b", "c"], 0.5),
        (MULTIPLE, ["a", "b", "c", "d"], 0.0),
        (MULTIPLE, ["c"], 0.0),
        ({**MULTIPLE, "partial": False}, ["a"], 0.0),
        (NUMBER, "3.5", 1.0),
        (NUMBER, "3,6 GB", 1.0),
        (NUMBER, "3.601", 0.0),
        (NUMBER, "3 500 mb", 1.0),
        (NUMBER, "3500 kB", 0.0),
        (NUMBER, "3.5 stones", 0.5),
        (NUMBER, "28", 0.0),
        (STRICT, "3.5", 0.5),
        (STRICT, "3500MB", 1.0),
        ({**STRICT, "partial": False}, "3.5", 0.0),
        (WORDS, "  LOGIT. ", 1.0),
        (WORDS, "sfotmax", 0.8),
        (WORDS, "a model that is big", 1.0),
        (WORDS, "a modeller that is big", 0.0),
        (WORDS, "Log-Odds", 1.0),
        (WORDS, "token", 0.0),
        ({**WORDS, "case": True}, "LOGIT", 0.0),
        (ORDER, ["one", "two", "three", "four"], 1.0),
        (ORDER, ["four", "three", "two", "one"], 0.0),
        (ORDER, ["one", "two", "four", "three"], 4 / 6),
        (ORDER, ["one", "two"], 1 / 6),
        (MATCH, {"l1": "r1", "l2": "r3"}, 0.5),
        (MATCH, {"l1": "r1", "l2": "r2"}, 1.0),
    ],
)  # fmt: skip
def test_answer_is_worth(question: dict[str, Any], work: Any, score: float) -> None:
    quiz = spec(question)
    answer, _work = imagine(quiz, QuizReference(answers={"q1": work}))

    assert mark(quiz.questions[0], answer.answers["q1"]).score == pytest.approx(score)


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("12,5", [12.5]),
        ("1 234,5", [1234.5]),
        ("1,234.5", [1234.5]),
        ("1.234.567", [1234567]),
        ("1,234", [1.234, 1234]),
        ("0,125", [0.125]),
        ("−3", [-3]),
        ("3 × 10^8 m/s", [3e8]),
        ("2e-3", [0.002]),
        (".5", [0.5]),
        ("7 %", [7]),
        ("1,2.3,4", []),
        ("about 3", []),
        ("nan", []),
        ("1e999", []),
        ("9" * 200, []),
        ("", []),
    ],
)
def test_number_is_read_as_people_type_it(typed: str, values: list[float]) -> None:
    assert [value for value, _unit in readings(typed)] == pytest.approx(values)


@given(st.text(max_size=90))
def test_no_text_breaks_the_reading_of_numbers(typed: str) -> None:
    assert len(readings(typed)) <= 2


EVERYTHING = (SINGLE, MULTIPLE, NUMBER, WORDS, ORDER, MATCH)
anything = st.recursive(
    st.none() | st.text(max_size=8) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(anything)
def test_no_draft_breaks_the_page_or_the_marks(value: Any) -> None:
    quiz = spec(*EVERYTHING)
    drafts = {f"q{n}": value for n in range(1, 7)}

    assert len(view(quiz, {"answers": drafts}, "seed").questions) == 6
    assert len(view(quiz, {"answers": value}, "seed").questions) == 6
    assert all(0 <= mark(question, value).score <= 1 for question in quiz.questions)


@given(st.sampled_from(EVERYTHING))
def test_right_answer_is_worth_everything(question: dict[str, Any]) -> None:
    quiz = spec(question)

    assert mark(quiz.questions[0], right_answer(quiz.questions[0])).score == 1.0


def test_default_rubric_weighs_the_questions_and_says_why() -> None:
    quiz = spec(SINGLE, {**NUMBER, "points": 3, "title": both("Memory")})
    answer, work = imagine(quiz, QuizReference(answers={"q1": "none", "q2": "3.5"}))

    outcome = assess(Rubric.model_validate(default_rubric(quiz)), evidence(quiz, answer, work))

    assert outcome.score == pytest.approx(0.75)
    assert [found["title"]["en"] for found in outcome.findings] == ["Question 1", "Memory"]
    assert [found["feedback"]["en"] for found in outcome.findings] == ["Not right. Hm.", "Right."]
    assert [quote["text"] for found in outcome.findings for quote in found["quotes"]] == ["3.5"]


def test_one_criterion_may_weigh_all_questions() -> None:
    quiz = spec(SINGLE, {**SINGLE, "points": 3})
    answer, work = imagine(quiz, QuizReference(answers={"q1": "whole"}))
    rubric = {"items": [{"id": "all", "title": TEXT, "criterion": "answers"}]}

    outcome = assess(Rubric.model_validate(rubric), evidence(quiz, answer, work))

    assert outcome.score == pytest.approx(0.25)
    assert outcome.findings[0]["feedback"]["fr"] == "1 réponses justes sur 2."


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({}, "nothing_to_submit"),
        ({"q2": []}, "nothing_to_submit"),
        ({"q9": "x"}, "changed"),
        ({"q1": "gone"}, "changed"),
        ({"q1": ["a", "b"]}, "wrong_shape"),
        ({"q3": "many"}, "not_a_number"),
        ({"q5": {key_of(both("one")): "1", key_of(both("two")): "1"}}, "same_place"),
        ({"q6": {key_of(both("l1")): "elsewhere"}}, "changed"),
    ],
)
def test_slip_of_the_pen_is_sent_back(answers: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal, match=code) as refused:
        plan(spec(*EVERYTHING), QuizAnswer(answers=answers), Work())
    assert all(refused.value.text[language] for language in ("en", "fr"))


def test_nothing_right_is_public() -> None:
    """Neither a flag nor an order tells two quizzes apart that differ only in what is right."""
    other = [
        {**SINGLE, "options": [{"text": both(name), "right": name == "none"} for name in ("none", "half", "whole")]},
        {**NUMBER, "answer": 9.0, "mistakes": []},
        {**WORDS, "answers": ["else"]},
        {**ORDER, "items": ORDER["items"][::-1]},  # type: ignore[index]
        {**MATCH, "pairs": [{"left": both("l2"), "right": both("r1")}, {"left": both("l1"), "right": both("r3")}],
         "others": [both("r2")]},
    ]  # fmt: skip

    assert public(spec(SINGLE, NUMBER, WORDS, ORDER, MATCH)) == public(spec(*other))
    assert "Hm." not in json.dumps(public(spec(*EVERYTHING)))


def test_order_belongs_to_the_attempt() -> None:
    quiz = spec(*EVERYTHING, shuffle=True)
    seen = [[[line.key for line in shown.lines] for shown in view(quiz, {}, seed).questions] for seed in "aab"]

    assert seen[0] == seen[1]
    assert seen[0] != seen[2]


def test_form_says_what_was_chosen() -> None:
    quiz = spec(*EVERYTHING)
    fields = {"q.q1": ["k"], "q.q2": ["k", "l"], "q.q3": [" "], "q.q4": ["x" * 600], "q.q5.one": ["2"], "q.q6.l": [""]}

    read = read_form(quiz, fields)["answers"]

    assert {name: read[name] for name in ("q1", "q2", "q5")} == {"q1": "k", "q2": ["k", "l"], "q5": {"one": "2"}}
    assert "q3" not in read
    with pytest.raises(ValidationError):
        QuizAnswer(answers=read)  # too long: said, not cut


@pytest.mark.parametrize(
    "question",
    [
        {**SINGLE, "options": [{"text": both("a")}, {"text": both("b")}]},
        {**SINGLE, "options": [{"text": both("a"), "right": True}, {"text": both("a")}]},
        {**NUMBER, "unit": ""},
        {**NUMBER, "answer": float("nan")},
        {**WORDS, "answers": [{"equals": "a", "regex": "b"}]},
        {**WORDS, "answers": [{"regex": "("}]},
        {**WORDS, "answers": [{"equals": "a", "credit": 0.5}]},
        {**MATCH, "others": [both("r1")]},
        {"type": "essay"},
    ],
)
def test_author_is_told(question: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        spec(question)
