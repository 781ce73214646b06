"""A quiz asks no model; what can be handed in is checked here. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from courses.kinds.quiz import refusals
from courses.kinds.quiz.marking import is_answered
from courses.kinds.quiz.numbers import readings
from courses.kinds.quiz.schema import Match, Multiple, Number, Order, Question, QuizAnswer, QuizSpec, Single, key_of
from courses.kinds.work import Work
from workers.scheduling.spec import JobSpec


def plan(spec: QuizSpec, answer: QuizAnswer, work: Work) -> Sequence[JobSpec]:
    """No job. Raises Refusal for what would be a slip of the pen, so that it costs no mark."""
    questions = {question.id: question for question in spec.questions}
    given = {name: value for name, value in answer.answers.items() if is_answered(value)}
    if not given:
        raise refusals.nothing_to_submit()
    for name, value in given.items():
        if name not in questions:
            raise refusals.changed()
        _check(spec, questions[name], value)
    return ()


def _check(spec: QuizSpec, question: Question, value: Any) -> None:
    title = refusals.title_of(spec, question)
    if not _fits(question, value):
        raise refusals.wrong_shape(title)
    if not set(_keys(question, value)) <= _known(question):
        raise refusals.changed()
    if isinstance(question, Number) and not readings(value):
        raise refusals.not_a_number(title)
    if isinstance(question, Order):
        places = [place for place in value.values() if place.strip()]
        if len(set(places)) < len(places):
            raise refusals.same_place(title)


def _fits(question: Question, value: Any) -> bool:
    if isinstance(question, Multiple):
        return isinstance(value, list)
    return isinstance(value, dict if isinstance(question, Order | Match) else str)


def _keys(question: Question, value: Any) -> Sequence[str]:
    """The keys that an answer names."""
    if isinstance(question, Single):
        return [value]
    if isinstance(question, Multiple | Order):
        return list(value)
    return [*value, *filter(None, value.values())] if isinstance(question, Match) else []


def _known(question: Question) -> set[str]:
    if isinstance(question, Single | Multiple):
        return {key_of(option.text) for option in question.options}
    if isinstance(question, Order):
        return {key_of(item) for item in question.items}
    if isinstance(question, Match):
        sides: Mapping[str, None] = {key_of(side): None for pair in question.pairs for side in (pair.left, pair.right)}
        return {*sides, *(key_of(text) for text in question.others)}
    return set()
