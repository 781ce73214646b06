"""The states of a job and the only moves between them.

They are not Celery's states: Celery carries, the database knows.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    QUEUED = "queued", _("waiting")
    LEASED = "leased", _("starting")  # given to a worker that has not begun yet
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")  # will not pass: the request or the set-up must change
    CANCELLED = "cancelled", _("stopped")
    DEAD = "dead", _("given up")  # failed too often through no fault of the request; staff are told


TRANSITIONS: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.LEASED, State.CANCELLED, State.FAILED}),
    State.LEASED: frozenset({State.RUNNING, State.QUEUED, State.CANCELLED, State.DEAD}),
    State.RUNNING: frozenset({State.DONE, State.FAILED, State.CANCELLED, State.QUEUED, State.DEAD}),
    State.DONE: frozenset(),
    State.FAILED: frozenset(),
    State.CANCELLED: frozenset(),
    State.DEAD: frozenset(),
}
TERMINAL = frozenset(state for state, moves in TRANSITIONS.items() if not moves)
ACTIVE = frozenset({State.LEASED, State.RUNNING})  # holds a slot


def sources_of(target: State) -> frozenset[State]:
    """The states from which a job may move to `target`."""
    return frozenset(state for state, moves in TRANSITIONS.items() if target in moves)
