"""What a student may read of a specification: no hidden question, nothing that is expected. Pure."""

from typing import Any

from courses.kinds.function_calling.schema import FunctionCallingSpec

OPEN = {"task", "alias", "start", "seeds", "options", "ways", "many", "temperature", "retries", "turn_limit"}


def public(spec: FunctionCallingSpec) -> dict[str, Any]:
    """The open fields; `functions` where they are given; `samples` (id, category, question); `hidden_cases` (a
    number)."""
    shown = spec.model_dump(mode="json", include=OPEN)
    given = spec.task != "definitions"
    shown["functions"] = [each.model_dump(mode="json", exclude={"behaves"}) for each in spec.functions] if given else []
    asked = spec.cases if spec.task == "results_file" else spec.samples
    shown["samples"] = [{"id": case.id, "category": dict(case.category), "question": case.question} for case in asked]
    shown["hidden_cases"] = len(spec.cases) - len(spec.samples)
    return shown
