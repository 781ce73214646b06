"""Whatever an author's file holds: data with lines, or one clear error."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.catalog.yaml_nodes import BadYaml, parse

pieces = st.sampled_from(
    ["a: ", "- ", "\n", "  ", "{", "}", "[", "]", ", ", "'", '"', "&x ", "*x", "!t ", "|", ">", "? ", "# ", "1e999",
     "~", "<<: ", "0x1f", "yes", "2024-01-01", "%YAML 1.1\n", "---\n", "...\n", "\t", "\x00", "é"]
)  # fmt: skip


def line_said(text: str) -> int:
    """Where an error or the document begins, in a text whose first line is the seventh of its file."""
    try:
        return parse(text, first_line=7).line_of([])
    except BadYaml as error:
        return error.line


@given(st.one_of(st.text(max_size=200), st.lists(pieces, max_size=40).map("".join)))
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_or_refused_with_a_line_of_it(text: str) -> None:
    assert 7 <= line_said(text) <= 8 + len(text.splitlines())


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("-3", -3), ("1.5", 1.5), ("1e3", 1000.0), ("true", True), ("yes", "yes"), ("~", None), ("007", "007"),
     ("0x1f", "0x1f"), ("12:30", "12:30"), ("2024-01-01", "2024-01-01"), ("1_000", "1_000"), ('"1"', "1")],
)  # fmt: skip
def test_scalars_are_what_they_look_like(text: str, value: object) -> None:
    found = parse(f"a: {text}").data["a"]

    assert (type(found), found) == (type(value), value)


def test_lines_point_to_keys_and_items() -> None:
    document = parse("a:\n  - b: 1\n  - b: 2\nc: {d: 3}\n")

    assert document.line_of(["a", 1, "b"]) == 3
    assert document.line_of(["a", 1, "union", "missing"]) == 3
    assert document.line_of(["c", "d"]) == 4
    assert document.line_of(["nothing"]) == 1


def test_line_is_that_of_the_longest_place_that_a_path_may_mean() -> None:
    """The second step is the name of an alternative that the schema tried, and happens to be a key as well."""
    document = parse("items:\n  - criterion: length\n    params:\n      max: x")

    assert document.line_of(["items", 0, "criterion", "params", "max"]) == 4
