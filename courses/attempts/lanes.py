"""Which lane an interactive run takes: the class that sits in front of its instructor goes first.

Who knows whether a class is in session stands above this package and says how to ask.
"""

from collections.abc import Callable
from dataclasses import replace

from workers.scheduling.spec import JobSpec, Lane

IsLive = Callable[[int], bool]  # course id → is a class in session?
_asked: list[IsLive] = []


def ask_before_runs(is_live: IsLive) -> None:
    """Once, when the application starts."""
    if is_live not in _asked:
        _asked.append(is_live)


def in_lane(spec: JobSpec, course_id: int) -> JobSpec:
    """The spec, in the lane of the class while one is in session. Only what a student waits for moves."""
    if spec.lane != Lane.INTERACTIVE or not any(is_live(course_id) for is_live in _asked):
        return spec
    return replace(spec, lane=Lane.LIVE)
