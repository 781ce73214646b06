"""From a prompt to what it asks for. Pure; what it does not understand is listed, never guessed."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from workers.engines.diffusion import vocabulary as known
from workers.engines.diffusion.vocabulary import RGB

LONGEST_PROMPT = 4000  # characters that are read; no real model reads more
LONGEST_PHRASE = 5  # words
MANY = 0  # as a count: some number above one
_EMPHASIS = re.compile(r"<[^<>]{0,100}>|:\s*[+-]?\d+(?:\.\d+)?(?=\s*[)\]])|[()\[\]{}\\]")
_WORDS = re.compile(r"[a-z0-9]+|[,;.|\n]")


@dataclass
class Thing:
    """Something to draw `count` times."""

    name: str
    colours: list[RGB] = field(default_factory=list)
    size: float | None = None  # radius in shorter sides
    count: int = 1
    position: tuple[float, float] | None = None  # fractions of the width and the height


@dataclass
class Wish:
    """What a prompt asks for."""

    things: list[Thing] = field(default_factory=list)
    scenes: list[str] = field(default_factory=list)
    scene_colour: RGB | None = None
    background: RGB | None = None
    styles: set[str] = field(default_factory=set)
    relations: list[tuple[int, tuple[int, int], int]] = field(default_factory=list)  # indices of things
    unknown: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.things or self.scenes or self.background or self.styles)


@dataclass(frozen=True)
class Concept:
    sort: str  # thing, scene, background, colour, size, count, position, relation, style, silent, break, unknown
    value: Any = None
    plural: bool = False


def read(prompt: str) -> Wish:
    """Read a prompt in English, French or a mixture of both."""
    return _Reader().read(prompt[:LONGEST_PROMPT])


def words(prompt: str) -> list[str]:
    """Words and marks in the form in which the vocabulary is written."""
    plain = unicodedata.normalize("NFKD", prompt.casefold().replace("œ", "oe"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _WORDS.findall(_EMPHASIS.sub(" ", plain))


class _Reader:
    """Attributes before a noun belong to it; those that no noun follows belong to the noun before them."""

    def __init__(self) -> None:
        self.wish = Wish()
        self.before: dict[str, Any] = {}  # attributes that wait for a noun
        self.noun: Thing | str | None = None  # the last one of this clause: a thing, "scene" or "background"
        self.relation: tuple[int, tuple[int, int]] | None = None

    def read(self, prompt: str) -> Wish:
        concepts = list(_concepts(words(prompt), self.wish.unknown))
        for place, concept in enumerate(concepts):
            act = getattr(self, f"_{concept.sort}", None)
            if act is not None:
                act(concept, _noun_follows(concepts, place))
        return self.wish

    def _thing(self, concept: Concept, _: bool) -> None:
        count = self.before.pop("count", None)
        thing = Thing(
            concept.value, self.before.pop("colours", []), self.before.pop("size", None),
            count if count is not None else MANY if concept.plural else 1, self.before.pop("position", None),
        )  # fmt: skip
        self.wish.things.append(thing)
        self.noun = thing
        if self.relation is not None:
            self.wish.relations.append((*self.relation, len(self.wish.things) - 1))
            self.relation = None

    def _scene(self, concept: Concept, _: bool) -> None:
        if concept.value not in self.wish.scenes:
            self.wish.scenes.append(concept.value)
        self.noun = "scene"
        for colour in self.before.pop("colours", []):
            self.wish.scene_colour = colour
        self.before.clear()

    def _background(self, concept: Concept, _: bool) -> None:
        self.noun = "background"
        for colour in self.before.pop("colours", []):
            self.wish.background = colour
        self.before.clear()

    def _colour(self, concept: Concept, follows: bool) -> None:
        if follows or self.noun is None:
            self.before.setdefault("colours", []).append(concept.value)
        elif self.noun == "background":
            self.wish.background = concept.value
        elif isinstance(self.noun, Thing):
            self.noun.colours.append(concept.value)
        else:
            self.wish.scene_colour = concept.value

    def _size(self, concept: Concept, follows: bool) -> None:
        if isinstance(self.noun, Thing) and not follows:
            self.noun.size = concept.value
        else:
            self.before["size"] = concept.value

    def _count(self, concept: Concept, _: bool) -> None:
        self.before["count"] = concept.value

    def _position(self, concept: Concept, follows: bool) -> None:
        if isinstance(self.noun, Thing) and self.noun.position is None:
            self.noun.position = concept.value
        else:
            self.before["position"] = concept.value

    def _relation(self, concept: Concept, _: bool) -> None:
        if self.wish.things:
            self.relation = (len(self.wish.things) - 1, concept.value)

    def _style(self, concept: Concept, _: bool) -> None:
        self.wish.styles.add(concept.value)

    def _break(self, _concept: Concept, _: bool) -> None:
        self.noun = None


def _concepts(tokens: list[str], unknown: list[str]) -> Iterator[Concept]:
    place = 0
    while place < len(tokens):
        for length in range(min(LONGEST_PHRASE, len(tokens) - place), 0, -1):
            concept = _phrases().get(" ".join(tokens[place : place + length]))
            if concept is not None:
                yield concept
                break
        else:
            length = 1
            if tokens[place] in ",;.|\n":
                yield Concept("break")
            elif tokens[place] not in unknown:
                unknown.append(tokens[place])
        place += length


def _noun_follows(concepts: list[Concept], place: int) -> bool:
    for concept in concepts[place + 1 :]:
        if concept.sort not in ("colour", "size"):
            return concept.sort in ("thing", "scene", "background")
    return False


@cache
def _phrases() -> dict[str, Concept]:
    """Every known phrase; what is added first wins."""
    found: dict[str, Concept] = {}

    def add(phrases: str, sort: str, value: Any = None, *, plurals: bool = False) -> None:
        for phrase in phrases.split("/"):
            found.setdefault(phrase, Concept(sort, value))
            if plurals:
                for ending in ("s", "es", "x"):
                    found.setdefault(phrase + ending, Concept(sort, value, plural=sort == "thing"))

    for style, phrases in known.STYLES.items():
        add("/".join(phrase for phrase in phrases.split("/") if " " in phrase), "style", style)
    for step, phrases in known.RELATIONS.items():
        add(phrases, "relation", step)
    for place, phrases in known.POSITIONS.items():
        add(phrases, "position", place)
    for radius, phrases in known.SIZES.values():
        add(phrases, "size", radius)
    for number, phrases in known.COUNTS.items():
        add(phrases, "count", number)
    add(known.MANY, "count", MANY)
    for rgb, phrases in known.COLOURS.values():
        add(phrases, "colour", rgb, plurals=True)
        for phrase in phrases.split("/"):
            for shades, shade in ((known.LIGHT, _lighter(rgb)), (known.DARK, _darker(rgb))):
                add("/".join(f"{word} {phrase}/{phrase} {word}" for word in shades), "colour", shade)
    for name, (_, phrases) in known.THINGS.items():
        add(phrases, "thing", name, plurals=True)
    for name, phrases in known.SCENES.items():
        add(phrases, "scene", name, plurals=True)
    add(known.BACKGROUND, "background", plurals=True)
    for style, phrases in known.STYLES.items():
        add(phrases, "style", style, plurals=True)
    add(known.BREAKS, "break")
    add(known.SILENT, "silent")
    return found


def _lighter(rgb: RGB) -> RGB:
    red, green, blue = (round(part + (255 - part) * 0.5) for part in rgb)
    return red, green, blue


def _darker(rgb: RGB) -> RGB:
    red, green, blue = (round(part * 0.55) for part in rgb)
    return red, green, blue
