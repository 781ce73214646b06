"""What stands in a cell of the gradebook: one student in one exercise. Pure.

The mark of a cell is the best one that the student sees; while none is shown, the best one that there is. Several
attempts never add up.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

State = Literal["missing", "open", "grading", "waiting", "released"]


class Entry(NamedTuple):
    """One attempt with the entry of the ledger that counts."""

    attempt: str  # id
    number: int
    submitted: bool
    graded: bool
    released: bool
    value: float | None = None  # 0..1; None: no mark yet, or withheld
    credit: float = 1.0  # what lateness left of it
    human: bool = False  # a person decided
    score_id: int = 0
    waiting: bool = False  # for a person, perhaps although the mark is shown


class Cell(NamedTuple):
    """`state`: missing (nothing was handed in), open (begun), grading, waiting (for a person), released."""

    state: State = "missing"
    value: float | None = None  # 0..1
    late: bool = False  # the mark is reduced for lateness
    human: bool = False
    shown: bool = False  # the student sees this mark
    waiting: bool = False  # an attempt, perhaps a later one, waits for a person
    attempt: str = ""  # whose mark it is, else the newest
    handed_in: int = 0  # attempts
    score_id: int = 0


MISSING = Cell()


def cell(entries: Sequence[Entry]) -> Cell:
    """`entries`: the attempts of one student at one exercise, oldest first."""
    if not entries:
        return MISSING
    marked = max((each for each in entries if each.value is not None), key=_rank, default=None)
    return Cell(
        state=_state(entries),
        value=marked.value if marked else None,
        late=marked is not None and marked.credit < 1,
        human=marked is not None and marked.human,
        shown=marked is not None and marked.released,
        waiting=any(each.waiting for each in entries),
        attempt=(marked or entries[-1]).attempt,
        handed_in=sum(each.submitted for each in entries),
        score_id=marked.score_id if marked else 0,
    )


def _rank(entry: Entry) -> tuple[bool, float, int]:
    return entry.released, entry.value or 0.0, entry.number


def _state(entries: Sequence[Entry]) -> State:
    if any(entry.released for entry in entries):
        return "released"
    if any(entry.graded for entry in entries):
        return "waiting"
    return "grading" if any(entry.submitted for entry in entries) else "open"


def mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return sum(found) / len(found) if found else None
