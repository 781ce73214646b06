"""The specification, the turns and the answer of a chat exercise. Pure."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from courses.texts import Text
from workers.backends.requests import ChatOptions

MESSAGE_LIMIT = 8_000  # characters of one message
OptionName = Literal["temperature", "top_p", "top_k", "min_p", "repeat_penalty", "seed", "max_tokens"]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class System(Frozen):
    """A system prompt of the author's."""

    text: str = Field(min_length=1, max_length=MESSAGE_LIMIT)
    visible: bool = True


class StudentSystem(Frozen):
    """The student writes the system prompt; `start` is what the field holds at first."""

    max_chars: int = Field(2_000, ge=1, le=MESSAGE_LIMIT)
    start: str = ""
    required: bool = True


class Turn(Frozen):
    role: Literal["user", "assistant"]
    text: str = Field(min_length=1, max_length=MESSAGE_LIMIT)


class Range(Frozen):
    """An option that the student may set between `min` and `max`; `default` is used otherwise."""

    min: float
    max: float
    default: float | None = None  # None: the server's own

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            raise ValueError("`min` is above `max`")
        if self.default is not None and not self.min <= self.default <= self.max:
            raise ValueError("`default` lies outside `min`…`max`")
        return self


class Probe(Frozen):
    """User turns that are sent at submission, to see how the student's prompt or conversation holds."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    title: Text = {"en": "A test message", "fr": "Un message d'essai"}
    turns: list[str] = Field(min_length=1, max_length=8)
    visible: bool = False  # may the student read the turns before and after submission?


class ChatSpec(Frozen):
    alias: str = Field("chat-small", pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    """Model alias that answers."""
    system: System | None = None
    """`{text, visible}`: the author's system prompt; not together with `student_system`."""
    student_system: StudentSystem | None = None
    """`{max_chars, start, required}`: the student writes the system prompt."""
    starter: list[Turn] = Field([], max_length=20)
    """Turns `{role, text}` that every conversation begins with."""
    turn_limit: int | None = Field(None, ge=1, le=100)
    """Questions on one branch."""
    token_budget: int | None = Field(None, ge=1)
    """Generated tokens over all branches of an attempt."""
    max_tokens: int = Field(512, ge=1, le=8_192)
    """Tokens of one answer."""
    options: dict[OptionName, Range] = {}
    """What the student may set: name → `{min, max, default}`."""
    fixed: ChatOptions = ChatOptions()
    """What the student cannot change; `max_tokens` above wins."""
    probes: list[Probe] = Field([], max_length=20)
    """`{id, title, turns, visible}`: sent at submission, to the student's system prompt alone or after the
    conversation. The id is no secret: choose one that gives nothing away."""
    probe_options: ChatOptions = ChatOptions(temperature=0.0, seed=1, max_tokens=256)
    """Options of the probes, the same for everybody."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.system and self.student_system:
            raise ValueError("either the author writes the system prompt (`system`) or the student (`student_system`)")
        ids = [probe.id for probe in self.probes]
        if len(ids) != len(set(ids)):
            raise ValueError("two probes have the same id")
        for name, allowed in self.options.items():
            for bound in (allowed.min, allowed.max):
                ChatOptions.model_validate({name: bound})
        return self

    @property
    def by_prompt_alone(self) -> bool:
        """Is a conversation unnecessary, because the probes test the student's system prompt?"""
        return bool(self.student_system and self.probes)


class ChatRun(Frozen):
    """One question. Limits are checked by `plan_run`, which answers in words that a student understands."""

    text: str
    parent: str | None = None  # the run it follows; None: the beginning
    options: dict[str, Any] = {}
    system: str | None = None  # only where the student writes it


class ChatAnswer(Frozen):
    """Which conversation counts: the path from the beginning to `leaf`."""

    leaf: str | None = None
    system: str | None = None
    note: str = Field("", max_length=2_000)  # to the grader


class ReferenceTurn(Frozen):
    prompt: str
    answer: str
    finish: Literal["stop", "length", "cancelled"] = "stop"
    completion_tokens: int | None = None


class ChatReference(Frozen):
    """A conversation that an author made up. `probes` holds the answers to each probe's turns."""

    turns: list[ReferenceTurn] = []
    system: str | None = None
    probes: dict[str, list[str]] = {}
