"""What has happened with one case so far, and what is to be asked next. Pure.

A case is one request, or several: again where the answer was no valid call, on and on in a tool loop.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from courses.grading import strict_json
from courses.grading.calls import schemas
from courses.grading.calls.definitions import read
from courses.grading.calls.model import CALLS_LIMIT, Call
from courses.grading.calls.shapes import looks_like_calls, read_calls
from courses.grading.calls.values import shown
from courses.grading.strict_json import BadJson
from courses.kinds.function_calling.checks import DEFINITIONS, QUESTION, chosen_way
from courses.kinds.function_calling.mocks import answer_of
from courses.kinds.function_calling.schema import FunctionCallingSpec, FunctionFile, Student
from workers.backends.requests import ChatRequest, Message

JSON = Any
Result = Mapping[str, JSON]


@dataclass(slots=True)
class Replay:
    """`ask` is the next request; None where the case is finished."""

    ask: ChatRequest | None = None
    calls: list[Call] = field(default_factory=list)  # what counts
    text: str = ""  # the last thing the model wrote
    problem: str = ""  # why no call could be read: "", "prose", "json", …
    tries: int = 0
    trace: list[dict[str, JSON]] = field(default_factory=list)  # of a tool loop: calls and what they were answered


def replay(spec: FunctionCallingSpec, student: Student, question: str, seed: int, results: Sequence[Result]) -> Replay:
    """`results`: ChatResult JSON of this case, oldest first."""
    if spec.task == "tool_loop":
        return _loop(spec, student, question, seed, results)
    found = Replay(tries=len(results))
    messages = _messages(spec, student, question)
    for result in results:
        found.calls, found.text, found.problem = output_of(result)
        fault = _fault(spec, found)
        if not fault:
            return found
        written = found.text or shown([{"name": call.name, "arguments": call.arguments} for call in found.calls], 2000)
        messages = [*messages, Message(role="assistant", content=written), Message(role="user", content=fault)]
    if len(results) <= (student.retries if spec.task == "pipeline" else 0):
        found.ask = _request(spec, student, messages, seed)
    return found


def output_of(result: Result) -> tuple[list[Call], str, str]:
    """(calls, text, problem). Prose counts as no call only where no call can be read out of it."""
    text = str(result.get("text") or "")
    if result.get("tool_calls"):
        return read_calls(list(result["tool_calls"])[:CALLS_LIMIT]), text, ""
    if not text.strip():
        return [], text, ""
    try:
        value = strict_json.find(text, "first").value
    except BadJson as error:
        return [], text, "prose" if error.code in ("syntax", "empty") and "{" not in text else f"json_{error.code}"
    if not looks_like_calls(value):
        return [], text, "prose"
    return read_calls(value)[:CALLS_LIMIT], text, ""


def _messages(spec: FunctionCallingSpec, student: Student, question: str) -> list[Message]:
    found = [Message(role="system", content=spec.system)] if spec.system else []
    if spec.task == "pipeline":
        return [*found, Message(role="user", content=_filled(spec, student.prompt, question))]
    return [*found, Message(role="user", content=question)]


def _filled(spec: FunctionCallingSpec, prompt: str, question: str) -> str:
    """The template with its places filled; braces of the student's own stay as they are."""
    lines = "\n".join(signature(each) for each in spec.functions)
    return question.join(piece.replace(DEFINITIONS, lines) for piece in prompt.split(QUESTION))


def signature(function: FunctionFile) -> str:
    """`Add two numbers: add(a:integer, b?:integer)`."""
    inner, required = function.function().properties, function.function().required
    shown_as = (f"{name}{'' if name in required else '?'}:{_type(schema)}" for name, schema in inner.items())
    return f"{function.description or function.name}: {function.name}({', '.join(shown_as)})"


def _type(schema: JSON) -> str:
    if not isinstance(schema, dict):
        return "any"
    if isinstance(schema.get("enum"), list):
        return "|".join(str(value) for value in schema["enum"])
    return str(schema.get("type", "any"))


def _request(spec: FunctionCallingSpec, student: Student, messages: list[Message], seed: int) -> ChatRequest:
    way = chosen_way(spec, student)
    options = {**spec.options.model_dump(), "seed": seed}
    if student.temperature is not None and spec.task == "pipeline":
        options["temperature"] = student.temperature
    elif spec.temperature is not None:
        options["temperature"] = spec.temperature.default
    return ChatRequest(
        messages=messages,
        options=type(spec.options).model_validate(options),
        tools=_tools(spec, student) if way == "tools" else [],
        json_schema=_schema(spec) if way == "schema" else None,
    )


def _tools(spec: FunctionCallingSpec, student: Student) -> list[dict[str, JSON]]:
    if spec.task != "definitions":
        return [function.tool() for function in spec.functions]
    written = read(student.definitions).functions
    return [
        {"type": "function", "function": {"name": each.name, "description": each.description,
                                          "parameters": schemas.standard(dict(each.parameters))}}
        for each in written
    ]  # fmt: skip


def _schema(spec: FunctionCallingSpec) -> dict[str, JSON]:
    calls = [
        {"type": "object", "additionalProperties": False, "required": ["name", "parameters"],
         "properties": {"name": {"const": each.name}, "parameters": schemas.standard(each.parameters)}}
        for each in spec.functions
    ]  # fmt: skip
    one = calls[0] if len(calls) == 1 else {"anyOf": calls}
    return {"type": "array", "items": one} if spec.many else one


def _fault(spec: FunctionCallingSpec, found: Replay) -> str:
    """Why the answer is asked for again, in words for the model; empty where it is a sound call or prose."""
    if found.problem.startswith("json"):
        return "This is not valid JSON. Answer with the JSON only."
    known = {each.name: each.function() for each in spec.functions}
    for call in found.calls:
        if call.problem or call.name not in known:
            return "Answer with a call of one of the functions."
        if not schemas.conforms(dict(call.arguments), known[call.name].parameters):
            return f"The parameters do not fit the definition of {call.name}. Try again."
    return ""


def _loop(spec: FunctionCallingSpec, student: Student, question: str, seed: int, results: Sequence[Result]) -> Replay:
    found, messages = Replay(tries=len(results)), [Message(role="system", content=student.prompt)]
    if spec.system:
        messages.insert(0, Message(role="system", content=spec.system))
    messages.append(Message(role="user", content=question))
    for result in results:
        calls, found.text, found.problem = output_of(result)
        if not calls or len(found.trace) + len(calls) > CALLS_LIMIT:
            return found
        written = [{"name": call.name, "arguments": dict(call.arguments)} for call in calls]
        messages.append(Message(role="assistant", content="", tool_calls=written))
        for call in calls:
            said = answer_of(spec, call, found.trace)
            found.trace.append({"name": call.name, "arguments": dict(call.arguments), **said})
            messages.append(Message(role="tool", content=shown(said, 4000), tool_name=call.name))
        found.calls += calls
    if len(results) < spec.turn_limit:
        found.ask = _request(spec, student, messages, seed)
    return found
