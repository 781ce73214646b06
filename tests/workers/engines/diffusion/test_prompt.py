"""What the engine reads in a prompt, in both languages."""

import pytest

from workers.engines.diffusion.prompt import LONGEST_PROMPT, Wish, read
from workers.engines.diffusion.vocabulary import COLOURS

RED, BLUE, BLACK, WHITE = (COLOURS[name][0] for name in ("red", "blue", "black", "white"))


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("a red circle and a blue square on black background", "un cercle rouge et un carré bleu sur fond noir"),
        ("three small green triangles in the top left", "trois petits triangles verts en haut à gauche"),
        ("a large star above a house", "une grande étoile au-dessus d’une maison"),
        ("mountain, snow at sunset, two birds", "montagne enneigée au coucher de soleil, deux oiseaux"),
        ("starry sky over the city, black and white", "ciel étoilé sur la ville, noir et blanc"),
        ("a boat on the sea, dark blue background", "un bateau sur la mer, fond bleu foncé"),
    ],
)
def test_both_languages_say_the_same(english: str, french: str) -> None:
    wish = read(english)
    assert wish == read(french)
    assert not wish.empty
    assert not wish.unknown


def things(wish: Wish) -> list[tuple[str, list[tuple[int, int, int]], int]]:
    return [(thing.name, thing.colours, thing.count) for thing in wish.things]


def test_colours_go_to_their_nouns() -> None:
    assert things(read("red circle, blue square")) == [("circle", [RED], 1), ("square", [BLUE], 1)]
    assert things(read("cercle rouge, carré bleu")) == [("circle", [RED], 1), ("square", [BLUE], 1)]
    assert read("a red circle on white").background is None
    assert read("a red circle on a white background").background == WHITE
    assert read("un cercle rouge sur fond noir").background == BLACK


def test_counts_places_and_relations() -> None:
    wish = read("on the left two red circles, on the right a blue square")
    assert things(wish) == [("circle", [RED], 2), ("square", [BLUE], 1)]
    assert [thing.position for thing in wish.things] == [(0.22, 0.5), (0.78, 0.5)]
    assert read("a cat to the left of a house").relations == [(0, (-1, 0), 1)]


def test_emphasis_and_networks_are_read_over() -> None:
    assert read("(red circle:1.3), [square], <lora:x:0.5>") == read("red circle, square")


def test_what_is_no_prompt_is_empty() -> None:
    for prompt in ("", " ,.; ", "🜂🜁", "\x00", "((((:1.5"):
        assert read(prompt).empty, prompt


def test_a_prompt_of_a_hundred_kilobytes_is_read_to_a_limit() -> None:
    wish = read("red circle " * 10_000)
    assert len(wish.things) <= LONGEST_PROMPT
