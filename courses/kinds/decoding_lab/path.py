"""The tree of runs, and the tokens that were chosen on one branch of it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp

from courses.kinds.work import Run, Work
from workers.backends.requests import PredictResult, Step, Token, TokenizeResult
from workers.decoding.mask import is_allowed
from workers.decoding.outline import Outline

LOST = frozenset({"failed", "dead"})  # through no fault of the student: counts for nothing


def path(work: Work, leaf: str | None) -> list[Run]:
    """The runs from the beginning to `leaf`. Raises KeyError for a run that this attempt does not have."""
    runs = {run.id: run for run in work.runs}
    found: list[Run] = []
    while leaf is not None:
        run = runs.pop(leaf)  # popped, so that a circle would end too
        found.append(run)
        leaf = run.parent
    return found[::-1]


def prediction(run: Run) -> PredictResult | None:
    """What was recorded; None for a run that split a text, or that has no result."""
    return PredictResult.model_validate(run.result) if _task(run) == "predict" else None


def splitting(run: Run) -> TokenizeResult | None:
    return TokenizeResult.model_validate(run.result) if _task(run) == "tokenize" else None


def _task(run: Run) -> str:
    return str((run.result or {}).get("task", "")) if run.state == "done" else ""


def chosen(result: PredictResult) -> list[Token]:
    """Every token of the answer so far."""
    return [*result.after, *result.traces[0].tokens]


def has_ended(result: PredictResult) -> bool:
    return result.traces[0].finish == "end"


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen token and the distribution that it was chosen from. `before`: the chance of all better ones."""

    token: Token
    run: str
    rank: int | None  # 1: the likeliest of those that were allowed; None: too far down to be told
    before: float | None
    share: float | None
    allowed: bool | None
    entropy: float | None


def choices(runs: Sequence[Run]) -> list[Choice]:
    """The tokens that were chosen on a branch, by hand and by rule, in order."""
    found: list[Choice] = []
    previous: PredictResult | None = None
    for run in runs:
        result = prediction(run)
        if result is None:
            continue
        found += _by_hand(run, result, previous)
        found += [_choice(run, step.chosen, step) for step in result.traces[0].steps if step.chosen]
        previous = result
    return found


def _by_hand(run: Run, result: PredictResult, previous: PredictResult | None) -> Iterator[Choice]:
    """The token that this run took from the distribution of the run before."""
    taken = len(chosen(previous)) if previous else 0
    step = last_step(previous) if previous else None
    for token in result.after[taken:]:
        yield _choice(run, token, step) if step else Choice(token, run.id, None, None, None, None, None)


def last_step(result: PredictResult) -> Step | None:
    """The distribution that a token can be chosen from: of a look, not of a walk that went on."""
    steps = result.traces[0].steps
    return steps[-1] if steps and steps[-1].chosen is None else None


def _choice(run: Run, token: Token, step: Step) -> Choice:
    among = step.permitted if step.mask else step.candidates
    place = next((number for number, each in enumerate(among) if same(each, token)), None)
    outline = Outline([each.logprob for each in step.candidates], step.tail)
    shares = _shares(step) if step.mask else outline.at(1.0)[0]
    allowed = is_allowed(step.mask, token.id) if step.mask and token.id is not None else None
    return Choice(
        token=token,
        run=run.id,
        rank=None if place is None else place + 1,
        before=None if place is None else sum(shares[:place]),
        share=None if place is None else shares[place],
        allowed=allowed,
        entropy=step.entropy,
    )


def _shares(step: Step) -> list[float]:
    """Chances among the allowed tokens, from the raw logits."""
    return [exp(each.logprob) / (step.allowed_share or 1.0) for each in step.permitted]


def same(one: Token, other: Token) -> bool:
    """By id, or by text where the server does not tell ids."""
    return one.id == other.id if one.id is not None and other.id is not None else one.text == other.text


def runs_used(work: Work) -> int:
    return sum(1 for run in work.runs if run.state not in LOST)
