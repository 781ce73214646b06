"""The prompt text of a conversation: exactly what the chat template in ``chat_template.jinja`` makes of it."""

import json
from dataclasses import dataclass
from typing import Any

from workers.engines.llama_cpp.bpe import ASSISTANT, CALL, END, SYSTEM, TOOL, TOOLS, USER
from workers.engines.llama_cpp.corpus.example import Call, Example, Message, Tool

_MARKS = {"system": SYSTEM, "user": USER, "tool": TOOL}


@dataclass(frozen=True)
class Segment:
    """A stretch of text; the model learns to write it when ``is_answer``."""

    text: str
    is_answer: bool


def compact(value: Any) -> str:
    """JSON without spaces, as the model writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def render_call(call: Call) -> str:
    return f'{{"name":"{call.name}","parameters":{compact(call.arguments)}}}'


def render_tool(tool: Tool) -> str:
    """A definition on one line: ``Weather of a city: get_weather(city:string, unit?:celsius|fahrenheit)``."""
    given = [
        f"{name}{'' if name in tool.required else '?'}:{_type_of(schema)}" for name, schema in tool.properties.items()
    ]
    return f"{tool.description or tool.name}: {tool.name}({', '.join(given)})"


def _type_of(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return "|".join(schema["enum"])
    if schema["type"] == "array":
        return f"{schema.get('items', {}).get('type', 'string')}[]"
    return str(schema["type"])


def render(example: Example) -> list[Segment]:
    """The conversation in order. Definitions stand behind the last question, where a small model needs them."""
    last = max(index for index, message in enumerate(example.messages) if message.role == "user")
    segments: list[Segment] = []
    for index, message in enumerate(example.messages):
        if message.role == "assistant":
            segments += [Segment(ASSISTANT, is_answer=False), Segment(_answer(message), is_answer=True)]
            continue
        segments.append(Segment(_MARKS[message.role] + message.text, is_answer=False))
        if example.tools and index == last:
            lines = "".join(f"\n{render_tool(tool)}" for tool in example.tools)
            segments.append(Segment(TOOLS + lines, is_answer=False))
    return segments


def _answer(message: Message) -> str:
    return ("".join(CALL + render_call(call) for call in message.calls) or message.text) + END


def render_text(example: Example) -> str:
    """The whole conversation as one text."""
    return "".join(segment.text for segment in render(example))
