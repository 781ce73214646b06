import pytest

from workers.protocols import ollama, openai
from workers.protocols.lenient import parse_json, read


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "{", ""])
def test_parse_refuses_what_is_not_json(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_json(text)


def test_read_ignores_fields_of_later_releases() -> None:
    assert read(ollama.Version, b'{"version": "1", "new": {"a": 1}}') == ollama.Version(version="1")


def test_read_takes_half_a_surrogate_pair() -> None:
    chunk = read(ollama.Chunk, b'{"message": {"content": "\\ud83d"}}')
    assert chunk.message is not None
    assert chunk.message.content == "\ud83d"


@pytest.mark.parametrize("error", [{"message": "m", "code": 401}, {"message": "m", "code": "x"}, "m"])
def test_refusals_of_every_form_are_read(error: object) -> None:
    refusal = openai.Refusal.model_validate({"error": error}).error
    assert (refusal if isinstance(refusal, str) else refusal.message) == "m"
