"""Made-up work as if it had been recorded. Pure.

An output is what a model wrote (a text), the calls that it made (a list of objects), or a list of such turns.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from courses.kinds.function_calling.plan import key, seeds
from courses.kinds.function_calling.schema import (
    Case,
    FunctionCallingAnswer,
    FunctionCallingReference,
    FunctionCallingSpec,
)
from courses.kinds.work import Work
from workers.backends.requests import ChatResult

JSON = Any


def imagine(spec: FunctionCallingSpec, reference: FunctionCallingReference) -> tuple[FunctionCallingAnswer, Work]:
    written = reference.model_dump(exclude={"outputs", "baseline"})
    results = {
        **dict(_recorded(spec, "case", reference.outputs)),
        **(dict(_recorded(spec, "baseline", reference.baseline)) if spec.baseline else {}),
    }
    return FunctionCallingAnswer.model_validate(written), Work((), results)


def _recorded(
    spec: FunctionCallingSpec, prefix: str, outputs: Mapping[str, JSON]
) -> Iterator[tuple[str, dict[str, JSON]]]:
    unknown = outputs.keys() - set(spec.case_ids)
    if unknown:
        raise ValueError(f"no case is called {min(unknown)!r}")
    for case in spec.cases:
        for seed in seeds(spec, case):
            for number, turn in enumerate(_turns(case, outputs), start=1):
                yield key(prefix, case, seed, number), _result(turn)


def _turns(case: Case, outputs: Mapping[str, JSON]) -> list[JSON]:
    """Without an output the expected calls were made."""
    if case.id not in outputs:
        return [[{"name": each.name, "arguments": each.arguments} for each in case.expected]]
    output = outputs[case.id]
    nested = isinstance(output, list) and any(isinstance(each, str | list) for each in output)
    return list(output) if nested else [output]


def _result(turn: JSON) -> dict[str, JSON]:
    if isinstance(turn, str):
        return ChatResult(text=turn, finish="stop").model_dump(mode="json")
    return ChatResult(text="", tool_calls=turn, finish="tool_calls" if turn else "stop").model_dump(mode="json")
