"""An answer that an author made up, as if it had been given. Pure."""

from collections.abc import Sequence
from typing import Any

from courses.grading.folding import fold
from courses.kinds.quiz.schema import (
    Match,
    Multiple,
    Number,
    Order,
    Question,
    QuizAnswer,
    QuizReference,
    QuizSpec,
    Single,
    Words,
    key_of,
    worth,
)
from courses.kinds.work import Work
from courses.texts import Text, localise


def imagine(spec: QuizSpec, reference: QuizReference) -> tuple[QuizAnswer, Work]:
    """A text that names nothing stays as it is, and is refused like any unknown option."""
    given: dict[str, Any] = {}
    for question in spec.questions:
        if question.id in reference.answers:
            given[question.id] = _resolved(question, reference.answers[question.id])
        elif reference.base == "right":
            given[question.id] = right_answer(question)
    unknown = {name: str(value) for name, value in reference.answers.items() if name not in given}
    return QuizAnswer(answers={**given, **unknown}), Work()


def right_answer(question: Question) -> Any:
    if isinstance(question, Single):
        return next(key_of(option.text) for option in question.options if worth(option) == 1)
    if isinstance(question, Multiple):
        return [key_of(option.text) for option in question.options if option.right]
    if isinstance(question, Order):
        return {key_of(item): str(place) for place, item in enumerate(question.items, start=1)}
    if isinstance(question, Match):
        return {key_of(pair.left): key_of(pair.right) for pair in question.pairs}
    if isinstance(question, Number):
        return f"{question.answer:.12g} {question.unit}".strip()
    return _full_words(question) if isinstance(question, Words) else ""


def _full_words(question: Words) -> str:
    """The first text that surely gets everything; a pattern alone names none."""
    for answer in question.answers:
        if isinstance(answer, str):
            return answer
        text = answer.equals or answer.close or answer.contains
        if answer.credit == 1 and text:
            return text if isinstance(text, str) else text[0] if answer.equals else " ".join(text)
    return ""


def _resolved(question: Question, value: Any) -> Any:
    if isinstance(question, Single):
        return _key(str(value), [option.text for option in question.options])
    if isinstance(question, Multiple):
        texts = [option.text for option in question.options]
        return [_key(each, texts) for each in (value if isinstance(value, list) else [str(value)])]
    if isinstance(question, Order) and isinstance(value, list):
        return {_key(each, question.items): str(place) for place, each in enumerate(value, start=1)}
    if isinstance(question, Match) and isinstance(value, dict):
        right = [*(pair.right for pair in question.pairs), *question.others]
        left = [pair.left for pair in question.pairs]
        return {_key(one, left): _key(other, right) for one, other in value.items()}
    return f"{value:g}" if isinstance(value, float) else value if isinstance(value, str) else str(value)


def _key(name: str, texts: Sequence[Text]) -> str:
    wanted = fold(name).text.strip()
    for text in texts:
        if wanted in {fold(localise(text, code)).text.strip() for code in text}:
            return key_of(text)
    return name
