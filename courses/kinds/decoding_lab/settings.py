"""What a student typed into the fields of a run, read and checked. Pure: raises Refusal."""

import re
from collections.abc import Mapping
from typing import Any

from courses.grading import strict_json
from courses.kinds.decoding_lab import refusals
from courses.kinds.decoding_lab.schema import SCHEMA_LIMIT, LabSpec, Setting
from courses.kinds.work import option_not_allowed, option_out_of_range
from workers.backends.requests import Sampler, StopRule
from workers.decoding.mask import UnusableSchema, check_schema

IDS_LIMIT = 2_000
LARGEST_ID = 2**31 - 1
STOP_LIMIT = 200  # characters
LEAST_BIAS = -100.0
RANGES: dict[Setting, tuple[float, float]] = {
    "temperature": (0, 5),
    "top_p": (0.01, 1),
    "top_k": (1, 100_000),
    "seed": (0, 2**31 - 1),
}
_BIAS = re.compile(r"\s*(\d{1,10})\s*[:=\s]\s*([+-]?\d{1,4}(?:[.,]\d{1,6})?)\s*")


def checked_text(text: str, limit: int) -> str:
    if len(text) > limit:
        raise refusals.too_long(len(text), limit)
    if not text.strip():
        raise refusals.empty()
    return text


def ids(text: str) -> list[int]:
    """Token ids, separated by spaces, commas, semicolons or brackets."""
    parts = [part for part in re.split(r"[\s,;\[\]]+", text) if part]
    if len(parts) > IDS_LIMIT:
        raise refusals.too_many_ids(len(parts), IDS_LIMIT)
    for part in parts:
        # isdecimal() alone takes digits of other scripts, which int() would read, too.
        if not (part.isascii() and part.isdecimal() and len(part) <= 10 and int(part) <= LARGEST_ID):
            raise refusals.not_ids(part)
    if not parts:
        raise refusals.empty()
    return [int(part) for part in parts]


def sampler(spec: LabSpec, given: Mapping[str, Any], *, looking: bool) -> Sampler:
    """The author's sampler with what the student set. Who only looks sees the model's own temperature, 1."""
    fields = spec.sampler.model_dump()
    if looking and spec.sampler == Sampler():
        fields["temperature"] = 1.0
    for name, value in given.items():
        if name == "steps" or value in (None, ""):
            continue
        if name not in spec.settings:
            raise option_not_allowed(str(name)[:40])
        fields[name] = _number(name, value, *RANGES[name], whole=name in ("top_k", "seed"))
    return Sampler.model_validate(fields)


def steps(spec: LabSpec, given: Mapping[str, Any]) -> int:
    value = given.get("steps")
    return spec.max_steps if value in (None, "") else int(_number("steps", value, 1, spec.max_steps, whole=True))


def _number(name: str, value: Any, low: float, high: float, *, whole: bool = False) -> float:
    wrong = option_out_of_range(name, low, high)
    if isinstance(value, bool):
        raise wrong
    try:
        number = float(str(value)[:40].replace(",", "."))
    except ValueError as error:
        raise wrong from error
    if not low <= number <= high or (whole and number != int(number)):
        raise wrong
    return int(number) if whole else number


def bias(spec: LabSpec, text: str) -> dict[int, float]:
    """`logit_bias` from lines `id: value`."""
    lines = [line for line in text[: 100 * 64].splitlines() if line.strip()]
    if lines and not spec.bias:
        raise option_not_allowed("logit_bias")
    found = dict(_bias_of(spec, line) for line in lines)
    if len(found) > spec.bias:
        raise refusals.bias_too_many(spec.bias)
    return found


def _bias_of(spec: LabSpec, line: str) -> tuple[int, float]:
    match = _BIAS.fullmatch(line)
    if match is None or int(match[1]) > LARGEST_ID:
        raise refusals.bias_unreadable(line)
    value = float(match[2].replace(",", "."))
    if not LEAST_BIAS <= value <= spec.bias_most:
        raise option_out_of_range("logit_bias", LEAST_BIAS, spec.bias_most)
    return int(match[1]), value


def json_schema(spec: LabSpec, text: str) -> dict[str, Any] | None:
    if not spec.student_schema:
        if text.strip():
            raise option_not_allowed("JSON schema")
        return spec.json_schema
    if not text.strip():
        return None
    if len(text) > SCHEMA_LIMIT:
        raise refusals.too_long(len(text), SCHEMA_LIMIT)
    return _usable(text)


def _usable(text: str) -> dict[str, Any]:
    try:
        schema = strict_json.load(text)
    except strict_json.BadJson as error:
        raise refusals.schema_unreadable(error.message, error.line, error.column) from error
    if not isinstance(schema, dict):
        raise refusals.schema_unreadable("{…}", None, None)
    try:
        check_schema(schema)
    except UnusableSchema as error:
        raise refusals.schema_impossible(str(error)) from error
    return schema


def stop(spec: LabSpec, text: str) -> StopRule:
    if not text:
        return spec.stop
    if not spec.student_stop:
        raise option_not_allowed("stop")
    if len(text) > STOP_LIMIT:
        raise refusals.too_long(len(text), STOP_LIMIT)
    return spec.stop.model_copy(update={"texts": [*spec.stop.texts[:7], text]})
