"""The gradebook as a file: CSV and XLSX with one row per student, JSON with everything in every cell."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter import Workbook

from courses.catalog.models import Course, Exercise
from courses.gradebook.cells import plain
from courses.gradebook.selectors import Line

Row = list[str | float | None]
FACTS = ["username", "name"]
DETAILS = ["username", "exercise", "state", "mark", "points", "late", "decided by a person", "shown", "handed in"]


@dataclass(frozen=True, slots=True)
class Format:
    suffix: str
    media_type: str
    write: Callable[[Course, Sequence[Exercise], Sequence[Line]], bytes]


def to_csv(course: Course, exercises: Sequence[Exercise], lines: Sequence[Line]) -> bytes:
    """UTF-8 with a byte order mark, without which Excel garbles every accent."""
    text = io.StringIO()
    csv.writer(text).writerows([_safe(row) for row in table(exercises, lines)])
    return text.getvalue().encode("utf-8-sig")


def to_xlsx(course: Course, exercises: Sequence[Exercise], lines: Sequence[Line]) -> bytes:
    """Two sheets: the table, and one row per student and exercise."""
    data = io.BytesIO()
    with Workbook(data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True})
        for name, rows in (("Gradebook", table(exercises, lines)), ("Marks", details(exercises, lines))):
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 1)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, _safe(row), None if number else bold)
    return data.getvalue()


def to_json(course: Course, exercises: Sequence[Exercise], lines: Sequence[Line]) -> bytes:
    content = {
        "course": course.slug,
        "exercises": [
            {"id": address(each), "points": float(each.points), "pass_mark": each.pass_mark} for each in exercises
        ],
        "students": [_student(exercises, line) for line in lines],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


FORMATS = {
    "csv": Format("csv", "text/csv; charset=utf-8", to_csv),
    "xlsx": Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", to_xlsx),
    "json": Format("json", "application/json", to_json),
}


def address(exercise: Exercise) -> str:
    return f"{exercise.module.slug}/{exercise.slug}"


def table(exercises: Sequence[Exercise], lines: Iterable[Line]) -> list[Row]:
    """Points; empty: no mark. The second row says of how many."""
    most: Row = ["", "", *(float(each.points) for each in exercises), sum(float(each.points) for each in exercises)]
    found: list[Row] = [[*FACTS, *map(address, exercises), "total"], most]
    return found + [_line(exercises, line) for line in lines]


def _line(exercises: Sequence[Exercise], line: Line) -> Row:
    return [*_facts(line), *(_points(line, each) for each in exercises), round(line.total.points, 2)]


def _facts(line: Line) -> list[str]:
    user = line.enrolment.user
    return [user.get_username(), user.get_full_name()]


def _points(line: Line, exercise: Exercise) -> float | None:
    value = line.cell(exercise).value
    return None if value is None else round(value * float(exercise.points), 2)


def details(exercises: Sequence[Exercise], lines: Iterable[Line]) -> list[Row]:
    found: list[Row] = [[*DETAILS]]
    for line in lines:
        found += [list(_cell(line, exercise).values()) for exercise in exercises]
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
    }


def _student(exercises: Sequence[Exercise], line: Line) -> dict[str, Any]:
    username, name = _facts(line)
    marks = {address(each): _cell(line, each) for each in exercises}
    for mark in marks.values():
        del mark["username"], mark["exercise"]
    total = {"points": round(line.total.points, 2), "of": line.total.of}
    return {"username": username, "name": name, "total": total, "marks": marks}


def _safe(row: Row) -> Row:
    return [plain(each) if isinstance(each, str) else each for each in row]
