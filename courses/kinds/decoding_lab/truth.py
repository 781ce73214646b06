"""What the server says about a question, as facts that criteria compare the answer with. Pure."""

from collections.abc import Mapping
from typing import Any

from courses.kinds.decoding_lab.schema import IdsQuestion, MaskQuestion, NumberQuestion, PickQuestion, Question
from workers.backends.requests import PredictResult, Step, TokenizeResult
from workers.decoding.outline import Outline


def facts(question: Question, result: Mapping[str, Any] | None) -> dict[str, Any]:
    """`ask`: ids, count, pick, number or mask; `wanted`: the right answer, None where the server did not tell."""
    if isinstance(question, IdsQuestion):
        return _ids(question, result)
    step = PredictResult.model_validate(result).traces[0].steps[0] if result else None
    if isinstance(question, PickQuestion):
        return {"ask": "pick", "wanted": _drawable(step) if step else None}
    if isinstance(question, NumberQuestion):
        return {"ask": "number", "of": question.of, "wanted": _number(question, step) if step else None}
    return {"ask": "mask", **(_mask(question, step) if step else {"wanted": None, "shown": question.tokens})}


def _ids(question: IdsQuestion, result: Mapping[str, Any] | None) -> dict[str, Any]:
    tokens = TokenizeResult.model_validate(result).tokens if result else None
    if question.count:
        return {"ask": "count", "wanted": None if tokens is None else len(tokens)}
    return {
        "ask": "ids",
        "wanted": None if tokens is None else [token.id for token in tokens],
        "pieces": [] if tokens is None else [token.text for token in tokens],
    }


def _drawable(step: Step) -> list[dict[str, Any]]:
    return [{"id": each.id, "text": each.text, "share": each.share} for each in step.candidates if each.share > 0]


def _number(question: NumberQuestion, step: Step) -> float | None:
    if question.of == "probability":
        return step.watched[0].share if step.watched else None
    if question.temperature == 1.0:
        return step.entropy
    return Outline([each.logprob for each in step.candidates], step.tail).entropy(question.temperature)


def _mask(question: MaskQuestion, step: Step) -> dict[str, Any]:
    """A token that this model does not have counts for nobody."""
    shown = [each.text for each in step.watched]
    return {"wanted": [each.text for each in step.watched if each.allowed], "shown": shown}
