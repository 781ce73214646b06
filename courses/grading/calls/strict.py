"""The platform's own verdict on calls: by the definition, by value, with credit for what is right. Pure.

The worth of a call is the share of its arguments that are right, of all that were expected or given; the worth of an
answer is Σ calls / max(expected, given), under the assignment that is best for the student.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from courses.grading.calls import assignment, schemas
from courses.grading.calls.model import Call, Function, Pair, Policy, Report, Verdict, Wanted
from courses.grading.calls.values import same

JSON = Any
ASSIGN = {"any": assignment.any_order, "subsequence": assignment.in_order, "exact": assignment.by_place}
UNDEFINED = Function("")


def grade(
    functions: Mapping[str, Function], wanted: Sequence[Wanted], calls: Sequence[Call], policy: Policy | None = None
) -> Report:
    policy = policy or Policy()
    if len(wanted) == len(calls) == 1:
        pair = _pair(functions, wanted[0], calls[0], 0, 0, policy)
        return Report(pair.score, (pair,))
    table = [[_pair(functions, want, call, row, column, policy) for column, call in enumerate(calls)]
             for row, want in enumerate(wanted)]  # fmt: skip
    columns = ASSIGN[policy.order]([[pair.score for pair in row] for row in table])
    taken = [table[row][column] for row, column in enumerate(columns) if column is not None]
    kept = [pair for pair in taken if pair.score > 0 or calls[pair.given or 0].name == wanted[pair.wanted or 0].name]
    found = tuple(_complete(functions, wanted, calls, kept))
    size = max(len(wanted), len(calls))
    return Report(min(1.0, sum(pair.score for pair in found) / size) if size else 1.0, found)


def _complete(
    functions: Mapping[str, Function], wanted: Sequence[Wanted], calls: Sequence[Call], kept: Sequence[Pair]
) -> Iterator[Pair]:
    """The pairs, then what is left over on either side: a wrong function where both have something left."""
    yield from kept
    matched, used = {pair.wanted for pair in kept}, {pair.given for pair in kept}
    rows = [row for row in range(len(wanted)) if row not in matched]
    columns = [column for column in range(len(calls)) if column not in used]
    for row, column in zip(rows, columns, strict=False):
        yield _mismatched(functions, wanted[row], calls[column], row, column)
    for row in rows[len(columns) :]:
        name = wanted[row].name
        yield Pair(row, None, name, 0.0, (Verdict(None, "", "missing_call", 0.0, expected=name),))
    for column in columns[len(rows) :]:
        name = calls[column].name
        yield Pair(None, column, name, 0.0, (Verdict(column, "", _surplus(wanted, calls, column), 0.0, got=name),))


def _surplus(wanted: Sequence[Wanted], calls: Sequence[Call], column: int) -> str:
    if not wanted:
        return "not_abstained"
    call, others = calls[column], [*calls[:column], *calls[column + 1 :]]
    twin = any(other.name == call.name and same(dict(other.arguments), dict(call.arguments)) for other in others)
    return "duplicate_call" if twin else "extra_call"


def _mismatched(functions: Mapping[str, Function], wanted: Wanted, call: Call, row: int, column: int) -> Pair:
    code = call.problem or ("wrong_function" if call.name in functions else "unknown_function")
    step = "arguments" if code in ("arguments_text", "arguments_no_object") else "name"
    verdict = Verdict(column, step, code, 0.0, got=call.name, expected=wanted.name)
    return Pair(row, column, wanted.name, 0.0, (verdict,))


def _pair(functions: Mapping[str, Function], want: Wanted, call: Call, row: int, column: int, policy: Policy) -> Pair:
    if call.problem or call.name != want.name:
        return _mismatched(functions, want, call, row, column)
    return judge_call(functions.get(want.name, UNDEFINED), want, call, policy, row=row, column=column)


def judge_call(function: Function, want: Wanted, call: Call, policy: Policy, *, row: int = 0, column: int = 0) -> Pair:
    """A call of the right function, argument by argument."""
    properties, required, given = function.properties, function.required, call.arguments
    names = [*want.arguments]
    names += [name for name in given if name not in want.arguments]
    names += [name for name in required if name not in want.arguments and name not in given]
    verdicts: list[Verdict] = []
    for name in names:
        schema = properties.get(name)
        if name in given:
            verdict = _judge(want, name, given[name], schema, column, policy, closed=bool(properties))
        else:
            verdict = _judge_missing(want, name, schema, column, policy, required=name in required)
        if verdict is not None:
            verdicts.append(verdict)
    return Pair(row, column, want.name, _worth(verdicts, policy), tuple(verdicts))


def _worth(verdicts: Sequence[Verdict], policy: Policy) -> float:
    weights = right = 0.0
    for verdict in verdicts:
        if verdict.code == "missing_required" and policy.missing_required == "zero":
            return 0.0
        weights += verdict.weight
        right += verdict.weight * verdict.score
    if not weights:
        return float(all(verdict.score >= 1.0 for verdict in verdicts))
    return min(1.0, right / weights)


def _judge(
    want: Wanted, name: str, got: JSON, schema: JSON, place: int, policy: Policy, *, closed: bool
) -> Verdict | None:
    """None: nothing to say, because it is the default that the argument has anyway."""
    compare, weight = want.arguments.get(name), want.weights.get(name, 1.0)
    if compare is not None and compare.free:
        return Verdict(place, name, "ok", 1.0, weight, got, compare.shown)
    if schema is None and closed:
        return Verdict(place, name, "unknown_argument", 0.0, weight, got)
    if schema and type(schema) is dict:
        if "default" in schema and (compare is None or name in want.optional) and _is_default(schema, got, policy):
            return None  # also where the default itself is not of the declared type, as null often is not
        fault = (
            None if schemas.is_plainly_fine(got, schema) else _schema_fault(schema, got, name, place, weight, policy)
        )
        if fault is not None:
            return fault
    if compare is None:
        return Verdict(place, name, "unexpected_argument", 0.0, weight, got)
    score = compare.score(got)
    if score >= 1.0:
        return Verdict(place, name, "ok", 1.0, weight, got)
    return Verdict(place, name, "value", score, weight, got, compare.shown, compare.words)


def _judge_missing(
    want: Wanted, name: str, schema: JSON, place: int, policy: Policy, *, required: bool
) -> Verdict | None:
    """None: it was rightly left out."""
    compare, weight = want.arguments.get(name), want.weights.get(name, 1.0)
    if not required:
        if compare is None or compare.free or name in want.optional:
            return None
        default = _default(schema, policy)
        if default and compare.score(default[0]) >= 1.0:
            return None
    shown, words = (compare.shown, compare.words) if compare else (None, None)
    code = "missing_required" if required else "missing_argument"
    return Verdict(place, name, code, 0.0, weight, None, shown, words)


def _default(schema: JSON, policy: Policy) -> tuple[JSON, ...]:
    if policy.defaults_equivalent and isinstance(schema, dict) and "default" in schema:
        return (schema["default"],)
    return ()


def _is_default(schema: JSON, got: JSON, policy: Policy) -> bool:
    return any(type(got) is type(default) and same(got, default) for default in _default(schema, policy))


def _schema_fault(
    schema: Mapping[str, JSON], got: JSON, name: str, place: int, weight: float, policy: Policy
) -> Verdict | None:
    try:
        fine = schemas.conforms(got, schema)
    except schemas.BadSchema:
        return Verdict(place, name, "schema", 0.0, weight, got, words=schemas.NO_SCHEMA)
    if fine and type(got) is float and schema.get("type") == "integer" and not policy.whole_floats:
        return Verdict(place, name, "type", 0.0, weight, got, words=WHOLE)
    if fine:
        return None
    said = schemas.problems(got, schema)
    words = {language: "; ".join(text[language] for text in said) for language in ("en", "fr")} if said else None
    code = "schema" if schemas.has_type(got, schema.get("type")) else "type"
    return Verdict(place, name, code, 0.0, weight, got, words=words or schemas.NO_SCHEMA)


WHOLE = {"en": "must be a whole number, written without a fraction", "fr": "il faut un nombre entier, sans décimales"}
