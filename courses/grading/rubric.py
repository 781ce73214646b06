"""A rubric as an author writes it: criteria and groups with weights, gates and visibility. Pure.

items:
  - id: keys                    unique in the rubric; the ledger names findings by it
    title: {en: …, fr: …}
    criterion: json_schema      a file of `criteria/`; or `group: all|any|n_of|best_of|mean|min` with `items`
    params: {…}                 checked by the criterion's own model
    weight: 2                   0 informs and counts nothing
    gate: {cap: 0.4}            when its score is under `below` (0.5), the whole mark is at most `cap`
    visibility: public          public, category (status and points only), hidden (not even its name)
    hint: {en: …, fr: …}        the author's own words for whoever did not get all of it
"""

import hashlib
import json
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    SerializeAsAny,
    Tag,
    ValidationInfo,
    field_validator,
    model_validator,
)

from courses.grading.registry import all_criteria
from courses.texts import Text

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class Visibility(StrEnum):
    PUBLIC = "public"
    CATEGORY = "category"
    HIDDEN = "hidden"


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Gate(Frozen):
    cap: float = Field(0.0, ge=0, le=1)
    below: float = Field(0.5, gt=0, le=1)


class Item(Frozen):
    id: Id
    title: Text
    weight: float = Field(1.0, ge=0, le=1000, allow_inf_nan=False)
    gate: Gate | None = None
    visibility: Visibility = Visibility.PUBLIC
    hint: Text | None = None


class CriterionItem(Item):
    criterion: str
    params: SerializeAsAny[BaseModel] = Field(default_factory=dict, validate_default=True)  # a model by then

    @field_validator("criterion")
    @classmethod
    def _known(cls, slug: str) -> str:
        if slug not in all_criteria():
            raise ValueError(f"unknown criterion {slug!r}; known: {', '.join(all_criteria())}")
        return slug

    @field_validator("params", mode="before")
    @classmethod
    def _parse(cls, params: object, info: ValidationInfo) -> BaseModel:
        criterion = all_criteria().get(info.data.get("criterion", ""))
        model: type[BaseModel] = criterion.params if criterion else _Anything
        return model.model_validate(params.model_dump() if isinstance(params, BaseModel) else params)


class _Anything(BaseModel):
    """Parameters of a criterion that does not exist: the error about its name is enough."""


class GroupItem(Item):
    """`all`, `any`: every / at least one member in full; `n_of`: full at `n` members, else in proportion;
    `best_of`, `min`: the highest / lowest score; `mean`: by the members' weights."""

    group: Literal["all", "any", "n_of", "best_of", "mean", "min"]
    n: int | None = Field(None, ge=1)
    items: list[CriterionItem] = Field(min_length=1)

    @model_validator(mode="after")
    def _n_fits(self) -> Self:
        if (self.group == "n_of") != (self.n is not None):
            raise ValueError("`n` belongs to a group `n_of`, and only there")
        if self.n is not None and self.n > len(self.items):
            raise ValueError(f"`n` is {self.n}, but the group has {len(self.items)} items")
        if self.group == "mean" and not any(item.weight > 0 for item in self.items):
            raise ValueError("a group `mean` needs a member with a weight above 0")
        return self


def _tag(item: object) -> str:
    grouped = "group" in item if isinstance(item, dict) else isinstance(item, GroupItem)
    return "(group)" if grouped else "(criterion)"  # in brackets: errors name it in their place, where it is no key


AnyItem = Annotated[
    Annotated[CriterionItem, Tag("(criterion)")] | Annotated[GroupItem, Tag("(group)")], Discriminator(_tag)
]


class Rubric(Frozen):
    items: list[AnyItem] = Field(min_length=1, max_length=60)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        ids = [item.id for item in flat(self)]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"the id {twice[0]!r} is used twice")
        if not any(item.weight > 0 for item in self.items):
            raise ValueError("at least one item needs a weight above 0, otherwise there is no mark")
        return self


def flat(rubric: Rubric) -> list[CriterionItem | GroupItem]:
    """Every item, members of groups included, in the author's order."""
    found: list[CriterionItem | GroupItem] = []
    for item in rubric.items:
        found.append(item)
        if isinstance(item, GroupItem):
            found.extend(item.items)
    return found


def criteria_of(rubric: Rubric) -> list[CriterionItem]:
    return [item for item in flat(rubric) if isinstance(item, CriterionItem)]


def content(rubric: Rubric) -> dict[str, Any]:
    """The rubric as JSON: what is stored and named by its digest."""
    return rubric.model_dump(mode="json")


def digest(rubric: Rubric) -> str:
    """SHA-256 of the canonical JSON, hexadecimal."""
    canonical = json.dumps(content(rubric), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
