"""What is asked of the scheduler. Pure: kinds and criteria build these."""

from dataclasses import dataclass
from enum import StrEnum

from workers.backends.requests import Request
from workers.backends.routing import Purpose, purpose_of


class Lane(StrEnum):
    """Who waits for it, from the most to the least urgent."""

    LIVE = "live"  # a class in front of its instructor
    INTERACTIVE = "interactive"  # a student looks at the page
    SUBMISSION = "submission"  # handed in, to be graded
    BULK = "bulk"  # regrades, rehearsals


@dataclass(frozen=True, slots=True)
class JobSpec:
    """One request to one model.

    `key` is unique within the subject that asks (an attempt): enqueueing it twice gives the same job. `replaces` names
    older drafts of the same subject: those that still wait when this one comes are stopped in its favour.
    """

    key: str
    alias: str  # a ModelAlias name
    request: Request
    lane: Lane = Lane.INTERACTIVE
    timeout: float = 300.0  # seconds of running, waiting excluded
    purpose: Purpose | None = None  # for routes that take some work only; None: as the request itself tells
    replaces: tuple[str, ...] = ()  # keys

    @property
    def what_for(self) -> Purpose:
        return self.purpose or purpose_of(self.request)
