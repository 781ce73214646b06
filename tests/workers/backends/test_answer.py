import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.backends import answer as module
from workers.backends.answer import Answer, tool_call
from workers.backends.backend import Delta
from workers.backends.errors import ServerFault


def collect(pieces: list[str]) -> tuple[Answer, list[Delta]]:
    heard: list[Delta] = []
    answer = Answer(heard.append)
    for piece in pieces:
        answer.add(text=piece)
    answer.end()
    return answer, heard


def cut(text: str, places: list[int]) -> list[str]:
    places = sorted({0, len(text), *(place % (len(text) + 1) for place in places)})
    return [text[start:end] for start, end in itertools.pairwise(places)]


@given(st.text(alphabet=" \n<>/thinkab", max_size=40), st.lists(st.integers(0, 50), max_size=6))
def test_cutting_does_not_matter(text: str, places: list[int]) -> None:
    whole, _ = collect([text])
    pieces, heard = collect(cut(text, places))
    assert (pieces.text, pieces.reasoning) == (whole.text, whole.reasoning)
    assert "".join(piece.text for piece in heard) == whole.text


@given(st.text())
def test_text_without_thoughts_is_unchanged(text: str) -> None:
    if not text.lstrip().startswith("<think>"):
        answer, _ = collect([text])
        assert answer.text == text.replace("\x00", "\ufffd")


@pytest.mark.parametrize(
    ("text", "reasoning", "answer"),
    [
        ("<think>a</think>b", "a", "b"),
        ("\n<think>\na\n</think>\n\nb", "a\n", "b"),
        ("<think>never closed", "never closed", ""),
        ("<think></think>b", "", "b"),
        ("a <think>b</think>", "", "a <think>b</think>"),
        ("<think", "", "<think"),
    ],
)
def test_leading_thought_is_split_off(text: str, reasoning: str, answer: str) -> None:
    collected, _ = collect([text])
    assert (collected.reasoning, collected.text) == (reasoning, answer)


def test_endless_answer_is_the_servers_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_ANSWER", 10)
    with pytest.raises(ServerFault):
        collect(["12345", "678901"])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"a": 1}, {"name": "f", "arguments": {"a": 1}}),
        ('{"a": 1}', {"name": "f", "arguments": {"a": 1}}),
        (None, {"name": "f", "arguments": {}}),
        ("", {"name": "f", "arguments": {}}),
        ("[1]", {"name": "f", "arguments": {}, "malformed": "[1]"}),
        ('{"a": NaN}', {"name": "f", "arguments": {}, "malformed": '{"a": NaN}'}),
        ("[" * 100_000, {"name": "f", "arguments": {}, "malformed": "[" * 100_000}),
    ],
)
def test_tool_call_keeps_what_was_written(arguments: object, expected: object) -> None:
    assert tool_call("f", arguments) == expected  # type: ignore[arg-type]
