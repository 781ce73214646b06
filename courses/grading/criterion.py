"""The contract of a grading criterion: one file in `criteria/`, pure, exported as `CRITERION`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from courses.grading.evidence import Evidence
from courses.texts import Text
from workers.scheduling.spec import JobSpec

ParamsT = TypeVar("ParamsT", bound=BaseModel)


class Status(StrEnum):
    PASS = "pass"
    PARTIAL = "partial"
    FAIL = "fail"
    UNSCORED = "unscored"  # could not be judged: withholds the mark and asks for a human
    NEEDS_REVIEW = "needs_review"  # judged, but a human should look
    ERROR = "error"  # our fault; never counts as 0


@dataclass(frozen=True, slots=True)
class Quote:
    """Why: a piece of the work, word for word, and where it stands."""

    text: str
    where: str = ""
    start: int | None = None  # character range within the part's text
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a criterion says. `score` is 0..1, or None where it cannot say."""

    status: Status
    score: float | None
    feedback: Text  # what the student reads, in both languages
    quotes: tuple[Quote, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)  # numbers behind it: counts, thresholds, distances


@dataclass(frozen=True, slots=True)
class Control:
    """Work whose score is known: where a model judges it otherwise, it is not believed about the rest either."""

    name: str
    evidence: Evidence
    least: float  # 0..1
    most: float


@dataclass(frozen=True, slots=True)
class Criterion(Generic[ParamsT]):
    """`assess(params, evidence)` must be deterministic and must not fail on any evidence.

    `jobs(params, evidence, key)` names what a model must be asked before `assess` (embeddings, a judge); the answers
    arrive in `evidence.results` under the keys of those jobs, which start with `key`.
    """

    label: Text
    params: type[ParamsT]  # pydantic, extra="forbid": forms and documentation are generated from it
    assess: Callable[[ParamsT, Evidence, str], Finding]  # (params, evidence, key)
    version: str = "1"
    jobs: Callable[[ParamsT, Evidence, str], Sequence[JobSpec]] = lambda params, evidence, key: ()
    # Known answers that are mixed into every batch of questions that a model answers.
    controls: Callable[[ParamsT], Sequence[Control]] = lambda params: ()
    # Names a judging model exactly, with the digests of the models that answered; such a criterion counts only where
    # `params.calibrated` is that name.
    pin: Callable[[ParamsT, Iterable[str]], str] | None = None
    levels: Callable[[ParamsT], int] = lambda params: 1  # steps of its scale above none
    # May a live check mark be shown while the student works? Only for criteria that ask no model.
    live: bool = True
