import pytest

from courses.grading import strict_json
from courses.grading.strict_json import BadJson


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("{", "syntax"),
        ('{"a": 1, "a": 1}', "duplicate_key"),
        ("[NaN]", "not_a_number"),
        ("[-Infinity]", "not_a_number"),
        ('{"\\ud800": 1}', "not_text"),
        ('["\ud800"]', "not_text"),
        ("[1e999]", "not_a_number"),
        ("[" + "9" * 5000 + "]", "not_a_number"),
        ("[" * 100_0 + "]" * 100_0, "too_deep"),
        ('{"a":' * 40 + "1" + "}" * 40, "too_deep"),
        ('"' + "x" * 70_000 + '"', "too_big"),
    ],
)
def test_load_refuses_what_the_standard_does_not_mean(text: str, code: str) -> None:
    with pytest.raises(BadJson) as caught:
        strict_json.load(text)

    assert caught.value.code == code


def test_load_names_line_and_column() -> None:
    with pytest.raises(BadJson) as caught:
        strict_json.load('{\n  "a": x\n}')

    assert (caught.value.line, caught.value.column) == (2, 8)


def test_brackets_in_strings_are_not_depth() -> None:
    assert strict_json.load('["' + "[" * 100 + '\\""]') == ["[" * 100 + '"']


def test_find_gives_the_place_of_the_json() -> None:
    text = 'x {"a": [1]} y'

    found = strict_json.find(text, "first")

    assert text[found.start : found.end] == '{"a": [1]}'
    assert (found.value, found.clean) == ({"a": [1]}, False)


def test_find_reports_a_duplicate_key_instead_of_searching_on() -> None:
    with pytest.raises(BadJson) as caught:
        strict_json.find('x {"a": 1, "a": 2} {"b": 1}', "first")

    assert caught.value.code == "duplicate_key"
