"""Masks over a small made-up vocabulary."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.decoding.mask import Constraint, UnusableSchema, check_schema, is_allowed, packed
from workers.decoding.vocabulary import Vocabulary

WORDS = [b'{"', b"true", b"fal", b'":', b"name", b'"}', b"\xc3"]
VOCABULARY = Vocabulary([b"", *(bytes([byte]) for byte in range(256)), *WORDS], end=0, names={0: "<|end|>"})
COLOUR: dict[str, Any] = {
    "type": "object",
    "properties": {"name": {"enum": ["red", "green"]}, "on": {"type": "boolean"}},
    "required": ["name", "on"],
    "additionalProperties": False,
}


def allowed(constraint: Constraint) -> set[str]:
    return {VOCABULARY.text(int(token)) for token in constraint.allowed().nonzero()[0]}


def after(text: str, schema: dict[str, Any]) -> Constraint:
    constraint = Constraint(VOCABULARY, schema)
    assert all(constraint.consume(1 + byte) for byte in text.encode())
    return constraint


def test_every_token_that_begins_what_must_follow_is_allowed() -> None:
    assert allowed(after("", COLOUR)) == {"{", '{"'}
    assert allowed(after('{"', COLOUR)) == {"n", "name"}
    assert allowed(after('{"name":"', COLOUR)) == {"r", "g"}
    assert allowed(after('{"name":"red","on":', COLOUR)) == {"t", "f", "true", "fal"}


def test_the_end_is_allowed_exactly_where_the_json_is_complete() -> None:
    whole = after('{"name":"red","on":true}', COLOUR)
    assert (whole.complete, whole.closed, allowed(whole)) == (True, True, {"<|end|>"})
    number = after("4", {"type": "integer"})
    assert number.complete
    assert "<|end|>" in allowed(number)
    assert not after('{"name":"red"', COLOUR).complete
    assert not after("", COLOUR).consume(0)


def test_a_token_that_is_not_allowed_changes_nothing() -> None:
    constraint = after('{"', COLOUR)
    assert not constraint.consume(1 + ord("x"))
    assert allowed(constraint) == {"n", "name"}


@settings(max_examples=30)
@given(st.data())
def test_allowed_tokens_always_lead_to_json_of_the_schema(data: st.DataObject) -> None:
    constraint = Constraint(VOCABULARY, COLOUR)
    chosen: list[int] = []
    while not constraint.closed:
        choices = [int(token) for token in constraint.allowed().nonzero()[0]]
        chosen.append(data.draw(st.sampled_from(choices)))
        assert constraint.consume(chosen[-1])
    assert VOCABULARY.join(chosen) in {
        f'{{"name":"{name}","on":{on}}}' for name in ("red", "green") for on in ("true", "false")
    }


def test_packed_mask_says_the_same() -> None:
    mask = Constraint(VOCABULARY, COLOUR).allowed()
    text = packed(mask)
    assert [token for token in range(len(VOCABULARY)) if is_allowed(text, token)] == mask.nonzero()[0].tolist()
    assert not is_allowed(text, -1)
    assert not is_allowed(text, 10**6)


DEEP: dict[str, Any] = {}
node = DEEP
for _level in range(3000):
    node["items"] = node = {}


@pytest.mark.parametrize(
    "schema",
    [
        {"enum": []},
        {"type": "string", "minLength": 5, "maxLength": 2},
        {"$ref": "http://example.org/schema"},
        {"not": {}},
        {"type": "object", "properties": {"a": {"enum": ["x" * 30_000]}}},
        DEEP,
    ],
    ids=["nothing", "contradiction", "remote", "unknown", "long", "deep"],
)
def test_schema_that_cannot_be_met_is_refused_with_a_reason(schema: dict[str, Any]) -> None:
    with pytest.raises(UnusableSchema, match=r"\w"):
        check_schema(schema)


def test_the_schemas_own_options_count_for_nothing() -> None:
    assert allowed(after("{", {**COLOUR, "x-guidance": {"whitespace_flexible": True}})) == {'"'}
    check_schema(COLOUR)
