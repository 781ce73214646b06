"""Calls, what was expected, and what a comparison says. Pure.

Records that are made for every argument are not frozen: that alone would take a fifth of the grader's time. Nothing
changes them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from courses.grading.calls import sentences
from courses.grading.calls.errors import pointer
from courses.texts import Text

JSON = Any
Order = Literal["any", "subsequence", "exact"]
ABOUT_NAMES = frozenset({"wrong_function", "unknown_function", "no_name", "arguments_text", "arguments_no_object"})
CALLS_LIMIT = 64  # of one answer; more are never honest, and matching takes the cube of it


@dataclass(frozen=True, slots=True)
class Function:
    """A definition: `parameters` is a JSON Schema of an object (or the leaderboard's form of it)."""

    name: str
    parameters: Mapping[str, JSON] = field(default_factory=dict)
    description: str = ""

    @property
    def properties(self) -> Mapping[str, JSON]:
        found = self.parameters.get("properties")
        if not isinstance(found, dict):
            return {}
        shared = {key: self.parameters[key] for key in ("$defs", "definitions") if key in self.parameters}
        if not shared:
            return found
        # An argument is checked by itself, but may refer to what the definition says once for all.
        return {name: {**schema, **shared} if isinstance(schema, dict) else schema for name, schema in found.items()}

    @property
    def required(self) -> Sequence[str]:
        found = self.parameters.get("required")
        return [name for name in found if isinstance(name, str)] if isinstance(found, list) else ()


@dataclass(slots=True)
class Call:
    """`problem` says why there are no arguments that could be looked at."""

    name: str
    arguments: Mapping[str, JSON] = field(default_factory=dict)
    problem: str = ""  # "arguments_text", "arguments_no_object", "no_name"


class Compare(Protocol):
    """How one argument is compared."""

    @property
    def shown(self) -> JSON:
        """What was expected, for the reader."""

    @property
    def words(self) -> Text | None:
        """The same in words, where a value alone says too little."""

    @property
    def free(self) -> bool:
        """Will anything do, also what the definition does not allow?"""

    def score(self, got: JSON) -> float:
        """What was given → 0..1."""


@dataclass(slots=True)
class Comparison:
    """A `Compare` made of a function."""

    score: Callable[[JSON], float]
    shown: JSON
    words: Text | None = None
    free: bool = False


@dataclass(slots=True)
class Wanted:
    """An expected call."""

    name: str
    arguments: Mapping[str, Compare]
    optional: frozenset[str] = frozenset()  # may be left out
    weights: Mapping[str, float] = field(default_factory=dict)  # of arguments; 1 where nothing is said


@dataclass(frozen=True, slots=True)
class Policy:
    order: Order = "any"
    missing_required: Literal["zero", "partial"] = "zero"  # what a call is worth that lacks a required argument
    defaults_equivalent: bool = True  # leaving out an argument is the same as passing its declared default
    whole_floats: bool = False  # is 2.0 fine where the definition says integer?


@dataclass(slots=True)
class Verdict:
    """What is to be said of one argument, or of a call as a whole."""

    place: int | None  # of the call; None: it is missing
    step: str  # what is spoken of: the name of an argument, or "" for the call as a whole, "name" for its name
    code: str  # "ok" or a key of `sentences.SENTENCES`
    score: float
    weight: float = 1.0
    got: JSON = None
    expected: JSON = None
    words: Text | None = None

    @property
    def path(self) -> str:
        """JSON pointer into the list of calls: "/0/arguments/city"; of a missing call: "/-"."""
        if self.place is None:
            return "/-"
        if self.step == "" or self.code in ABOUT_NAMES:
            return f"/{self.place}/{self.step}".rstrip("/")
        return pointer(f"/{self.place}/arguments", self.step)

    @property
    def is_fault(self) -> bool:
        return self.score < 1.0

    @property
    def text(self) -> Text:
        return {"en": sentences.say(self, "en"), "fr": sentences.say(self, "fr")}


@dataclass(slots=True)
class Pair:
    """An expected call and the given one that stands for it."""

    wanted: int | None  # index; None: a call that nobody expected
    given: int | None  # index; None: missing
    name: str
    score: float
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Report:
    score: float  # 0..1
    pairs: tuple[Pair, ...]

    @property
    def valid(self) -> bool:
        return not self.faults

    @property
    def faults(self) -> list[Verdict]:
        return [verdict for pair in self.pairs for verdict in pair.verdicts if verdict.is_fault]
