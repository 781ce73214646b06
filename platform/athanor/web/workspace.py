"""The working view of an attempt: which branch of runs is shown, what stands beside each run, what is checked live."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from athanor.web.answers import JobShown
from courses.attempts import selectors
from courses.attempts.models import Attempt, Run
from courses.catalog.models import Exercise
from courses.grading.assessment import outline
from courses.grading.rubric import Rubric
from workers.events.models import Event
from workers.events.whisper import partial
from workers.scheduling.models import Job
from workers.scheduling.states import ACTIVE, TERMINAL


@dataclass(frozen=True, slots=True)
class Turn(JobShown):
    """One run on the shown branch. `previous` and `following` are leaves that show the branch beside it."""

    run: Run
    number: int
    siblings: int = 1
    place: int = 1
    previous: UUID | None = None
    following: UUID | None = None
    partial: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.run.pk)

    @property
    def job(self) -> Job:
        return self.run.job


@dataclass(frozen=True, slots=True)
class Thread:
    turns: Sequence[Turn] = ()  # of the shown branch
    last_event_id: int = 0
    every: Sequence[Turn] = ()  # of all branches, oldest first

    @property
    def leaf(self) -> Run | None:
        return self.turns[-1].run if self.turns else None

    @property
    def active(self) -> Turn | None:
        return self.turns[-1] if self.turns and self.turns[-1].active else None

    @property
    def parent(self) -> Run | None:
        """What the next question continues: the last turn that was answered."""
        return next((turn.run for turn in reversed(self.turns) if turn.answered), None)


def thread_of(attempt: Attempt | None, leaf: str = "", *, follows: bool = True) -> Thread:
    """The branch that ends at `leaf` or its newest descendant; without one, that of the draft, else the newest.
    `follows`: the page goes on with the events since then."""
    if attempt is None:
        return Thread()
    # Before the rows: what happens in between comes again by the stream.
    last_event_id = last_event_of(attempt) if follows else 0
    runs = {str(run.pk): run for run in selectors.runs_of(attempt)}
    chosen = next((each for each in (leaf, *_drafted(attempt.draft)) if each in runs), "")
    children = _children(runs.values())
    wanted = _newest_leaf(chosen, children) if chosen else next(reversed(runs), "")
    every = {name: _turn(run, children) for name, run in runs.items()}
    branch: list[Turn] = []
    while wanted in every:
        branch.append(every[wanted])
        wanted = str(runs[wanted].parent_id)
    turns = [replace(turn, number=number) for number, turn in enumerate(reversed(branch), start=1)]
    return Thread(turns, last_event_id, list(every.values()))


def _drafted(draft: Mapping[str, Any]) -> list[str]:
    """The leaf that the page last kept, by itself or in the answer so far."""
    answer = draft.get("answer")
    return [str(kept.get("leaf") or "") for kept in (draft, answer) if isinstance(kept, Mapping)]


def turn_of(attempt: Attempt, run: Run) -> Turn:
    """One run as it stands in its own branch."""
    return next(turn for turn in thread_of(attempt, str(run.pk)).turns if turn.run.pk == run.pk)


def last_event_of(attempt: Attempt) -> int:
    """Its id; 0 where nothing has happened."""
    newest = Event.objects.filter(channel=attempt.channel).order_by("-id").values_list("id", flat=True).first()
    return newest or 0


def _children(runs: Iterable[Run]) -> dict[str, list[Run]]:
    found: dict[str, list[Run]] = defaultdict(list)
    for run in runs:
        found[str(run.parent_id)].append(run)
    return found


def _newest_leaf(run_id: str, children: Mapping[str, list[Run]]) -> str:
    while children.get(run_id):
        run_id = str(children[run_id][-1].pk)
    return run_id


def _turn(run: Run, children: Mapping[str, list[Run]]) -> Turn:
    siblings = children[str(run.parent_id)]
    place = siblings.index(run)
    writing = partial(run.job_id) if run.job.state in ACTIVE else None
    return Turn(
        run=run,
        number=place + 1,
        siblings=len(siblings),
        place=place + 1,
        previous=siblings[place - 1].pk if place else None,
        following=siblings[place + 1].pk if place + 1 < len(siblings) else None,
        partial=writing or {},
    )


@dataclass(frozen=True, slots=True)
class Check:
    """A line of the rubric as a student sees it while working."""

    title: Mapping[str, str]
    share: float  # of the whole mark, 0..1
    gate: Mapping[str, Any] | None
    visibility: str
    live: bool
    finding: Mapping[str, Any] | None = None
    members: Sequence["Check"] = ()


def checks_of(exercise: Exercise, attempt: Attempt | None, run: Run | None) -> list[Check]:
    """The rubric; with a finished run, live marks beside the criteria that allow them."""
    rubric = Rubric.model_validate(exercise.rubric.content)
    findings: dict[str, Mapping[str, Any]] = {}
    if attempt is not None and run is not None and run.job.state in TERMINAL:
        findings = {found["id"]: found for found in selectors.live_findings(attempt, str(run.pk))}
    return [_check(item, findings) for item in outline(rubric)]


def _check(item: Mapping[str, Any], findings: Mapping[str, Mapping[str, Any]]) -> Check:
    finding = findings.get(item["id"])
    inside = {member["id"]: member for member in (finding or {}).get("members", ())}
    return Check(
        title=item["title"],
        share=item["share"],
        gate=item["gate"],
        visibility=item["visibility"],
        live=item["live"],
        finding=finding,
        members=[_check(member, inside) for member in item["members"]],
    )


def spec_of(exercise: Exercise, attempt: Attempt | None = None) -> BaseModel:
    """The specification that holds: of the submission, else of the exercise as it is now."""
    kind = selectors.kind_of(exercise)
    spec: BaseModel = kind.spec.model_validate((attempt.spec if attempt else None) or exercise.spec)
    return spec
