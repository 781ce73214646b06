"""The gradebook as a file: CSV and XLSX with one row per student, JSON with everything in every cell.

Columns marked by hand come after the exercises, under their names; an import reads the same heads.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter import Workbook

from courses.catalog.models import Exercise
from courses.gradebook.cells import plain
from courses.gradebook.models import Column
from courses.gradebook.selectors import Columns, Line

Row = list[str | float | None]
FACTS = ["username", "name"]
DETAILS = [
    "username",
    "exercise",
    "state",
    "mark",
    "points",
    "late",
    "decided by a person",
    "shown",
    "handed in",
    "counts",
]


@dataclass(frozen=True, slots=True)
class Format:
    suffix: str
    media_type: str
    write: Callable[[Columns, Sequence[Line]], bytes]


def to_csv(columns: Columns, lines: Sequence[Line]) -> bytes:
    """UTF-8 with a byte order mark, without which Excel garbles every accent."""
    text = io.StringIO()
    csv.writer(text).writerows([_safe(row) for row in table(columns, lines)])
    return text.getvalue().encode("utf-8-sig")


def to_xlsx(columns: Columns, lines: Sequence[Line]) -> bytes:
    """Two sheets: the table, and one row per student and exercise."""
    data = io.BytesIO()
    with Workbook(data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True})
        for name, rows in (("Gradebook", table(columns, lines)), ("Marks", details(columns, lines))):
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 1)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, _safe(row), None if number else bold)
    return data.getvalue()


def to_json(columns: Columns, lines: Sequence[Line]) -> bytes:
    exercises = [
        {"id": address(each), "points": float(each.points), "pass_mark": each.pass_mark} for each in columns.exercises
    ]
    by_hand = [{"id": address(each), "points": float(each.points), "visible": each.visible} for each in columns.by_hand]
    content = {
        "course": columns.course.slug,
        "exercises": exercises,
        "by_hand": by_hand,
        "students": [_student(columns, line) for line in lines],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


FORMATS = {
    "csv": Format("csv", "text/csv; charset=utf-8", to_csv),
    "xlsx": Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", to_xlsx),
    "json": Format("json", "application/json", to_json),
}


def address(row: Exercise | Column) -> str:
    """What heads its column."""
    return row.name if isinstance(row, Column) else f"{row.module.slug}/{row.slug}"


def table(columns: Columns, lines: Iterable[Line]) -> list[Row]:
    """Points; empty: no mark. The second row says of how many."""
    rows: list[Exercise | Column] = [*columns.exercises, *columns.by_hand]
    most: Row = ["", "", *(float(each.points) for each in rows), None, None]
    found: list[Row] = [[*FACTS, *map(address, rows), "total", "total of"], most]
    return found + [_line(columns, line) for line in lines]


def _line(columns: Columns, line: Line) -> Row:
    marks = [*(_points(line, each) for each in columns.exercises), *(_by_hand(line, each) for each in columns.by_hand)]
    return [*_facts(line), *marks, round(line.total.points, 2), round(line.total.of, 2)]


def _facts(line: Line) -> list[str]:
    user = line.enrolment.user
    return [user.get_username(), user.get_full_name()]


def _points(line: Line, exercise: Exercise) -> float | None:
    value = line.cell(exercise).value
    return None if value is None else round(value * float(exercise.points), 2)


def _by_hand(line: Line, column: Column) -> float | None:
    mark = line.by_hand.get(column.pk)
    return None if mark is None or mark.points is None else float(mark.points)


def details(columns: Columns, lines: Iterable[Line]) -> list[Row]:
    found: list[Row] = [[*DETAILS]]
    for line in lines:
        found += [list(_cell(line, exercise).values()) for exercise in columns.exercises]
    return found


def _cell(line: Line, exercise: Exercise) -> dict[str, Any]:
    """In the order of DETAILS."""
    cell = line.cell(exercise)
    return {
        "username": line.enrolment.user.get_username(),
        "exercise": address(exercise),
        "state": cell.state,
        "mark": cell.value,
        "points": _points(line, exercise),
        "late": cell.late,
        "human": cell.human,
        "shown": cell.shown,
        "attempts": cell.handed_in,
        "counts": not line.dropped(exercise),
    }


def _student(columns: Columns, line: Line) -> dict[str, Any]:
    username, name = _facts(line)
    marks = {address(each): _cell(line, each) for each in columns.exercises}
    for mark in marks.values():
        del mark["username"], mark["exercise"]
    by_hand = {address(each): _by_hand(line, each) for each in columns.by_hand}
    total = {"points": round(line.total.points, 2), "of": round(line.total.of, 2)}
    return {"username": username, "name": name, "total": total, "marks": marks, "by_hand": by_hand}


def _safe(row: Row) -> Row:
    return [plain(each) if isinstance(each, str) else each for each in row]
