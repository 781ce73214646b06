"""The questions as the page shows them: in the attempt's own order, with what was answered. Pure."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courses.kinds.quiz.imagine import right_answer
from courses.kinds.quiz.marking import Marked, is_answered, mark
from courses.kinds.quiz.schema import (
    Match,
    Multiple,
    Number,
    Order,
    Pair,
    Question,
    QuizSpec,
    Single,
    Words,
    key_of,
    worth,
)
from courses.texts import Text


@dataclass(frozen=True, slots=True)
class Line:
    """An option, an item to place, or a left side to match. `right` and `feedback` are for pages after marking."""

    key: str
    text: Text
    chosen: bool = False
    right: bool = False
    feedback: Text | None = None
    given: str = ""  # the place, or the key of the partner
    wanted: Any = None  # the right place, or the text of the right partner


@dataclass(frozen=True, slots=True)
class Shown:
    number: int
    question: Question
    given: Any
    marked: Marked
    lines: Sequence[Line] = ()
    partners: Sequence[Line] = ()  # the right sides of a match
    solution: str = ""  # of a question that is answered by typing

    @property
    def name(self) -> str:
        return f"q.{self.question.id}"

    @property
    def answered(self) -> bool:
        return is_answered(self.given)


@dataclass(frozen=True, slots=True)
class Quiz:
    questions: Sequence[Shown]

    @property
    def open(self) -> list[Shown]:
        return [shown for shown in self.questions if not shown.answered]


def view(spec: QuizSpec, answer: Mapping[str, Any], seed: str) -> Quiz:
    """`answer` is a draft or a submission: whatever does not fit the questions is as if it were not there."""
    given = answer.get("answers")
    answers = given if isinstance(given, Mapping) else {}
    questions = list(spec.questions)
    if spec.shuffle:
        random.Random(seed).shuffle(questions)  # noqa: S311  # an order to look at, no secret
    return Quiz([_shown(place, each, answers.get(each.id), seed) for place, each in enumerate(questions, start=1)])


def _shown(number: int, question: Question, given: Any, seed: str) -> Shown:
    lines, partners = _lines(question, given), _partners(question)
    shuffled = random.Random(f"{seed}:{question.id}")  # noqa: S311
    if isinstance(question, Order | Match) or getattr(question, "shuffle", False):
        shuffled.shuffle(lines)
        shuffled.shuffle(partners)
    solution = str(right_answer(question)) if isinstance(question, Number | Words) else ""
    return Shown(number, question, given, mark(question, given), lines, partners, solution)


def _lines(question: Question, given: Any) -> list[Line]:
    if isinstance(question, Single | Multiple):
        keys = given if isinstance(given, list) else [given]
        return [
            Line(key_of(option.text), option.text, key_of(option.text) in keys, worth(option) == 1, option.feedback)
            for option in question.options
        ]
    chosen = given if isinstance(given, Mapping) else {}
    if isinstance(question, Order):
        return [_placed(item, place, chosen) for place, item in enumerate(question.items, start=1)]
    return [_matched(pair, chosen) for pair in question.pairs] if isinstance(question, Match) else []


def _placed(item: Text, place: int, chosen: Mapping[str, Any]) -> Line:
    given = str(chosen.get(key_of(item), ""))
    return Line(key_of(item), item, bool(given), given == str(place), given=given, wanted=place)


def _matched(pair: Pair, chosen: Mapping[str, Any]) -> Line:
    key, given = key_of(pair.left), str(chosen.get(key_of(pair.left), ""))
    return Line(key, pair.left, bool(given), given == key_of(pair.right), given=given, wanted=pair.right)


def _partners(question: Question) -> list[Line]:
    if not isinstance(question, Match):
        return []
    texts = {key_of(text): text for text in (*(pair.right for pair in question.pairs), *question.others)}
    return [Line(key, text) for key, text in texts.items()]
