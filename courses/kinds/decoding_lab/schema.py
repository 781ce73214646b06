"""The specification, the runs and the answer of a decoding lab. Pure."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from courses.texts import Text
from workers.backends.requests import Sampler, StopRule
from workers.decoding.mask import UnusableSchema, check_schema

TEXT_LIMIT = 8_000  # characters of a text or a prompt
ANSWER_LIMIT = 4_000  # characters of one answer to a question
SCHEMA_LIMIT = 8_000  # characters of a schema that a student writes
Tool = Literal["tokenize", "look", "walk"]
Setting = Literal["temperature", "top_p", "top_k", "seed"]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class _Asked(Frozen):
    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    title: Text


class IdsQuestion(_Asked):
    """Which token ids is a text? `count: true`: only how many."""

    ask: Literal["ids"]
    text: str = Field(min_length=1, max_length=TEXT_LIMIT)
    special: bool = False
    """Do marks such as <|end|> in the text count as their single token?"""
    count: bool = False


class _AboutNext(_Asked):
    """About the next token after `prompt` (in the model's template unless `chat: false`) and `written`."""

    prompt: str = Field(min_length=1, max_length=TEXT_LIMIT)
    chat: bool = True
    written: str = Field("", max_length=2_000)
    """What the answer begins with."""


class PickQuestion(_AboutNext):
    """Which tokens may be drawn? With a temperature of 0 it is the best one, else those that top-k and top-p leave."""

    ask: Literal["pick"]
    sampler: Sampler = Sampler()


class NumberQuestion(_AboutNext):
    """A number of the distribution: the probability of `token` at a temperature, or the entropy in bits."""

    ask: Literal["number"]
    of: Literal["probability", "entropy"]
    token: str | None = Field(None, min_length=1, max_length=100)
    temperature: float = Field(1.0, gt=0, le=5)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.of == "probability") != (self.token is not None):
            raise ValueError("`token` belongs to `of: probability`, and only there")
        return self


class MaskQuestion(_Asked):
    """Which of these tokens does the schema allow after `written`? (JSON without spaces between its parts.)"""

    ask: Literal["mask"]
    json_schema: dict[str, Any]
    written: str = Field("", max_length=2_000)
    tokens: list[Annotated[str, Field(min_length=1, max_length=100)]] = Field(min_length=2, max_length=32)

    @field_validator("json_schema")
    @classmethod
    def _usable(cls, schema: dict[str, Any]) -> dict[str, Any]:
        return usable(schema)

    @field_validator("tokens")
    @classmethod
    def _different(cls, tokens: list[str]) -> list[str]:
        if len(set(tokens)) != len(tokens):
            raise ValueError("the same token is there twice")
        return tokens


def usable(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema itself. Raises ValueError when no text fits it."""
    try:
        check_schema(schema)
    except UnusableSchema as error:
        raise ValueError(f"this schema cannot be used: {error}") from error
    return schema


Question = Annotated[IdsQuestion | PickQuestion | NumberQuestion | MaskQuestion, Field(discriminator="ask")]


class LabSpec(Frozen):
    """What an author writes for one lab."""

    alias: str = "chat-small"
    tools: list[Tool] = ["tokenize", "look", "walk"]
    """`tokenize`: text to tokens and back; `look`: the next-token distribution, and choosing by hand; `walk`: let a
    rule choose."""
    chat: bool = True
    """Is the prompt put into the model's own chat template?"""
    prompt: str | None = Field(None, min_length=1, max_length=TEXT_LIMIT)
    """The prompt; without one the student writes it."""
    start: str = Field("", max_length=TEXT_LIMIT)
    """What the field of the prompt, or of the text to split, holds at first."""
    settings: list[Setting] = ["temperature", "top_p", "top_k", "seed"]
    """What the student may set; the rest is as in `sampler`."""
    sampler: Sampler = Sampler()
    bias: int = Field(0, ge=0, le=16)
    """How many tokens the student may bias (`logit_bias`), by -100 to `bias_most`."""
    bias_most: float = Field(100.0, ge=-100, le=100)
    """With 0 tokens can only be made less likely."""
    json_schema: dict[str, Any] | None = None
    """Only tokens that may lead to JSON of it are chosen; the free answer stands beside it."""
    student_schema: bool = False
    """May the student write the schema?"""
    stop: StopRule = StopRule()
    student_stop: bool = False
    """May the student set a text at which to stop?"""
    max_steps: int = Field(24, ge=1, le=48)
    """Tokens of one walk."""
    run_limit: int = Field(200, ge=1, le=500)
    """Runs of one attempt."""
    hand_in: Literal["walk", "tokens", "questions"] = "walk"
    """What counts: the answer that the chosen tokens make, a text that was split into tokens, or only `questions`."""
    questions: list[Question] = Field([], max_length=20)

    @field_validator("json_schema")
    @classmethod
    def _usable(cls, schema: dict[str, Any] | None) -> dict[str, Any] | None:
        return None if schema is None else usable(schema)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        ids = [question.id for question in self.questions]
        if len(ids) != len(set(ids)):
            raise ValueError("two questions have the same id")
        if self.hand_in == "questions" and not self.questions:
            raise ValueError("`hand_in: questions` needs questions")
        if self.hand_in == "tokens" and "tokenize" not in self.tools:
            raise ValueError("`hand_in: tokens` needs the tool `tokenize`")
        if self.json_schema is not None and self.student_schema:
            raise ValueError("either the author writes the schema (`json_schema`) or the student (`student_schema`)")
        return self


class LabRun(Frozen):
    """One request of a student. Everything is as it was typed: `plan_run` answers in words that a student understands.

    `look` shows what comes next; with `choose` the token of this id is taken first. `walk` lets the rule choose.
    """

    tool: str = "look"
    text: str = ""  # to split, or the prompt
    ids: str = ""  # token ids to join, instead of a text
    parent: str | None = None  # the run that this one goes on from
    choose: str = ""
    options: dict[str, Any] = {}  # temperature, top_p, top_k, seed, steps
    bias: str = ""  # a line `id: value` for each token
    schema_text: str = ""
    stop: str = ""


class LabAnswer(Frozen):
    leaf: str | None = None  # the run that counts
    answers: dict[str, list[Annotated[str, Field(max_length=ANSWER_LIMIT)]]] = {}  # by question: what was typed
    note: str = Field("", max_length=2_000)  # to the grader


class ReferenceToken(Frozen):
    """A token as an author writes it. `share`, `best`: its chance to be drawn, and whether it was the likeliest."""

    text: str
    id: int | None = None
    share: float | None = None
    rank: int = 1
    allowed: bool | None = None


class ReferenceTruth(Frozen):
    """What the server would say about a question."""

    ids: list[int] = []
    tokens: dict[str, float | bool] = {}
    """Text of a token → its chance after the sampler, or whether the mask allows it."""
    number: float | None = None


class LabReference(Frozen):
    """Work that an author made up: the chosen tokens or the split text, answers, and what a server would say."""

    prompt: str = ""
    tokens: list[ReferenceToken] = []
    finish: Literal["end", "stop", "steps", "dead_end"] = "end"
    answers: dict[str, list[str]] = {}
    truths: dict[str, ReferenceTruth] = {}
