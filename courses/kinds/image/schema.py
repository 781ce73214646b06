"""The specification, the runs and the answer of an image exercise. Pure."""

import math
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from courses.texts import Text
from workers.backends.requests import ImageRequest

PROMPT_LIMIT = 2_000  # characters of a prompt
LARGEST_SEED = 2**31 - 1
OPTIONS = ("sampler", "scheduler", "steps", "cfg_scale", "size", "seed", "batch")

Task = Literal["single", "refine", "one_factor", "grid", "match"]
Factor = Literal["prompt", "negative_prompt", "sampler", "scheduler", "steps", "cfg_scale", "size", "seed"]
Size = Annotated[str, Field(pattern=r"^[1-9]\d{1,3}x[1-9]\d{1,3}$")]
Name = Annotated[str, Field(min_length=1, max_length=64)]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Range(Frozen):
    """A number that the student may set between `min` and `max`; `min` = `max` fixes it."""

    min: float
    max: float
    default: float

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not all(map(math.isfinite, (self.min, self.max, self.default))):
            raise ValueError("`min`, `max` and `default` must be finite numbers")
        if not self.min <= self.default <= self.max:
            raise ValueError("`default` must lie in `min`…`max`")
        return self


class Starter(Frozen):
    """What the fields hold at first."""

    prompt: str = Field("", max_length=PROMPT_LIMIT)
    negative_prompt: str = Field("", max_length=PROMPT_LIMIT)


class Grid(Frozen):
    """So many prompts, each with the same so many seeds."""

    prompts: int = Field(2, ge=1, le=6)
    seeds: int = Field(2, ge=1, le=6)


class Target(Frozen):
    """A reference picture: a file of the course, or what the embedded engine draws from these parameters."""

    asset: str = Field("", max_length=200)
    draw: ImageRequest | None = None
    title: Text = {"en": "The target", "fr": "Le modèle à atteindre"}

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if bool(self.asset) == bool(self.draw):
            raise ValueError("a target has either `asset` or `draw`")
        return self


class ImageSpec(Frozen):
    alias: str = Field("image-turbo", pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    """Model alias that makes the pictures."""
    task: Task = "single"
    """`single` and `refine`: one picture is handed in; `match`: one that resembles a target; `one_factor`: pictures
    that differ in one parameter; `grid`: every prompt with every seed."""
    samplers: list[Name] = Field(["Euler a"], min_length=1, max_length=30)
    """Allowed samplers; the first one is chosen at first."""
    schedulers: list[Name] = Field(["Automatic"], min_length=1, max_length=30)
    """Allowed noise schedules; the first one is chosen at first."""
    steps: Range = Range(min=1, max=8, default=4)
    """`{min, max, default}`: sampling steps."""
    cfg_scale: Range = Range(min=1, max=7, default=2)
    """`{min, max, default}`: classifier-free guidance."""
    sizes: list[Size] = Field(["512x512"], min_length=1, max_length=12)
    """Allowed sizes, width x height in pixels, multiples of 8; the first one is chosen at first."""
    batch: int = Field(1, ge=1, le=4)
    """Most pictures of one run; they have the seeds s, s + 1, …"""
    budget: int = Field(30, ge=1, le=200)
    """Pictures of one attempt. What a server failed to make does not count."""
    least_runs: int = Field(1, ge=1, le=20)
    """So many runs must have given pictures before handing in."""
    negative_prompt: bool = True
    """May the student write one?"""
    seed: bool = True
    """May the student choose it?"""
    starter: Starter = Starter()
    """`{prompt, negative_prompt}`: what the fields hold at first."""
    targets: list[Target] = Field([], max_length=4)
    """Reference pictures `{asset, title}` or `{draw, title}`; `draw` holds the parameters of a picture."""
    most: int = Field(8, ge=2, le=12)
    """Most pictures that may be handed in, where the task asks for several."""
    factors: list[Factor] = []
    """What a `one_factor` exercise asks to vary; said to the student, checked by the criterion `image_one_factor`."""
    grid: Grid = Grid()
    """`{prompts, seeds}` of a `grid` exercise."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for size in self.sizes:
            width, height = measures(size)
            ImageRequest(prompt="", width=width, height=height)
        for steps in (self.steps.min, self.steps.max, self.steps.default):
            if steps != int(steps):
                raise ValueError("`steps` are whole numbers")
            ImageRequest(prompt="", steps=int(steps))
        for scale in (self.cfg_scale.min, self.cfg_scale.max):
            ImageRequest(prompt="", cfg_scale=scale)
        if self.task == "match" and not self.targets:
            raise ValueError("the task `match` needs `targets`")
        return self

    @property
    def handed_in(self) -> tuple[int, int]:
        """Fewest and most pictures that make an answer."""
        match self.task:
            case "one_factor":
                return 2, self.most
            case "grid":
                cells = self.grid.prompts * self.grid.seeds
                return cells, cells
        return 1, 1


def measures(size: str) -> tuple[int, int]:
    """Width and height, in pixels, of "512x768"."""
    width, _x, height = size.partition("x")
    return int(width), int(height)


class ImageRun(Frozen):
    """One generation. Limits are checked by `plan_run`, which answers in words that a student understands."""

    prompt: str
    negative_prompt: str = ""
    options: dict[str, Any] = {}  # names of OPTIONS; from a form the values are texts
    parent: None = None  # runs of pictures do not follow one another


class ImageAnswer(Frozen):
    """Which pictures count."""

    chosen: list[Annotated[str, Field(max_length=80)]] = Field([], max_length=36)  # "<run id>:<place in its batch>"
    note: str = Field("", max_length=2_000)  # to the grader


class ReferencePicture(Frozen):
    """A picture that an author made up: drawn by the embedded engine, or of one colour."""

    prompt: str
    negative_prompt: str = ""
    options: dict[str, Any] = {}
    flat: str = Field("", pattern=r"^(#[0-9a-f]{6})?$")  # this colour everywhere instead of a drawing
    asset: str = ""  # a file of the course instead of a drawing
    chosen: bool = True


class ImageReference(Frozen):
    pictures: list[ReferencePicture] = Field([], max_length=12)
    results: dict[str, dict[str, Any]] = {}  # of jobs that criteria ask for, by key; {picture: n} means the nth picture
