"""What stands in the gradebook: one cell per student and exercise, one line per student. Pure.

The mark of a cell is the best one that the student sees; while none is shown, the best one that there is. Several
attempts never add up. The total counts shown marks only: it is what the student could compute as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Total:
    points: float  # of shown marks
    of: float  # of every exercise of the course

    @property
    def value(self) -> float | None:
        """0..1; None where nothing has points."""
        return self.points / self.of if self.of else None


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
        waiting=any(map(_waits, entries)),
        attempt=(marked or entries[-1]).attempt,
        handed_in=sum(each.submitted for each in entries),
        score_id=marked.score_id if marked else 0,
    )


def _rank(entry: Entry) -> tuple[bool, float, int]:
    return entry.released, entry.value or 0.0, entry.number


def _waits(entry: Entry) -> bool:
    return entry.graded and not entry.released


def _state(entries: Sequence[Entry]) -> State:
    if any(entry.released for entry in entries):
        return "released"
    if any(map(_waits, entries)):
        return "waiting"
    return "grading" if any(entry.submitted for entry in entries) else "open"


def total(cells: Mapping[int, Cell], points: Mapping[int, float]) -> Total:
    """Both by the exercise's id. A mark counts as its exercise's points say now; what is missing counts nothing."""
    worth = sum((cells[key].value or 0.0) * most for key, most in points.items() if key in cells and cells[key].shown)
    return Total(worth, sum(points.values()))


def weights(points: Mapping[int, float]) -> dict[int, float]:
    """The share of every exercise in the total, 0..1."""
    whole = sum(points.values())
    return {key: most / whole if whole else 0.0 for key, most in points.items()}


def mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return sum(found) / len(found) if found else None
