"""What authors write: the files of a course folder. Pure. Unknown keys are errors.

course.yml                         CourseFile
01-first-steps/module.yml          ModuleFile
01-first-steps/01-tokens.en.md     a lesson, LessonFront above the text, one file per language
01-first-steps/exercises/json.yml  ExerciseFile
"""

import itertools
import zoneinfo
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from courses.catalog.dates import PATTERN, Calendar, is_rule
from courses.catalog.late import LatePolicy
from courses.texts import Text

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]


Host = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", max_length=253)]


def _known_zone(name: str) -> str:
    if name not in zoneinfo.available_timezones():
        raise ValueError("there is no time zone of this name; write it like Europe/Paris")
    return name


TimeZone = Annotated[str, AfterValidator(_known_zone)]


class AuthorFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CertificateRule(AuthorFile):
    """Who completes the course may have a certificate."""

    passed: float = Field(1.0, gt=0, le=1)  # share of the exercises that must be passed; those without points are free
    issuer: str = Field("", max_length=120)  # the institution that stands on it; empty: the name of this site


class ReviewRules(AuthorFile):
    """How graders work in this course."""

    blind: bool = False  # who looks at work does not see whose it is
    audit: float = Field(0, ge=0, le=1)  # share of the marks shown without a review that is drawn for one
    boundary: float = Field(0, ge=0, le=1)  # marks within this distance of the pass mark are looked at
    requests: int = Field(0, ge=0, le=366)  # days after the release in which a student may object; 0: not offered
    second_reading: float = Field(0, ge=0, le=1)  # share of the decisions that another grader reads, too
    second_reading_limit: float = Field(0.2, ge=0, le=1)  # readings that differ by more go to the instructor
    training: bool = False  # graders mark reference answers first
    training_pieces: int = Field(3, ge=0, le=50)  # so many of them within the tolerance; 0: every one
    training_tolerance: float = Field(0.15, ge=0, le=1)  # mean distance of the criteria's scores from the right ones


Alias = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]


class PlaygroundRules(AuthorFile):
    """Free play with models, outside any exercise and within the allowance of the course."""

    enabled: bool = True
    aliases: list[Alias] = Field([], max_length=20)  # which model aliases may be tried; empty: those of its exercises


class ModuleMarks(AuthorFile):
    """What the marks of a module, or of the columns marked by hand, are worth together."""

    weight: float | None = Field(None, ge=0, le=1000)  # its part of the total; null: as much as its points
    drop_lowest: int = Field(0, ge=0, le=50)  # so many do not count, chosen to the student's best; one always counts


class GradebookRules(AuthorFile):
    """How the total of a student is made."""

    modules: dict[Slug, ModuleMarks] = {}
    by_hand: ModuleMarks = ModuleMarks()


class CourseFile(AuthorFile):
    title: Text
    summary: Text | None = None
    published: bool = True
    starts_on: date | None = None  # what `week 3 friday 23:59` counts from
    time_zone: TimeZone = "UTC"
    certificate: CertificateRule | None = None  # null: the course gives none
    review: ReviewRules = ReviewRules()
    playground: PlaygroundRules = PlaygroundRules()
    local_only: bool = False  # none of its work leaves for a server that is not on our own premises
    gradebook: GradebookRules = GradebookRules()
    image_hosts: list[Host] = []  # from where lessons may show images beside their own; the student's browser asks them


class ModuleFile(AuthorFile):
    title: Text
    summary: Text | None = None
    exercises: list[Slug] = []  # their order; every file of `exercises/` must be named


class LessonFront(AuthorFile):
    title: str = Field(min_length=1, max_length=200)


Share = Annotated[float, Field(ge=0, le=1)]


class Reference(AuthorFile):
    """Work whose mark is known: the course is tested with it, no model needed.

    `work` is what a student and a model are imagined to have done; the kind's own `reference` model checks it.
    """

    name: str = Field(min_length=1, max_length=80)
    work: dict[str, Any]
    score: tuple[Share, Share] | None  # from, to; null: the mark must be withheld
    model_score: tuple[Share, Share] | None = None  # the same with a model's own answers: `check_courses --run`

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for name, given in (("score", self.score), ("model_score", self.model_score)):
            if given and given[0] > given[1]:
                raise ValueError(f"`{name}` is [from, to]: the first number must not be above the second")
        return self


def _resolved(value: object, info: ValidationInfo) -> object:
    """`week 3 friday 23:59` in the course's own calendar, which the reader of the folder hands over."""
    if not is_rule(value):
        return value
    return ((info.context or {}).get("calendar") or Calendar()).resolve(str(value))


Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_resolved),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "format": "date-time", "pattern": r"^\d{4}-"},
                {"type": "string", "pattern": PATTERN},
            ]
        }
    ),
]


class ExerciseFile(AuthorFile):
    title: Text
    kind: str
    statement: Text
    points: Decimal = Field(Decimal(10), ge=0, le=9999, decimal_places=2)
    pass_mark: float = Field(0.5, ge=0, le=1)
    attempt_limit: int | None = Field(None, ge=1, le=1000)
    release: Literal["at_once", "after_review"] = "at_once"
    opens_at: Moment | None = None
    due_at: Moment | None = None
    closes_at: Moment | None = None
    archived: bool = False  # attempts stay readable, new ones are refused
    position: int | None = Field(None, ge=0, le=9999)  # among the module's lessons; else its place in module.yml
    late: LatePolicy | None = None  # what late work is worth; null: as much as any
    prefill: dict[str, Any] = {}  # what the fields of the first run hold: names of the kind's `run` model
    spec: dict[str, Any] = {}  # the kind's own model checks it
    rubric: dict[str, Any] | None = None  # courses.grading.rubric.Rubric checks it; null: the kind's default
    references: list[Reference] = []

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        dates: list[tuple[str, datetime | None]] = [
            ("opens_at", self.opens_at),
            ("due_at", self.due_at),
            ("closes_at", self.closes_at),
        ]
        given = [(name, date) for name, date in dates if date is not None]
        for (before, early), (after, late) in itertools.pairwise(given):
            if late <= early:
                raise ValueError(f"`{after}` must come after `{before}`")
        return self


DATES = ("opens_at", "due_at", "closes_at")  # fields that may be written relative to the course's start
