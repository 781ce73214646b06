"""One training or test conversation."""

from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """A function call as the model writes it."""

    name: str
    arguments: Json


@dataclass(frozen=True)
class Tool:
    """A function definition: ``properties`` and ``required`` as in JSON Schema."""

    name: str
    description: str
    properties: dict[str, Json]
    required: tuple[str, ...]

    def as_openai(self) -> Json:
        """The form that the chat API takes."""
        schema = {"type": "object", "properties": self.properties, "required": list(self.required)}
        return {
            "type": "function",
            "function": {"name": self.name, "description": self.description, "parameters": schema},
        }


@dataclass(frozen=True)
class Message:
    """One turn. Only an assistant has calls."""

    role: Literal["system", "user", "assistant", "tool"]
    text: str = ""
    calls: tuple[Call, ...] = ()


@dataclass(frozen=True)
class Example:
    """A conversation that ends with the assistant's answer.

    ``task`` names the family it was made by; ``schema`` is the JSON Schema of the last answer where it has one;
    ``facts`` holds what a checker needs beside the expected answer.
    """

    task: str
    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    schema: Json | None = None
    facts: Json = field(default_factory=dict)

    @property
    def answer(self) -> Message:
        return self.messages[-1]


def ask(task: str, question: str, answer: str, *, system: str = "", **more: Any) -> Example:
    """A conversation of one question and one answer, perhaps after a system message."""
    start = (Message("system", system),) if system else ()
    return Example(task, (*start, Message("user", question), Message("assistant", answer)), **more)
