"""The tools of a tool loop: a table instead of the world. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from courses.grading.calls.model import Call
from courses.grading.calls.schemas import problems
from courses.grading.calls.values import same
from courses.kinds.function_calling.schema import FunctionCallingSpec, MockTool, ToolAnswer

JSON = Any


def answer_of(spec: FunctionCallingSpec, call: Call, before: Sequence[Mapping[str, JSON]]) -> dict[str, JSON]:
    """{"result"} or {"error"} or {"pending"}: what the tool says to this call after those `before`."""
    function = next((each for each in spec.functions if each.name == call.name), None)
    if function is None:
        return {"error": f"there is no tool {call.name[:80]!r}"}
    if call.problem:
        return {"error": "the arguments must be an object"}
    wrong = problems(dict(call.arguments), function.parameters)
    if wrong:
        return {"error": "; ".join(text["en"] for text in wrong)}
    line = next((each for each in spec.tools if _fits(each, call.name, call.arguments)), None)
    if line is None:
        return {"error": "nothing found"}
    again = sum(_is_line(spec, line, each) for each in before)
    return _said(line.answers[min(again, len(line.answers) - 1)])


def _fits(line: MockTool, name: str, arguments: Mapping[str, JSON]) -> bool:
    return line.tool == name and all(
        key in arguments and same(value, arguments[key]) for key, value in line.arguments.items()
    )


def _is_line(spec: FunctionCallingSpec, line: MockTool, step: Mapping[str, JSON]) -> bool:
    """Was this earlier call answered by the same line?"""
    return next((each for each in spec.tools if _fits(each, step["name"], step["arguments"])), None) is line


def _said(answer: ToolAnswer) -> dict[str, JSON]:
    if answer.error:
        return {"error": answer.error}
    return {"pending": answer.pending} if answer.pending else {"result": answer.result}
