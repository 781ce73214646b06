"""When work is due for one person, and why then. Pure.

The exercise's own dates, stretched by the person's time factor, moved by extensions. Of several extensions the one
that gives most counts; attempts that they add are added up.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from courses.catalog.late import LatePolicy, Part, shifted
from courses.texts import Text, both


@dataclass(frozen=True, slots=True)
class Grant:
    """An extension as it matters here."""

    due_at: datetime | None = None
    closes_at: datetime | None = None
    days: int = 0
    attempts: int = 0
    reason: str = ""
    group: str = ""  # empty: given to the person alone
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """The dates that hold for one person and exercise; `reasons` say why they are not those of everybody."""

    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None
    late: LatePolicy | None = None
    zone: tzinfo = UTC
    more_attempts: int = 0
    reasons: tuple[Text, ...] = ()
    everybody: datetime | None = None  # when it is due for everybody else

    def credit(self, at: datetime) -> float:
        """What is left of the mark of work accepted at `at`, 0..1."""
        if self.due_at is None or self.late is None or at <= self.due_at:
            return 1.0
        return self.late.credit(at, self.due_at, self.zone)

    def is_late(self, at: datetime) -> bool:
        return self.due_at is not None and at > self.due_at

    def is_open(self, at: datetime) -> bool:
        return not (self.opens_at and at < self.opens_at) and not (self.closes_at and at >= self.closes_at)

    @property
    def line(self) -> list[Part]:
        """The credit line until it closes."""
        if self.due_at is None or self.late is None:
            return []
        parts = [part for part in self.late.line(self.due_at, self.zone) if _begins_before(part, self.closes_at)]
        end = self.closes_at
        return [replace(part, ends=end) if end and (part.ends is None or part.ends > end) else part for part in parts]

    def moved(self, lost: timedelta) -> "Deadline":
        """Later by time that our servers cost."""
        if not lost or self.due_at is None:
            return self
        return replace(self, due_at=self.due_at + lost, reasons=(*self.reasons, SERVERS))


SERVERS = both(
    "our servers kept you waiting, and that time is given back",
    "nos serveurs vous ont fait attendre, et ce temps vous est rendu",
)


def _begins_before(part: Part, end: datetime | None) -> bool:
    return part.begins is None or end is None or part.begins < end


def deadline(base: Deadline, *, factor: float = 1.0, grants: Sequence[Grant] = (), at: datetime) -> Deadline:
    """`base` holds the exercise's own dates. `at`: extensions that had expired by then do not count any more."""
    found = _stretched(replace(base, everybody=base.due_at), factor)
    held = [grant for grant in grants if grant.expires_at is None or at <= grant.expires_at]
    dues = [_due(found, grant) for grant in held]
    closings = [_closes(found, grant) for grant in held]
    due, closes = _latest(found.due_at, dues), _latest(found.closes_at, closings)
    reasons = list(found.reasons)
    for grant, own_due, own_closes in zip(held, dues, closings, strict=True):
        moves_due = own_due == due and due != found.due_at
        moves_closing = own_closes == closes and closes != found.closes_at
        if (moves_due or moves_closing or grant.attempts) and _reason(grant) not in reasons:
            reasons.append(_reason(grant))
    more = sum(grant.attempts for grant in held)
    return replace(found, due_at=due, closes_at=closes, more_attempts=more, reasons=tuple(reasons))


def _latest(own: datetime | None, others: Sequence[datetime | None]) -> datetime | None:
    """What has no date at all needs no extension."""
    return None if own is None else max([own, *filter(None, others)])


def _due(base: Deadline, grant: Grant) -> datetime | None:
    if base.due_at is None:
        return None
    return max(grant.due_at or base.due_at, shifted(base.due_at, f"{grant.days} d", base.zone))


def _closes(base: Deadline, grant: Grant) -> datetime | None:
    """Without a date of its own, closing keeps its distance to the due date."""
    if base.closes_at is None:
        return None
    moved = shifted(base.closes_at, f"{grant.days} d", base.zone)
    if grant.closes_at is not None:
        return max(grant.closes_at, moved)
    due = _due(base, grant)
    if due is None or base.due_at is None or grant.due_at is None:
        return moved
    distance = _clock(base.closes_at, base.zone) - _clock(base.due_at, base.zone)
    return max(moved, (_clock(due, base.zone) + distance).replace(tzinfo=base.zone).astimezone(UTC))


def _clock(moment: datetime, zone: tzinfo) -> datetime:
    """What the clock shows there, without its zone."""
    return moment.astimezone(zone).replace(tzinfo=None)


def _reason(grant: Grant) -> Text:
    why = grant.reason.strip()
    if grant.group:
        return {
            "en": f"your group “{grant.group}” was given an extension: {why}",
            "fr": f"votre groupe «\u202f{grant.group}\u202f» a reçu un délai\u202f: {why}",
        }
    return {"en": f"you were given an extension: {why}", "fr": f"vous avez reçu un délai\u202f: {why}"}


def _stretched(base: Deadline, factor: float) -> Deadline:
    if factor == 1.0 or base.opens_at is None or (base.due_at is None and base.closes_at is None):
        return base
    said = both(
        "you have {factor:g} times the time from its opening",
        "vous disposez de {factor:g} fois le temps depuis son ouverture",
        factor=factor,
    )
    opens = base.opens_at
    return replace(
        base,
        due_at=_stretch(opens, base.due_at, factor),
        closes_at=_stretch(opens, base.closes_at, factor),
        reasons=(*base.reasons, said),
    )


def _stretch(opens: datetime, end: datetime | None, factor: float) -> datetime | None:
    """Up to the full minute."""
    if end is None:
        return None
    return opens + timedelta(minutes=math.ceil(round((end - opens).total_seconds() * factor / 60, 6)))
