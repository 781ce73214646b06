"""A table out of a file that somebody uploads: CSV in whatever shape spreadsheets write it, or XLSX. Pure.

XLSX (ECMA-376 part 1, section 18) is read as far as marks need it: the first sheet, its numbers and its texts. A cell
with a formula is not a mark: what a program once computed for it may be old, so it is told apart and never taken.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

from courses.texts import Text, both

Row = list[str]
LARGEST = 5_000_000  # bytes, packed
UNPACKED = 50_000_000  # bytes, of one part
ROWS, COLUMNS = 20_000, 400
FORMULA = "\x00formula"  # stands in a cell that holds one
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
PLACE = re.compile(r"([A-Z]{1,3})[0-9]+")


class Unreadable(Exception):
    """`text` says why, and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text["en"])
        self.text = text


def table(data: bytes) -> list[Row]:
    """Rows of texts, all equally long. Raises Unreadable."""
    if len(data) > LARGEST:
        raise Unreadable(both("The file is larger than 5 MB.", "Le fichier dépasse 5 Mo."))
    rows = list(_workbook(data)) if data[:4] == b"PK\x03\x04" else _csv(_text(data))
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if len(rows) > ROWS or max(map(len, rows), default=0) > COLUMNS:
        said = both(
            "The table has more than {rows} rows or {columns} columns.",
            "Le tableau a plus de {rows} lignes ou de {columns} colonnes.",
            rows=ROWS,
            columns=COLUMNS,
        )
        raise Unreadable(said)
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _text(data: bytes) -> str:
    """By its byte order mark; else UTF-8; else what Windows writes in the west of Europe."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _csv(text: str) -> list[Row]:
    if "\x00" in text:
        raise Unreadable(both("This is no CSV and no XLSX file.", "Ce n'est ni un fichier CSV ni un fichier XLSX."))
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        said = both("This is no CSV file: {why}.", "Ce n'est pas un fichier CSV : {why}.", why=str(error))
        raise Unreadable(said) from error
    return [[_cell(cell) for cell in row] for row in found]


def _delimiter(text: str) -> str:
    """What the first line is separated by most often, outside quotes."""
    first = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").split("\n", 1)[0])
    return max(",;\t", key=first.count)


def _cell(text: str) -> str:
    """Our own export puts an apostrophe before what could begin a formula: it is not part of the text."""
    text = text.strip()
    if text.startswith("="):
        return FORMULA
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _workbook(data: bytes) -> Iterator[Row]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            names = book.namelist()
            shared = list(_shared(book)) if "xl/sharedStrings.xml" in names else []
            yield from _rows(_part(book, _first_sheet(names)), shared)
    except (zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError, IndexError, RuntimeError) as error:
        said = both(
            "This workbook cannot be read. Save it as XLSX or CSV again.",
            "Ce classeur est illisible. Enregistrez-le de nouveau en XLSX ou CSV.",
        )
        raise Unreadable(said) from error


def _first_sheet(names: Sequence[str]) -> str:
    return min((name for name in names if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)), key=_number)


def _number(name: str) -> int:
    return int("".join(filter(str.isdigit, name)))


def _part(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    if book.getinfo(name).file_size > UNPACKED:
        raise ValueError("too large when unpacked")
    data = book.read(name)
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data:
        raise ValueError("a workbook declares no entities")
    return ElementTree.fromstring(data)  # noqa: S314  # without entities nothing can grow


def _shared(book: zipfile.ZipFile) -> Iterator[str]:
    for item in _part(book, "xl/sharedStrings.xml").iter(f"{MAIN}si"):
        yield "".join(each.text or "" for each in item.iter(f"{MAIN}t"))


def _rows(sheet: ElementTree.Element, shared: Sequence[str]) -> Iterator[Row]:
    for row in sheet.iter(f"{MAIN}row"):
        cells: Row = []
        for cell in row.iter(f"{MAIN}c"):
            place = _place(cell.get("r"), len(cells))
            if place >= COLUMNS:
                raise ValueError("too many columns")
            cells += [""] * (place + 1 - len(cells))
            cells[place] = _value(cell, shared)
        yield cells


def _place(name: str | None, otherwise: int) -> int:
    """Column of "B7": 1."""
    found = PLACE.fullmatch(name or "")
    if not found:
        return otherwise
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _value(cell: ElementTree.Element, shared: Sequence[str]) -> str:
    if cell.find(f"{MAIN}f") is not None:
        return FORMULA
    value = cell.findtext(f"{MAIN}v") or ""
    match cell.get("t"):
        case "s":
            return _cell(shared[int(value)])
        case "inlineStr":
            return _cell("".join(each.text or "" for each in cell.iter(f"{MAIN}t")))
        case "e":
            return "#"
    return value.strip()
