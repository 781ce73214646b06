"""Work is shared out by section, evenly, and never to its own author."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from courses.review.shares import Piece, Reader, share_out

SECTIONS = st.frozensets(st.integers(1, 3), max_size=2)
PIECES = st.lists(st.tuples(st.integers(1, 9), SECTIONS), max_size=40).map(
    lambda rows: [Piece(number, student, sections) for number, (student, sections) in enumerate(rows)]
)
READERS = st.lists(
    st.builds(Reader, st.integers(1, 12), SECTIONS, st.integers(0, 5)), max_size=5, unique_by=lambda each: each.id
)


@given(pieces=PIECES, readers=READERS)
def test_whatever_can_be_read_is_read_by_who_may(pieces: list[Piece[int]], readers: list[Reader]) -> None:
    shares = share_out(pieces, readers)

    by_id = {reader.id: reader for reader in readers}
    for piece in pieces:
        others = [reader for reader in readers if reader.id != piece.student]
        own = [reader for reader in others if reader.sections & piece.sections]
        assert (piece.id in shares) == bool(others)
        if piece.id in shares:
            reader = by_id[shares[piece.id]]
            assert reader.id != piece.student
            assert not own or reader in own


@given(pieces=PIECES, readers=READERS)
def test_same_input_gives_the_same_shares(pieces: list[Piece[int]], readers: list[Reader]) -> None:
    assert share_out(pieces, readers) == share_out(pieces, readers[::-1])


@given(count=st.integers(0, 60), loads=st.lists(st.integers(0, 9), min_size=1, max_size=6))
def test_loads_become_even(count: int, loads: list[int]) -> None:
    readers = [Reader(number, load=load) for number, load in enumerate(loads, start=1000)]
    given_out = Counter(share_out([Piece(number, 1) for number in range(count)], readers).values())

    after = {reader.id: reader.load + given_out[reader.id] for reader in readers}
    assert sum(given_out.values()) == count
    assert all(after[pk] - 1 <= min(after.values()) for pk in given_out)  # nobody got more while another had less


def test_graders_without_a_section_level_what_sections_left_uneven() -> None:
    pieces = [Piece(number, 1, frozenset({1})) for number in range(4)] + [Piece(number, 2) for number in range(4, 8)]

    shares = share_out(pieces, [Reader(10, frozenset({1})), Reader(20)])

    assert [shares[number] for number in range(8)] == [10, 10, 10, 10, 20, 20, 20, 20]
