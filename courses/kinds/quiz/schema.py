"""The questions of a quiz, an answer to them, and how an author writes one down. Pure."""

import hashlib
import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

import re2
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from courses.texts import Text

WORDS_LIMIT = 500  # characters of a text that a student types
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Credit = Annotated[float, Field(ge=0, le=1)]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Option(Frozen):
    text: Text
    right: bool = False
    credit: Credit | None = None  # of a `single` question: what this choice is worth; right ones 1, others 0
    feedback: Text | None = None  # read by whoever chose it


class Question(Frozen):
    id: Id
    text: Text  # Markdown
    title: Text | None = None  # its name in the rubric; without one: Question 1, Question 2, …
    points: float = Field(1, gt=0, le=100)  # its weight in the quiz
    partial: bool = True  # does half an answer give half the mark?
    explain: Text | None = None  # Markdown; read by everybody after marking


class _Choice(Question):
    options: list[Option] = Field(min_length=2, max_length=20)
    shuffle: bool = True

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        _check_distinct([option.text for option in self.options], "options")
        return self


class Single(_Choice):
    """One option is right (or several, of which one is chosen)."""

    type: Literal["single"]

    @model_validator(mode="after")
    def _solvable(self) -> Self:
        if not any(worth(option) == 1 for option in self.options):
            raise ValueError("no option is `right`")
        return self


class Multiple(_Choice):
    """Every right option and no other is to be chosen."""

    type: Literal["multiple"]

    @model_validator(mode="after")
    def _solvable(self) -> Self:
        if not any(option.right for option in self.options):
            raise ValueError("no option is `right`")
        if any(option.credit is not None for option in self.options):
            raise ValueError("`credit` belongs to options of a `single` question; here each choice counts the same")
        return self


class Mistake(Frozen):
    value: float
    credit: Credit = 0.0
    feedback: Text


class Number(Question):
    type: Literal["number"]
    answer: float = Field(allow_inf_nan=False)
    tolerance: float = Field(0, ge=0, allow_inf_nan=False)  # absolute, in the unit
    relative: float = Field(0, ge=0, le=1)  # a share of the answer; the larger of the two counts
    unit: str = Field("", max_length=20)
    units: dict[str, Annotated[float, Field(gt=0, allow_inf_nan=False)]] = {}  # other units: name → how many `unit`
    unit_required: bool = False  # must the student write the unit? Else it stands beside the field.
    mistakes: list[Mistake] = Field([], max_length=20)  # known wrong values, with what to tell

    @model_validator(mode="after")
    def _units(self) -> Self:
        if (self.units or self.unit_required) and not self.unit:
            raise ValueError("`units` and `unit_required` need a `unit`")
        return self


class Comparator(Frozen):
    """One of `equals`, `contains`, `regex`, `close`; the first that fits decides. Credit 0: a known mistake."""

    equals: list[str] | str | None = None  # surrounding space and punctuation aside
    contains: list[str] | str | None = None  # all of these, as whole words
    regex: str | None = None  # RE2; the whole text
    close: str | None = None  # up to `distance` typing mistakes
    distance: int = Field(1, ge=1, le=3)
    credit: Credit = 1.0
    feedback: Text | None = None

    @field_validator("regex")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        if pattern is not None:
            compiled(pattern)
        return pattern

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [name for name in ("equals", "contains", "regex", "close") if getattr(self, name)]
        if len(given) != 1:
            raise ValueError("write exactly one of `equals`, `contains`, `regex`, `close`")
        return self


class Words(Question):
    type: Literal["text"]
    answers: list[str | Comparator] = Field(min_length=1, max_length=30)  # a bare text stands for `equals`
    case: bool = False  # do capital letters matter?
    accents: bool = False  # is é another letter than e?

    @model_validator(mode="after")
    def _solvable(self) -> Self:
        if not any(isinstance(each, str) or each.credit == 1 for each in self.answers):
            raise ValueError("no answer gives full credit")
        return self


class Order(Question):
    type: Literal["order"]
    items: list[Text] = Field(min_length=2, max_length=12)  # in the right order

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        _check_distinct(self.items, "items")
        return self


class Pair(Frozen):
    left: Text
    right: Text


class Match(Question):
    type: Literal["match"]
    pairs: list[Pair] = Field(min_length=2, max_length=12)
    others: list[Text] = Field([], max_length=12)  # right sides that belong to nothing

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        _check_distinct([pair.left for pair in self.pairs], "left sides")
        shared = {key_of(pair.right) for pair in self.pairs} & {key_of(text) for text in self.others}
        if shared:
            raise ValueError("`others` repeats a right side of `pairs`")
        return self


AnyQuestion = Annotated[Single | Multiple | Number | Words | Order | Match, Field(discriminator="type")]


class QuizSpec(Frozen):
    questions: list[AnyQuestion] = Field(min_length=1, max_length=60)
    """`{id, type, text, …}`; types: `single`, `multiple`, `number`, `text`, `order`, `match`."""
    shuffle: bool = False
    """Does every attempt have the questions in its own order? Options are shuffled anyway."""
    solutions: bool = False
    """After marking, show the right answers beside the student's own."""

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        ids = [question.id for question in self.questions]
        twice = next((name for name in ids if ids.count(name) > 1), None)
        if twice:
            raise ValueError(f"two questions have the id {twice!r}")
        return self


Short = Annotated[str, Field(max_length=WORDS_LIMIT)]
Given = Short | Annotated[list[Short], Field(max_length=20)] | Annotated[dict[Short, Short], Field(max_length=20)]


class QuizAnswer(Frozen):
    """Question id → what was given. `single`: the key of an option; `multiple`: a list of keys; `number`, `text`: what
    was typed; `order`: item key → place from "1"; `match`: key of the left side → key of the right side."""

    answers: Annotated[dict[Id, Given], Field(max_length=60)] = {}


class QuizReference(Frozen):
    """An answer that an author made up. Options, items and sides are named by their text, in either language."""

    base: Literal["none", "right"] = "none"
    """`right`: everything that `answers` does not name is answered right."""
    answers: dict[Id, str | float | list[str] | dict[str, str]] = {}
    """`order`: the items from first to last; `match`: left → right."""


def key_of(text: Text) -> str:
    """How an answer names an option: by what it says, so that the order of the author gives nothing away."""
    canonical = json.dumps(dict(text), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:10]


def worth(option: Option) -> float:
    return option.credit if option.credit is not None else float(option.right)


def compiled(pattern: str) -> re2._Regexp:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 8 << 20  # bytes
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        said: Any = error.args[0] if error.args else "not a pattern"
        raise ValueError(said.decode() if isinstance(said, bytes) else str(said)) from error


def _check_distinct(texts: Sequence[Text], what: str) -> None:
    if len({key_of(text) for text in texts}) < len(texts):
        raise ValueError(f"two {what} say the same")
