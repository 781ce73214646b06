"""Is what the student wrote fit to be run? Pure; each check raises Refusal."""

from courses.grading.calls.definitions import Definitions, read
from courses.kinds.function_calling import refusals
from courses.kinds.function_calling.results import read_results
from courses.kinds.function_calling.schema import RESULTS_LIMIT, TEXT_LIMIT, FunctionCallingSpec, Student, Way

QUESTION = "{question}"
DEFINITIONS = "{definitions}"


def check(spec: FunctionCallingSpec, student: Student) -> None:
    for name, limit in (("definitions", TEXT_LIMIT), ("prompt", TEXT_LIMIT), ("results", RESULTS_LIMIT)):
        if len(getattr(student, name)) > limit:
            raise refusals.too_long(name, len(getattr(student, name)), limit)
    CHECKS[spec.task](spec, student)


def _definitions(spec: FunctionCallingSpec, student: Student) -> None:
    if not student.definitions.strip():
        raise refusals.empty("definitions")
    found = usable(student.definitions)
    if found.errors:
        raise refusals.definitions(found.errors)


def usable(definitions: str) -> Definitions:
    return read(definitions)


def _pipeline(spec: FunctionCallingSpec, student: Student) -> None:
    if not student.prompt.strip():
        raise refusals.empty("prompt")
    if QUESTION not in student.prompt:
        raise refusals.no_place()
    chosen_way(spec, student)
    bounds = spec.temperature
    if student.temperature is not None:
        low, high = (bounds.min, bounds.max) if bounds else (0.0, 0.0)
        if not low <= student.temperature <= high:
            raise refusals.out_of_range("temperature", low, high)
    if not 0 <= student.retries <= spec.retries:
        raise refusals.out_of_range("retries", 0, spec.retries)


def chosen_way(spec: FunctionCallingSpec, student: Student) -> Way:
    if spec.task != "pipeline":
        return "tools"
    found = next((way for way in spec.ways if way == (student.way or spec.ways[0])), None)
    if found is None:
        raise refusals.way(student.way[:20])
    return found


def _tool_loop(spec: FunctionCallingSpec, student: Student) -> None:
    if not student.prompt.strip():
        raise refusals.empty("prompt")


def _results(spec: FunctionCallingSpec, student: Student) -> None:
    if not student.results.strip():
        raise refusals.empty("results")
    read_results(student.results)


CHECKS = {"definitions": _definitions, "pipeline": _pipeline, "tool_loop": _tool_loop, "results_file": _results}
