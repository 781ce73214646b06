"""How one job looks to the person who waits for it: what there is of its answer, what went wrong, how long it took."""

from collections.abc import Mapping
from typing import Any

from workers.backends.messages import for_error
from workers.scheduling import selectors
from workers.scheduling.models import Job
from workers.scheduling.services import REPLACED
from workers.scheduling.states import TERMINAL, State


class JobShown:
    """Whoever draws a job inherits this and has `job`, and `partial`: what is written of it so far."""

    __slots__ = ()
    partial: Mapping[str, Any]

    @property
    def job(self) -> Job:
        raise NotImplementedError

    @property
    def state(self) -> str:
        return self.job.state

    @property
    def active(self) -> bool:
        return self.state not in TERMINAL

    @property
    def result(self) -> Mapping[str, Any]:
        return self.job.result or {}

    @property
    def reasoning(self) -> str:
        return str(self.result.get("reasoning") or self.partial.get("reasoning") or "")

    @property
    def answered(self) -> bool:
        """Whether a further question may follow."""
        made = any(self.result.get(name) for name in ("text", "tool_calls", "pictures", "traces"))
        return self.state in (State.DONE, State.CANCELLED) and made

    @property
    def trouble(self) -> Mapping[str, str]:
        """Why there is no whole answer, for the student, in every language."""
        if self.state in (State.FAILED, State.DEAD):
            error = self.job.error or {}
            return for_error(error.get("code", ""), error.get("facts"))
        return {}

    @property
    def replaced(self) -> Mapping[str, str]:
        """That it was stopped for a newer draft, in every language."""
        stopped = self.state == State.CANCELLED and (self.job.error or {}).get("code") == REPLACED
        return for_error(REPLACED) if stopped else {}

    @property
    def waiting(self) -> selectors.Waiting:
        """Where it stands in the queue, and why it does not run yet."""
        return selectors.waiting(self.job)

    @property
    def seconds_waiting(self) -> float | None:
        return (self.job.started_at - self.job.created_at).total_seconds() if self.job.started_at else None

    @property
    def seconds_to_first(self) -> float | None:
        return (self.job.first_output_at - self.job.created_at).total_seconds() if self.job.first_output_at else None

    @property
    def seconds_running(self) -> float | None:
        began, ended = self.job.started_at, self.job.finished_at
        return (ended - began).total_seconds() if began and ended else None
