"""The specification, the runs and the answer of a function-calling exercise. Pure."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from courses.grading.calls.behaviour import REFERENCES
from courses.grading.calls.expected import ExpectedCall
from courses.grading.calls.model import Function, Order
from courses.grading.calls.schemas import BadSchema, check_schema
from courses.texts import Text
from workers.backends.requests import ChatOptions

JSON = Any
TEXT_LIMIT = 20_000  # characters of definitions or of a prompt
RESULTS_LIMIT = 1_000_000  # characters of an uploaded file
Task = Literal["definitions", "pipeline", "tool_loop", "results_file"]
Way = Literal["tools", "schema", "free"]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class FunctionFile(Frozen):
    """A function as it really is: what calls are compared with."""

    name: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,63}$")
    description: str = ""
    parameters: dict[str, JSON] = {"type": "object", "properties": {}}
    behaves: str = ""
    """A reference function of courses/grading/calls/behaviour.py; the required parameters are its arguments."""

    @model_validator(mode="after")
    def _usable(self) -> Self:
        try:
            check_schema(self.parameters)
        except BadSchema as error:
            raise ValueError(f"the parameters of {self.name!r}: {error}") from error
        if self.behaves and self.behaves not in REFERENCES:
            raise ValueError(f"no reference function {self.behaves!r}; known: {', '.join(REFERENCES)}")
        return self

    def function(self) -> Function:
        return Function(self.name, self.parameters, self.description)

    def tool(self) -> dict[str, JSON]:
        """As an OpenAI-compatible server takes it."""
        inner = {"name": self.name, "description": self.description, "parameters": self.parameters}
        return {"type": "function", "function": inner}


class Case(Frozen):
    """A question and the calls that answer it; none: no function fits."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    category: Text = {"en": "A question", "fr": "Une question"}
    question: str = Field(min_length=1, max_length=4_000)
    expected: list[ExpectedCall] = Field([], max_length=16)
    order: Order = "any"
    visible: bool = False


class ToolAnswer(Frozen):
    """What a mock tool says: a result, an error, or that it needs some seconds more."""

    result: JSON = None
    error: str = ""
    pending: float = Field(0, ge=0, le=3600)


class MockTool(Frozen):
    """A line of the table of a tool loop: the first line that fits a call answers it.

    The first call of a line gets the first of `answers`, and so on; the last one is repeated.
    """

    tool: str
    arguments: dict[str, JSON] = {}
    """What the call's arguments must hold; `{}` fits every call of the tool."""
    answers: list[ToolAnswer] = Field(min_length=1, max_length=8)


class Start(Frozen):
    """What the editor holds at first."""

    definitions: str = Field("", max_length=TEXT_LIMIT)
    prompt: str = Field("", max_length=TEXT_LIMIT)


class Bounds(Frozen):
    min: float = Field(0, ge=0, le=5)
    max: float = Field(1.5, ge=0, le=5)
    default: float = Field(0, ge=0, le=5)


class FunctionCallingSpec(Frozen):
    task: Task
    """`definitions`: the student writes them; `pipeline`: prompt template and decoding; `tool_loop`: the system prompt
    of a model that calls mock tools over several turns; `results_file`: results that were made elsewhere."""
    alias: str = Field("chat-small", pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    """Model alias that answers."""
    functions: list[FunctionFile] = Field(min_length=1, max_length=40)
    """The functions `{name, description, parameters}` as they really are."""
    cases: list[Case] = Field(min_length=1, max_length=200)
    """`{id, category, question, expected, order, visible}`; visible ones are the public sample."""
    start: Start = Start()
    """`{definitions, prompt}`: what the editor holds at first."""
    system: str = Field("", max_length=TEXT_LIMIT)
    """A system prompt of the author's, before everything else."""
    seeds: int = Field(1, ge=1, le=5)
    """Runs of each hidden case, with the seeds 1, 2, …"""
    options: ChatOptions = ChatOptions(temperature=0.0, max_tokens=256)
    """Options of every request."""
    ways: list[Way] = ["tools"]
    """`pipeline`: how calls may be asked for, the first by default: as tools, as JSON of a schema, freely."""
    many: bool = False
    """`pipeline`: the answer is a list of calls instead of one call."""
    temperature: Bounds | None = None
    """`pipeline`: `{min, max, default}` where the student chooses."""
    retries: int = Field(0, ge=0, le=3)
    """`pipeline`: how often an answer that is no valid call may be asked for again."""
    tools: list[MockTool] = Field([], max_length=100)
    """`tool_loop`: `{tool, arguments, answers: [{result} or {error} or {pending}]}`."""
    turn_limit: int = Field(6, ge=1, le=12)
    """`tool_loop`: answers of the model."""
    baseline: Start | None = None
    """`{definitions, prompt}` that are run beside the student's work, for the criterion `lift`."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for what, names in (("functions", [each.name for each in self.functions]), ("cases", self.case_ids)):
            twice = {name for name in names if names.count(name) > 1}
            if twice:
                raise ValueError(f"two {what} are called {min(twice)!r}")
        known = {each.name for each in self.functions}
        called = {call.name for case in self.cases for call in case.expected} | {each.tool for each in self.tools}
        if called - known:
            raise ValueError(f"{min(called - known)!r} is expected or answered, but no function has this name")
        if self.task != "results_file" and len(self.cases) * self.seeds * (2 if self.baseline else 1) > 400:
            raise ValueError("more than 400 runs for one submission")
        return self

    @property
    def case_ids(self) -> list[str]:
        return [case.id for case in self.cases]

    @property
    def samples(self) -> list[Case]:
        """The public sample."""
        return [case for case in self.cases if case.visible]


class Student(Frozen):
    """What the student wrote. Limits are checked in words that a student understands (`checks.py`)."""

    definitions: str = ""
    prompt: str = ""
    way: str = ""  # one of the specification's `ways`; empty: its first
    temperature: float | None = None
    retries: int = 0
    results: str = ""


class FunctionCallingRun(Student):
    """One question, tried out: a case of the sample, or the student's own words."""

    case: str = ""
    question: str = ""
    parent: str | None = None  # a tool loop goes on from there


class FunctionCallingAnswer(Student):
    note: str = Field("", max_length=2_000)  # to the grader


class FunctionCallingReference(Student):
    """`outputs`: case → what the model wrote, as text or as calls; a list of lists where there are several turns."""

    outputs: dict[str, JSON] = {}
    baseline: dict[str, JSON] = {}
