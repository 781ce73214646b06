"""“Try this answer”: work that an author made up, marked by the rubric as it stands in the form. Nothing is stored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from courses.catalog.schema import Reference
from courses.grading.assessment import assess
from courses.grading.findings import Stored
from courses.grading.rubric import Rubric
from courses.kinds.registry import AnyKind
from courses.texts import localise

Asset = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Line:
    title: str
    status: str
    score: float | None
    feedback: str

    @property
    def percent(self) -> str:
        return "–" if self.score is None else f"{round(self.score * 100)} %"


@dataclass(frozen=True, slots=True)
class Tried:
    name: str
    declared: str  # "0.5 – 0.7", "–" where nothing was declared
    score: float | None = None
    fits: bool | None = None  # None: nothing was declared
    lines: Sequence[Line] = ()
    problem: str = ""

    @property
    def percent(self) -> str:
        return _("withheld") if self.score is None else f"{round(self.score * 100)} %"


def try_answer(
    kind: AnyKind, spec: BaseModel, rubric: Rubric, reference: Reference, *, asset: Asset, declared: bool
) -> Tried:
    said = _declared(reference) if declared else "–"
    try:
        answer, work = kind.imagine(spec, kind.reference.model_validate(reference.work))
        outcome = assess(rubric, kind.evidence(spec, answer, replace(work, asset=asset)))
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)[0]
        return Tried(reference.name, said, problem=f"{'.'.join(map(str, found['loc']))}: {found['msg']}")
    except (KeyError, ValueError) as error:
        return Tried(reference.name, said, problem=str(error))
    fits = _fits(reference, outcome.score) if declared else None
    return Tried(reference.name, said, outcome.score, fits, [_line(each) for each in outcome.findings])


def _declared(reference: Reference) -> str:
    if reference.score is None:
        return _("withheld")
    low, high = reference.score
    return f"{round(low * 100)} – {round(high * 100)} %"


def _fits(reference: Reference, score: float | None) -> bool:
    if reference.score is None or score is None:
        return reference.score is None and score is None
    return reference.score[0] - 1e-9 <= score <= reference.score[1] + 1e-9


def _line(found: Stored) -> Line:
    title, feedback = (localise(found[name], get_language() or "en") for name in ("title", "feedback"))
    return Line(title, found["status"], found["score"], feedback)
