"""What late work is worth: a credit line that falls from the due date on. Pure.

late: {grace: 10 min, steps: [{after: 0 h, credit: 0.8}, {after: 2 days, credit: 0.5}]}
late: {loss: 0.1, per: day, least: 0.5}        every day that has begun costs 10 %, down to 50 %
late: {loss: 0.1, per: day, smooth: true}      the same in proportion, without jumps

A day is a day of the calendar in the course's time zone, so that work due at 23:59 loses its next part at 23:59, also
where a night in between is 23 or 25 hours long. Minutes and hours are elapsed time.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

SPAN = re.compile(r"(\d{1,4}) ?(min|h|hours?|d|days?)")
MOST_PARTS = 1000  # of a line that falls by `loss`


def _checked(text: str) -> str:
    if not SPAN.fullmatch(text):
        raise ValueError("a length of time is written like `30 min`, `2 h` or `3 days`")
    return text


Span = Annotated[str, AfterValidator(_checked)]
Share = Annotated[float, Field(ge=0, le=1)]


def shifted(moment: datetime, span: str, zone: tzinfo) -> datetime:
    """`moment` and a span later, in UTC. Days keep the time on the clock of `zone`; a time that this clock skips in
    spring becomes the same distance later."""
    match = SPAN.fullmatch(span)
    if match is None:
        raise ValueError(span)
    count, unit = int(match[1]), match[2]
    if unit == "min":
        return moment + timedelta(minutes=count)
    if unit.startswith("h"):
        return moment + timedelta(hours=count)
    local = moment.astimezone(zone).replace(tzinfo=None) + timedelta(days=count)
    return local.replace(tzinfo=zone).astimezone(UTC)


class _Author(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(_Author):
    after: Span  # the due date (and the grace)
    credit: Share


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the line: work accepted after `begins`, up to and at `ends`, is worth `credit` of its mark.

    `falls_to`: of a smooth line, the credit at `ends`."""

    begins: datetime | None
    ends: datetime | None
    credit: float
    falls_to: float | None = None


class LatePolicy(_Author):
    grace: Span = "0 min"  # so long after the due date nothing is lost
    steps: list[Step] = Field([], max_length=20)
    loss: Annotated[float, Field(gt=0, le=1)] | None = None  # share that each `per` costs
    per: Literal["hour", "day"] = "day"
    least: Share = 0.0  # it never falls below
    smooth: bool = False

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if bool(self.steps) == (self.loss is not None):
            raise ValueError("write either `steps` or `loss`")
        shares = [1.0, *(step.credit for step in self.steps)]
        if any(after > before for before, after in itertools.pairwise(shares)):
            raise ValueError("`credit` never rises with time")
        lengths = [_seconds(step.after) for step in self.steps]
        if any(after <= before for before, after in itertools.pairwise(lengths)):
            raise ValueError("each step comes `after` the one before it")
        if self.loss is not None and (1 - self.least) / self.loss > MOST_PARTS:
            raise ValueError("`loss` is too small: the line would have more than a thousand parts")
        return self

    def line(self, due: datetime, zone: tzinfo) -> list[Part]:
        """From the beginning to the end of time, without holes."""
        start = shifted(due, self.grace, zone)
        return [Part(None, self._first(start, zone), 1.0), *self._parts(start, zone)]

    def _first(self, start: datetime, zone: tzinfo) -> datetime:
        return shifted(start, self.steps[0].after, zone) if self.steps else start

    def _parts(self, start: datetime, zone: tzinfo) -> Iterator[Part]:
        if self.loss is None:
            moments = [shifted(start, step.after, zone) for step in self.steps]
            for step, begins, ends in zip(self.steps, moments, [*moments[1:], None], strict=True):
                yield Part(begins, ends, step.credit)
            return
        before, begins = 1.0, start
        for number in itertools.count(1):
            credit = max(self.least, round(1.0 - self.loss * number, 9))
            ends = shifted(start, f"{number} {'h' if self.per == 'hour' else 'd'}", zone)
            if credit <= self.least and not self.smooth:
                break
            yield Part(begins, ends, before if self.smooth else credit, credit if self.smooth else None)
            before, begins = credit, ends
            if credit <= self.least:
                break
        yield Part(begins, None, self.least)

    def credit(self, at: datetime, due: datetime, zone: tzinfo) -> float:
        """0..1: what is left of the mark of work accepted at `at`."""
        part = next(part for part in self.line(due, zone) if part.ends is None or at <= part.ends)
        if part.falls_to is None or part.begins is None or part.ends is None:
            return part.credit
        share = (at - part.begins) / (part.ends - part.begins)
        return round(part.credit - (part.credit - part.falls_to) * share, 6)


def _seconds(span: str) -> float:
    """Roughly, to compare spans."""
    epoch = datetime(2000, 1, 1, tzinfo=UTC)
    return (shifted(epoch, span, UTC) - epoch).total_seconds()
