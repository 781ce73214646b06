"""The answers that the form of the page describes. Pure.

Fields: `q.<question>` (option, number, text; repeated for several options), `q.<question>.<key>` (place or partner).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from courses.kinds.quiz.schema import WORDS_LIMIT, Match, Multiple, Order, Question, QuizSpec

VALUES_LIMIT = 20


def read_form(spec: QuizSpec, fields: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What is empty is left out."""
    found = {question.id: _given(question, fields) for question in spec.questions}
    return {"answers": {name: value for name, value in found.items() if value}}


def _given(question: Question, fields: Mapping[str, Sequence[str]]) -> Any:
    name = f"q.{question.id}"
    if isinstance(question, Order | Match):
        chosen = {key.removeprefix(f"{name}."): values[-1] for key, values in fields.items()
                  if key.startswith(f"{name}.") and values}  # fmt: skip
        return {key: _cut(value) for key, value in list(chosen.items())[:VALUES_LIMIT] if value}
    values = [_cut(value) for value in fields.get(name, ())]
    if isinstance(question, Multiple):
        return [value for value in values if value][:VALUES_LIMIT]
    return values[-1] if values and values[-1].strip() else None


def _cut(value: str) -> str:
    """The field itself takes no more; one character too many stays, so that the schema says so."""
    return value.replace("\r\n", "\n")[: WORDS_LIMIT + 1]
