"""Tables as spreadsheets write them, and files that are none."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter import Workbook

from courses.gradebook.sheets import FORMULA, Unreadable, table

WANTED = [["username", "Exposé"], ["zoé", "7,5"]]


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_in_every_coat(coding: str, delimiter: str, end: str) -> None:
    text = end.join(delimiter.join(row) for row in WANTED) + end

    assert table(text.encode(coding)) == WANTED


def test_comma_inside_quotes_separates_nothing() -> None:
    assert table(b'username,"Essay; one, two"\nsam,"7,5"\n') == [["username", "Essay; one, two"], ["sam", "7,5"]]


def test_formula_is_told_apart_and_our_own_apostrophe_is_taken_off() -> None:
    assert table(b"username,Oral\n'=sam,=1+1\n") == [["username", "Oral"], ["=sam", FORMULA]]


def workbook(*rows: list[object]) -> bytes:
    data = io.BytesIO()
    with Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return data.getvalue()


def test_workbook_with_numbers_texts_gaps_and_formulas() -> None:
    data = workbook(["username", "Oral", "Poster", "Essay"], ["zoé", 7.5, None, "=1+1"], ["sam", "8", 0, 3])

    assert table(data) == [["username", "Oral", "Poster", "Essay"], ["zoé", "7.5", "", FORMULA], ["sam", "8", "0", "3"]]


def bomb() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as book:
        book.writestr("xl/worksheets/sheet1.xml", '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>')
    return data.getvalue()


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04 no zip", bomb(), b"a\x00b", b"x" * 5_000_001, b"a,b\n" * 20_001, b"," * 500 + b"a"]
)
def test_file_that_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        table(data)

    assert set(refused.value.text) == {"en", "fr"}


@given(data=st.binary(max_size=300) | st.binary(max_size=200).map(lambda rest: b"PK\x03\x04" + rest))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        rows = table(data)
    except Unreadable:
        return
    assert len({len(row) for row in rows}) <= 1
