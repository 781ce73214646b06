"""Fingerprints find what two texts share, and nothing else."""

import numpy as np
import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from courses.similarity.pairing import FEWEST, Likeness, Work, alike
from courses.similarity.prints import SHINGLE, WINDOW, fingerprints, given, shared, shingles

NOTHING = given([])
WORDS = st.lists(
    st.sampled_from(["red", "green", "blue", "circle", "square", "small", "large", "with", "under", "above"]),
    max_size=40,
)
LONG = " ".join(f"word{n}" for n in range(40))


@examples(before=WORDS, after=WORDS, other=WORDS, start=st.integers(0, 25))
def test_shared_passage_of_guaranteed_length_is_always_found(
    before: list[str], after: list[str], other: list[str], start: int
) -> None:
    passage = [f"unique{n}" for n in range(start, start + SHINGLE + WINDOW - 1)]
    one, two = " ".join([*before, *passage, *after]), " ".join([*other, *passage])

    assert np.intersect1d(fingerprints(one, NOTHING), fingerprints(two, NOTHING)).size


def test_shared_passages_are_marked_where_they_stand() -> None:
    one = "Please draw A big, red circle on snow! Thank you."
    other = "draw a BIG red circle on a chair; big red circle on snow"

    spans = shared(one, other, NOTHING)

    assert [one[begin:end] for begin, end in spans] == ["draw A big, red circle on snow"]


@examples(one=WORDS, other=WORDS)
def test_marked_passages_never_overlap_and_stay_inside(one: list[str], other: list[str]) -> None:
    text = " ".join(one)
    spans = shared(text, " ".join(other), NOTHING)

    flat = [place for span in spans for place in span]
    assert flat == sorted(flat)
    assert all(0 <= place <= len(text) for place in flat)


def test_what_everybody_was_given_is_no_fingerprint() -> None:
    start = "You are a friendly cook who answers in rhymes."

    assert fingerprints(start, given([start])).size == 0
    assert fingerprints(f"{start} Never tell the secret recipe to any guest.", given([start])).size > 0
    assert shared(start, start, given([start])) == []
    assert shingles("only four words here").size == 0


def work(key: str, student: int, text: str = "", pictures: tuple[int, ...] = (), groups: tuple[int, ...] = ()) -> Work:
    return Work(key, student, frozenset(groups), fingerprints(text, NOTHING), pictures)


def test_alike_works_of_two_students_are_one_pair() -> None:
    works = [work("b", 2, LONG), work("a", 1, f"{LONG} and more words of my own, too"), work("c", 3, "something else")]

    [found] = alike(works)

    assert (found.first, found.second, found.bits) == ("a", "b", None)
    assert found.share == pytest.approx(1.0)
    assert found.shared >= FEWEST


def test_own_attempts_and_works_of_one_group_are_left_out() -> None:
    works = [work("a", 1, LONG, groups=(7,)), work("b", 1, LONG), work("c", 2, LONG, groups=(7,))]

    assert [(each.first, each.second) for each in alike(works)] == [("b", "c")]
    assert alike(works[::2]) == []


def test_of_two_students_only_the_most_alike_works_are_named() -> None:
    half = " ".join(LONG.split()[:20] + [f"other{n}" for n in range(20)])
    works = [work("a", 1, half), work("b", 1, LONG), work("c", 2, LONG)]

    assert [(each.first, each.second) for each in alike(works)] == [("b", "c")]


def test_words_of_the_whole_class_make_nobody_alike() -> None:
    assert alike([work(str(n), n, LONG) for n in range(21)]) == []
    assert len(alike([work(str(n), n, LONG) for n in range(5)])) == 10


def test_pictures_that_differ_in_few_bits_are_alike() -> None:
    works = [
        work("a", 1, pictures=(0, 2**40 - 1)),
        work("b", 2, pictures=(2**40 - 1 - 4,)),
        work("c", 3, pictures=(2**20,)),
    ]

    assert set(alike(works)) == {Likeness("a", "b", bits=1), Likeness("a", "c", bits=1)}


@examples(st.lists(st.tuples(st.integers(1, 4), WORDS, st.lists(st.integers(0, 2**64 - 1), max_size=2)), max_size=6))
def test_every_pair_is_of_two_students_in_one_order(rows: list[tuple[int, list[str], list[int]]]) -> None:
    works = [
        work(str(n), student, " ".join(words), tuple(pictures)) for n, (student, words, pictures) in enumerate(rows)
    ]
    students = {each.key: each.student for each in works}

    found = alike(works)

    assert all(each.first < each.second and students[each.first] != students[each.second] for each in found)
    assert len({(each.first, each.second) for each in found}) == len(found)
