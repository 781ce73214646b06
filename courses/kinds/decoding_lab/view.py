"""The questions as the page shows them, with what was answered so far. Pure."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courses.kinds.decoding_lab.schema import LabSpec, MaskQuestion, Question


@dataclass(frozen=True, slots=True)
class Shown:
    number: int
    question: Question
    given: Sequence[str]
    choices: Sequence[str] = ()  # of a mask: the tokens to tick

    @property
    def name(self) -> str:
        return f"q.{self.question.id}"

    @property
    def text(self) -> str:
        return "\n".join(self.given)


@dataclass(frozen=True, slots=True)
class Lab:
    questions: Sequence[Shown]
    schema: str  # the author's, to read

    @property
    def open(self) -> list[Shown]:
        return [shown for shown in self.questions if not any(each.strip() for each in shown.given)]


def view(spec: LabSpec, answer: Mapping[str, Any], seed: str) -> Lab:
    """`answer` is a draft or a submission: whatever does not fit the questions is as if it were not there."""
    kept = answer.get("answers")
    answers = kept if isinstance(kept, Mapping) else {}
    questions = [_shown(place, each, answers.get(each.id), seed) for place, each in enumerate(spec.questions, start=1)]
    return Lab(questions, json.dumps(spec.json_schema, ensure_ascii=False, indent=2) if spec.json_schema else "")


def _shown(number: int, question: Question, given: Any, seed: str) -> Shown:
    typed = [str(each) for each in given] if isinstance(given, list) else []
    if not isinstance(question, MaskQuestion):
        return Shown(number, question, typed)
    tokens = list(question.tokens)
    random.Random(f"{seed}:{question.id}").shuffle(tokens)  # noqa: S311  # an order to look at, no secret
    return Shown(number, question, typed, tokens)
