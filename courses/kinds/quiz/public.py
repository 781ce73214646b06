"""What a student may read of the questions: never what is right, not even by the order of things. Pure."""

from typing import Any

from courses.kinds.quiz.schema import Match, Multiple, Number, Order, Question, QuizSpec, Single, key_of
from courses.texts import Text


def public(spec: QuizSpec) -> dict[str, Any]:
    return {"questions": [_question(question) for question in spec.questions]}


def _question(question: Question) -> dict[str, Any]:
    shown: dict[str, Any] = question.model_dump(mode="json", include={"id", "type", "text", "title", "points"})
    if isinstance(question, Single | Multiple):
        shown["options"] = _listed([option.text for option in question.options])
    elif isinstance(question, Order):
        shown["items"] = _listed(question.items)
    elif isinstance(question, Match):
        shown["left"] = _listed([pair.left for pair in question.pairs])
        shown["right"] = _listed([*(pair.right for pair in question.pairs), *question.others])
    elif isinstance(question, Number):
        shown["unit"] = "" if question.unit_required else question.unit
    return shown


def _listed(texts: list[Text]) -> list[dict[str, Any]]:
    """By key: an order that has nothing to do with the author's."""
    found = {key_of(text): text for text in texts}
    return [{"key": key, "text": dict(found[key])} for key in sorted(found)]
