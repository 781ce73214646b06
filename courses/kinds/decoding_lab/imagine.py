"""Made-up work as if it had been recorded. Pure."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from courses.kinds.decoding_lab.plan import question_key
from courses.kinds.decoding_lab.schema import (
    IdsQuestion,
    LabAnswer,
    LabReference,
    LabSpec,
    NumberQuestion,
    Question,
    ReferenceToken,
    ReferenceTruth,
)
from courses.kinds.work import Run, Work
from workers.backends.requests import (
    Candidate,
    PredictResult,
    Step,
    Token,
    TokenizeResult,
    Trace,
)
from workers.decoding.mask import Allowed, packed

ONLY = "run-1"
SMALLEST = 1e-9  # a chance whose logarithm still is a number
VOCABULARY = 2048


def imagine(spec: LabSpec, reference: LabReference) -> tuple[LabAnswer, Work]:
    """One run with the whole walk or the whole split text, and what the server said about the questions."""
    runs = [] if spec.hand_in == "questions" or not reference.tokens else [_run(spec, reference)]
    results = {
        question_key(question): truth(question, reference.truths[question.id])
        for question in spec.questions
        if question.id in reference.truths
    }
    return LabAnswer(leaf=ONLY if runs else None, answers=reference.answers), Work(runs, results)


def _run(spec: LabSpec, reference: LabReference) -> Run:
    splits = spec.hand_in == "tokens"
    result = _split(reference) if splits else _walk(reference)
    text = "".join(token.text for token in reference.tokens) if splits else reference.prompt
    payload = {"tool": "tokenize" if splits else "walk", "text": text}
    return Run(id=ONLY, parent=None, payload=payload, state="done", result=result)


def _split(reference: LabReference) -> dict[str, Any]:
    tokens = [Token(id=each.id, text=each.text) for each in reference.tokens]
    text = "".join(token.text for token in tokens)
    return TokenizeResult(text=text, tokens=tokens, vocabulary=VOCABULARY).model_dump(mode="json")


def _walk(reference: LabReference) -> dict[str, Any]:
    tokens = [Token(id=each.id, text=each.text) for each in reference.tokens]
    text = "".join(token.text for token in tokens)
    steps = [_step(each) for each in reference.tokens]
    trace = Trace(steps=steps, tokens=tokens, text=text, finish=reference.finish)
    return PredictResult(text=text, prompt=[], traces=[trace], complete=True, vocabulary=VOCABULARY).model_dump(
        mode="json"
    )


def _step(each: ReferenceToken) -> Step:
    """Better candidates stand before the chosen one, as many as its rank says."""
    share = 0.5 if each.share is None else each.share
    better = [
        Candidate(text=f"better {place}", id=-place, logprob=_log(0.5), share=0.5) for place in range(1, each.rank)
    ]
    chosen = Candidate(text=each.text, id=each.id, logprob=_log(share), share=share, allowed=each.allowed)
    mask = {}
    if each.allowed is not None and each.id is not None:
        mask = {"mask": packed(_bits(each.id, allowed=each.allowed)), "permitted": [chosen], "allowed_share": 1.0}
    return Step.model_validate(
        {"candidates": [*better, chosen], "entropy": 1.0, "chosen": Token(id=each.id, text=each.text), **mask}
    )


def _bits(token: int, *, allowed: bool) -> Allowed:
    bits = np.zeros(token + 1, dtype=bool)
    bits[token] = allowed
    return bits


def truth(question: Question, told: ReferenceTruth) -> Mapping[str, Any]:
    """What the server would answer to the request behind a question."""
    if isinstance(question, IdsQuestion):
        tokens = [Token(id=each, text="") for each in told.ids]
        return TokenizeResult(text=question.text, tokens=tokens, vocabulary=VOCABULARY).model_dump(mode="json")
    step = Step(
        candidates=_candidates(told),
        entropy=told.number or 0.0,
        watched=_watched(question, told),
    )
    result = PredictResult(text="", prompt=[], traces=[Trace(steps=[step])], complete=True, vocabulary=VOCABULARY)
    return result.model_dump(mode="json")


def _candidates(told: ReferenceTruth) -> list[Candidate]:
    numbers = [*told.ids, *[None] * len(told.tokens)]
    found = [
        Candidate(id=number, text=text, logprob=_log(float(value)), share=float(value))
        for number, (text, value) in zip(numbers, told.tokens.items(), strict=False)
    ]
    return found or [Candidate(text="", logprob=0.0, share=1.0)]


def _watched(question: Question, told: ReferenceTruth) -> list[Candidate]:
    if isinstance(question, NumberQuestion):
        share = told.number or 0.0
        return [Candidate(text=question.token or "", logprob=_log(share), share=min(share, 1.0))]
    return [
        Candidate(text=text, logprob=0.0, share=0.0, allowed=value)
        for text, value in told.tokens.items()
        if isinstance(value, bool)
    ]


def _log(share: float) -> float:
    return math.log(max(share, SMALLEST))
