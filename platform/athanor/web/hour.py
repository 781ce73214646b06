"""The last hour of a pool as bars: drawn on the server, with the numbers beside it for who cannot see them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from courses.attempts import quota
from courses.catalog.models import Course
from workers.scheduling import history
from workers.scheduling.history import Piece

WIDTH, HEIGHT, GAP = 240, 64, 3  # of the drawing, in its own units


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Plot:
    title: str
    most: str  # what the full height means
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class Hour:
    pieces: list[Piece]
    plots: list[Plot]
    waiting: list[tuple[str, int]]  # course, jobs


def hour_of(pool: str) -> Hour:
    pieces = history.last_hour(pool)
    most_answers = max(1, *(piece.answers for piece in pieces))
    longest = max(1.0, *(piece.wait for piece in pieces))
    plots = [
        _plot(_("Answers in five minutes"), str(most_answers), pieces, lambda piece: piece.answers / most_answers),
        _plot(_("Mean waiting"), f"{longest:.0f} s", pieces, lambda piece: piece.wait / longest),
        _plot(_("Slots in use"), "100 %", pieces, lambda piece: piece.busy),
    ]
    return Hour(pieces, plots, _waiting(pool))


def _plot(title: str, most: str, pieces: Sequence[Piece], part: Callable[[Piece], float]) -> Plot:
    step = WIDTH // len(pieces)
    heights = [round(HEIGHT * part(piece)) for piece in pieces]
    bars = [Bar(n * step, HEIGHT - height, step - GAP, height) for n, height in enumerate(heights)]
    return Plot(title, most, bars)


def _waiting(pool: str) -> list[tuple[str, int]]:
    counts = history.waiting_by_group(pool)
    courses = Course.objects.in_bulk([key for group in counts if (key := quota.course_of(group)) is not None])
    return [(str(courses.get(quota.course_of(group) or 0, group)), count) for group, count in counts.most_common()]
