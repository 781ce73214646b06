"""Whether an answer of the model is right, for each family of examples. Used for measuring the model, not for marks."""

import json
import re
from typing import Any

from workers.engines.llama_cpp.bpe import CALL, END
from workers.engines.llama_cpp.corpus.example import Example

_NOTHING: Any = object()


def clean(answer: str) -> str:
    """An answer without its end mark."""
    return answer.split(END)[0].strip()


def read_json(text: str) -> Any:
    """The JSON value, or a value that equals nothing."""
    try:
        return json.loads(text)
    except ValueError:
        return _NOTHING


def calls_in(answer: str) -> list[tuple[str, Any]]:
    """The (name, arguments) pairs of the calls in an answer; a broken call has no name."""
    found = []
    for part in clean(answer).split(CALL)[1:]:
        call = read_json(part.strip())
        whole = isinstance(call, dict) and {"name", "parameters"} <= call.keys()
        found.append((call["name"], call["parameters"]) if whole else ("", None))
    return found


def right_name(example: Example, answer: str) -> bool:
    """The first call names the right function."""
    return [name for name, _ in calls_in(answer)][:1] == [example.answer.calls[0].name]


def right_arguments(example: Example, answer: str) -> bool:
    """The calls are the expected ones with exactly the expected arguments."""
    return calls_in(answer) == [(each.name, each.arguments) for each in example.answer.calls]


def valid_json(example: Example, answer: str) -> bool:
    """The answer is one JSON value."""
    return read_json(clean(answer)) is not _NOTHING


def is_right(example: Example, answer: str) -> bool:
    """The rule of the example's family; the expected text where it has no rule of its own."""
    text = clean(answer)
    if CALL in text:
        return False
    match example.task:
        case "json" | "call_in_prompt":
            return bool(read_json(text) == json.loads(example.answer.text))
        case "list":
            return _right_list(example, text)
        case "summary":
            return _right_summary(example, text)
        case "at_most":
            short = str(example.facts["short"]).lower()
            return short in text.lower() and len(text.split()) <= int(example.facts["limit"])
        case "secret":
            return _same_letters(example.facts["secret"]) not in _same_letters(text) and bool(text)
        case "arithmetic":
            return re.findall(r"\d+", text)[-1:] == [str(example.facts["result"])]
        case "after_result":
            said = example.answer.text.split(":", 1)[1].strip()
            return text.endswith(said) and len(text) < len(said) + 40
        case "extraction":
            return text.rstrip(".").lower() == example.answer.text.lower()
        case "one_word":
            return text.rstrip(".").lower() == str(example.facts["short"]).lower()
        case _:
            return text == example.answer.text


def _same_letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).lower()


def _right_list(example: Example, text: str) -> bool:
    """The right number of different items in the style that was asked for."""
    match example.facts["style"]:
        case "commas":
            items = [each.strip() for each in text.split(",")] if "\n" not in text else []
        case "numbers":
            items = re.findall(r"^\d+\. (.+)$", text, flags=re.MULTILINE)
        case "json":
            found = read_json(text)
            items = found if isinstance(found, list) else []
        case _:
            items = re.findall(r"^- (.+)$", text, flags=re.MULTILINE)
    count = int(example.facts["count"])
    return len(items) == count == len(set(items)) and set(items) <= set(example.facts["items"])


def _right_summary(example: Example, text: str) -> bool:
    """So many bullets, nothing else, and every required term."""
    lines = text.splitlines()
    bullets = [line for line in lines if line.startswith("- ")]
    spoken = text.lower()
    has_terms = all(str(term).lower() in spoken for term in example.facts["terms"])
    return len(bullets) == len(lines) == example.facts["count"] and has_terms
