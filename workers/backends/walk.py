"""Choose token after token and write down the distribution behind each choice. Asks nobody: a server's adapter gives
the scores. The loop is that of every decoder: scores, bias, mask, sampler, append, stop?
"""

import asyncio
import json
from codecs import getincrementaldecoder
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from workers.backends.backend import Delta, Emit
from workers.backends.errors import BadSchema, RequestRefused
from workers.backends.requests import Candidate, PredictRequest, PredictResult, StopRule, Token, Trace
from workers.backends.requests import Step as Told
from workers.decoding import distribution, outline
from workers.decoding.distribution import Scores
from workers.decoding.mask import Allowed, Constraint, UnusableSchema, packed
from workers.decoding.vocabulary import Vocabulary

Predict = Callable[[list[int]], Awaitable[Scores]]  # token ids → log-probabilities of what comes next


async def walk(
    request: PredictRequest,
    vocabulary: Vocabulary,
    prompt: Sequence[int],
    after: Sequence[int],
    predict: Predict,
    emit: Emit,
) -> PredictResult:
    """Raises RequestRefused when the tokens that are chosen already do not fit the schema, BadSchema."""
    walker = _Walker(request, vocabulary, list(prompt), list(after), predict)
    traces = [await walker.trace(constrained=request.json_schema is not None, emit=emit)]
    if request.beside and request.json_schema is not None:
        traces.append(await walker.trace(constrained=False, emit=lambda _piece: None))
    return PredictResult(
        text=traces[0].text,
        prompt=[token(vocabulary, each) for each in prompt],
        after=[token(vocabulary, each) for each in after],
        traces=traces,
        complete=True,
        vocabulary=len(vocabulary),
    )


def token(vocabulary: Vocabulary, number: int) -> Token:
    piece = vocabulary.pieces[number]
    return Token(id=number, text=vocabulary.text(number), hex=piece.hex(), special=not piece)


@dataclass
class _Walker:
    request: PredictRequest
    vocabulary: Vocabulary
    prompt: list[int]
    after: list[int]
    predict: Predict
    _first: Scores | None = field(default=None)  # the first distribution is the same with and without the schema

    async def trace(self, *, constrained: bool, emit: Emit) -> Trace:
        constraint = await asyncio.to_thread(self._constraint) if constrained else None
        chosen: list[int] = []
        steps: list[Told] = []
        heard = getincrementaldecoder("utf-8")("replace")
        over = self.after[-1:] == [self.vocabulary.end]  # chosen by hand: there is nothing after it
        finish = "end" if over else "steps"
        for _ in range(0 if over else self.request.steps or 1):
            step, number = await self._step(constraint, chosen)
            steps.append(step)
            if number is None:
                finish = "dead_end" if self.request.steps else "steps"
                break
            chosen.append(number)
            emit(Delta(text=heard.decode(self.vocabulary.pieces[number])))
            reason = self._ended(chosen)
            if reason:
                finish = reason
                break
        return Trace(
            constrained=constrained,
            steps=steps,
            tokens=[token(self.vocabulary, each) for each in chosen],
            text=self.vocabulary.join([*self.after, *chosen]),
            finish=finish,
        )

    def _constraint(self) -> Constraint:
        try:
            constraint = Constraint(self.vocabulary, self.request.json_schema or {})
        except UnusableSchema as error:
            raise BadSchema(str(error)) from error
        for number in self.after:
            if not constraint.consume(number):
                raise RequestRefused(f"token {number} is not allowed by the schema")
        return constraint

    async def _step(self, constraint: Constraint | None, chosen: Sequence[int]) -> tuple[Told, int | None]:
        raw = await self._scores(chosen)
        allowed = await asyncio.to_thread(constraint.allowed) if constraint else None
        left = self._left(raw, allowed)
        free = left if allowed is None else self._left(raw, None)
        step = _Sight(self.request, self.vocabulary, raw, free, left, allowed).step(constraint)
        if not self.request.steps or left is None:
            return step, None
        place = distribution.number(self.request.sampler.seed, len(self.after) + len(chosen))
        number = distribution.draw(left, place)
        if constraint:
            constraint.consume(number)
        share = float(np.exp(left[number]))
        told = {"chosen": token(self.vocabulary, number), "logprob": float(raw[number]), "share": share}
        return step.model_copy(update=told), number

    async def _scores(self, chosen: Sequence[int]) -> Scores:
        if chosen:
            return await self.predict([*self.prompt, *self.after, *chosen])
        if self._first is None:
            self._first = await self.predict([*self.prompt, *self.after])
        return self._first

    def _left(self, raw: Scores, allowed: Allowed | None) -> Scores | None:
        """Log-probabilities of what may be drawn; None when nothing may."""
        scores = distribution.biased(raw, self.request.logit_bias)
        if allowed is not None:
            scores = distribution.masked(scores, allowed)
        sampler = self.request.sampler
        if not np.isfinite(scores).any():
            return None
        return distribution.survivors(scores, temperature=sampler.temperature, top_k=sampler.top_k, top_p=sampler.top_p)

    def _ended(self, chosen: Sequence[int]) -> str:
        if chosen[-1] == self.vocabulary.end:
            return "end"
        return "stop" if stops(self.request.stop, [*self.after, *chosen], self.vocabulary) else ""


@dataclass(frozen=True)
class _Sight:
    """One distribution, described."""

    request: PredictRequest
    vocabulary: Vocabulary
    raw: Scores
    free: Scores | None  # what may be drawn without the mask
    left: Scores | None  # and with it
    allowed: Allowed | None

    def step(self, constraint: Constraint | None) -> Told:
        best, tail = outline.outline(self.raw, self.request.top)
        step = Told(
            candidates=[self._candidate(int(each), self.free) for each in best],
            tail=tail,
            entropy=distribution.entropy(self.raw),
            watched=[
                self._candidate(each, self.left) for each in map(self.vocabulary.find, self.request.watch) if each >= 0
            ],
        )
        return step if constraint is None else step.model_copy(update=self._constrained(constraint))

    def _constrained(self, constraint: Constraint) -> dict[str, object]:
        allowed = constraint.allowed() if self.allowed is None else self.allowed
        order = distribution.ranked(distribution.masked(self.raw, allowed))
        shown = order[: min(self.request.top, int(allowed.sum()))]
        return {
            "permitted": [self._candidate(int(each), self.left) for each in shown],
            "mask": packed(allowed),
            "allowed": int(allowed.sum()),
            "allowed_share": float(np.exp(self.raw[allowed]).sum()),
            "may_end": constraint.complete,
        }

    def _candidate(self, number: int, left: Scores | None) -> Candidate:
        return Candidate(
            **token(self.vocabulary, number).model_dump(),
            logprob=max(float(self.raw[number]), IMPOSSIBLE),
            share=0.0 if left is None else float(np.exp(left[number])),
            allowed=None if self.allowed is None else bool(self.allowed[number]),
        )


IMPOSSIBLE = -1e4  # an impossible token still needs a number that JSON can hold


def stops(rule: StopRule, chosen: Sequence[int], vocabulary: Vocabulary) -> bool:
    """Does a stop rule hold after these tokens?"""
    if chosen[-1] in rule.tokens:
        return True
    text = vocabulary.join(chosen)
    return any(each in text for each in rule.texts) or (rule.json_complete and is_whole_json(text))


def is_whole_json(text: str) -> bool:
    """A whole object or list; a number could always go on."""
    if not text.rstrip().endswith(("}", "]")):
        return False
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False
