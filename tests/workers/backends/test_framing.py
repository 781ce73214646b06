import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.backends.framing import Events, Lines, LineTooLong


@given(st.binary(max_size=60).map(lambda data: data.replace(b"\r", b"")), st.integers(1, 7))
def test_lines_do_not_depend_on_packets(data: bytes, size: int) -> None:
    lines = Lines()
    found = [line for start in range(0, len(data), size) for line in lines.feed(data[start : start + size])]
    assert [*found, lines.rest()] == data.split(b"\n")


def test_other_separators_do_not_cut() -> None:
    assert list(Lines().feed("a\u2028b\x0cc\x85d\r\n".encode())) == ["a\u2028b\x0cc\x85d".encode()]


@pytest.mark.parametrize("data", [b"x" * 11, b"x" * 11 + b"\n"])
def test_long_line_is_refused(data: bytes) -> None:
    with pytest.raises(LineTooLong):
        list(Lines(longest=10).feed(data))


def test_many_short_lines_are_not_a_long_one() -> None:
    assert len(list(Lines(longest=10).feed(b"123456789\n" * 50))) == 50


def events_of(*lines: bytes) -> list[bytes | None]:
    events = Events()
    return [data for line in lines if (data := events.feed(line)) is not None] + [events.rest()]


def test_event_ends_at_a_blank_line() -> None:
    assert events_of(b"data: a", b"", b"data:b", b"") == [b"a", b"b", None]


def test_data_lines_are_joined() -> None:
    assert events_of(b"data: a", b"data:  b", b"") == [b"a\n b", None]


def test_comments_names_and_blank_lines_are_no_events() -> None:
    assert events_of(b": hi", b"event: x", b"id: 1", b"retry: 3", b"", b"", b"data") == [b""]


def test_unfinished_event_is_the_rest() -> None:
    assert events_of(b"data: a") == [b"a"]
