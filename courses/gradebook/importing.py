"""What a table of marks would change. Pure: the people and the marks of now are given.

The first row names the columns. One of them says whose mark it is: `username`, `email` or `id`; the others are the
addresses of exercises (`module/exercise`) and the names of columns marked by hand, as an export writes them. An empty
cell changes nothing. The row of maximum points, which an export puts below its head, is skipped.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from courses.gradebook.sheets import FORMULA, Row

PEOPLE = ("username", "email", "e-mail", "id")
IGNORED = {"name", "nom", "total", "total of", "group", "groupe", "section"}
MOST_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class Target:
    """Something that may be marked."""

    key: str  # "exercise-7", "column-3"
    name: str
    most: Decimal  # points


@dataclass(frozen=True, slots=True)
class Present:
    """What is there now. `entry`: 0 where there is no mark; `allowed`: may a person decide it?"""

    entry: int = 0
    points: Decimal | None = None
    attempt: str = ""
    allowed: bool = True
    others: Decimal = Decimal(0)  # the best other mark that the student sees there: a lower one would change nothing


@dataclass(frozen=True, slots=True)
class Change:
    line: int  # of the file, 1 is its head
    student: int
    name: str
    target: str
    title: str
    before: str  # points; empty: none
    after: str
    entry: int  # what was there when the preview was made
    attempt: str  # of an exercise

    def stored(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    column: str
    code: str
    value: str = ""


@dataclass(slots=True)
class Plan:
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    same: int = 0

    def say(self, line: int, column: str, code: str, value: str = "") -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(line, column[:80], code, value[:80]))


@dataclass(frozen=True, slots=True)
class Book:
    """The course as it is: whom a name means, what may be marked, and what is there."""

    people: Mapping[str, Mapping[str, Sequence[tuple[int, str]]]]  # "username" → casefolded name → (id, shown name)s
    targets: Mapping[str, Target]  # by casefolded name
    present: Callable[[int, str], Present]


def plan(rows: Sequence[Row], book: Book) -> Plan:
    found = Plan()
    if not rows:
        found.say(1, "", "empty")
        return found
    heads = [cell.strip().casefold() for cell in rows[0]]
    who = next((n for name in PEOPLE for n, head in enumerate(heads) if head == name), None)
    if who is None:
        found.say(1, "", "no_person")
        return found
    targets = dict(_targets(heads, rows[0], who, book, found))
    seen: dict[int, int] = {}
    for line, row in enumerate(rows[1:], 2):
        person = _person(line, row[who], heads[who], book, found, maximum=_is_maximum(line, row, who, targets))
        if person is None:
            continue
        if person[0] in seen:
            found.say(line, rows[0][who], "twice", row[who])
            continue
        seen[person[0]] = line
        for place, target in targets.items():
            _cell(line, row[place], person, target, book, found)
    return found


def _targets(heads: Sequence[str], names: Row, who: int, book: Book, found: Plan) -> Iterable[tuple[int, Target]]:
    taken: set[str] = set()
    for place, head in enumerate(heads):
        if place == who or head in IGNORED or head in PEOPLE or not head:
            continue
        target = book.targets.get(head)
        if target is None:
            found.say(1, names[place], "unknown_column")
        elif target.key in taken:
            found.say(1, names[place], "column_twice")
        else:
            taken.add(target.key)
            yield place, target


def _is_maximum(line: int, row: Row, who: int, targets: Mapping[int, Target]) -> bool:
    """The row below the head that says of how many points each column is."""
    return line == 2 and not row[who] and all(_decimal(row[n]) in (each.most, None) for n, each in targets.items())


def _person(line: int, text: str, head: str, book: Book, found: Plan, *, maximum: bool) -> tuple[int, str] | None:
    if maximum:
        return None
    known = book.people["email" if head == "e-mail" else head].get(text.strip().casefold(), ())
    if len(known) == 1:
        return known[0]
    found.say(line, head, "unknown_person" if not known else "ambiguous_person", text.replace("\x00", ""))
    return None


def _cell(line: int, text: str, person: tuple[int, str], target: Target, book: Book, found: Plan) -> None:
    if not text.strip():
        return
    points, code = _points(text, target)
    now = book.present(person[0], target.key)
    if points is None:
        found.say(line, target.name, code, "" if text == FORMULA else text)
    elif not now.allowed:
        found.say(line, target.name, "nothing_to_mark", person[1])
    elif points == now.points:
        found.same += 1
    elif points < now.others:
        found.say(line, target.name, "another_attempt", person[1])
    else:
        before = "" if now.points is None else str(now.points)
        found.changes.append(
            Change(line, person[0], person[1], target.key, target.name, before, str(points), now.entry, now.attempt)
        )


def _points(text: str, target: Target) -> tuple[Decimal | None, str]:
    """The points, else why there are none."""
    if text == FORMULA:
        return None, "formula"
    value = _decimal(text)
    if value is None:
        return None, "no_number"
    return (value, "") if 0 <= value <= target.most else (None, "out_of_range")


def _decimal(text: str) -> Decimal | None:
    plain = text.replace("\u00a0", "").replace("\u202f", "").strip().replace(",", ".")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) >= 10**6 or "_" in plain:
        return None
    return value.quantize(Decimal("0.01"))
