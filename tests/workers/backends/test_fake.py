"""The in-process backend keeps the promises of the others."""

import asyncio

import pytest

from workers.backends import errors, loop
from workers.backends.adapters.fake import Fake
from workers.backends.backend import Delta, Endpoint
from workers.backends.requests import (
    ChatOptions,
    ChatRequest,
    ChatResult,
    EmbedRequest,
    EmbedResult,
    ImageRequest,
    ImageResult,
    Message,
)

TEXT = "one two three four"


def ask(model: str, heard: list[Delta], text: str = TEXT, **options: int) -> ChatResult:
    request = ChatRequest(messages=[Message(role="user", content=text)], options=ChatOptions(**options))  # type: ignore[arg-type]
    result = loop.run(Fake(Endpoint("")).run(model=model, request=request, emit=heard.append))
    assert isinstance(result, ChatResult)
    return result


def test_echo_streams_what_it_was_told() -> None:
    heard: list[Delta] = []
    result = ask("echo", heard)
    assert [piece.text for piece in heard] == ["one", " two", " three", " four"]
    assert (result.text, result.finish) == (TEXT, "stop")


def test_echo_keeps_to_max_tokens() -> None:
    result = ask("echo", [], max_tokens=2)
    assert (result.text, result.finish, result.usage.completion_tokens) == ("one two", "length", 2)


def test_echo_of_nothing_is_empty() -> None:
    assert ask("echo", [], text=" ").text == ""


@pytest.mark.parametrize(
    ("model", "error"),
    [
        ("busy", errors.Busy),
        ("unreachable", errors.Unreachable),
        ("interrupted", errors.Interrupted),
        ("fault", errors.ServerFault),
        ("missing", errors.ModelMissing),
        ("refused", errors.RequestRefused),
        ("misconfigured", errors.Misconfigured),
    ],
)
def test_failures_come_in_mid_answer(model: str, error: type[errors.BackendError]) -> None:
    heard: list[Delta] = []
    with pytest.raises(error):
        ask(model, heard)
    assert "".join(piece.text for piece in heard) == "one two"


def test_never_ends_when_it_is_cancelled() -> None:
    request = ChatRequest(messages=[Message(role="user", content="hi")])
    running = loop.spawn(Fake(Endpoint("")).run(model="never", request=request, emit=lambda _piece: None))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        running.wait()


def test_embeddings_of_the_same_words_are_close() -> None:
    request = EmbedRequest(texts=["a cat sat", "sat a cat", "quantum field theory", ""])
    result = loop.run(Fake(Endpoint("")).run(model="embed", request=request, emit=lambda _piece: None))
    assert isinstance(result, EmbedResult)
    first, second, third, empty = result.vectors
    assert sum(x * y for x, y in zip(first, second, strict=True)) == pytest.approx(1)
    assert sum(x * y for x, y in zip(first, third, strict=True)) < 0.5
    assert set(empty) == {0}


def test_probe_lists_its_models() -> None:
    probe = loop.run(Fake(Endpoint("")).probe())
    assert [model.name for model in probe.models] == ["echo", "slow", "never", "embed", "paint"]


def test_pictures_depend_on_the_seed_and_come_again() -> None:
    request = ImageRequest(prompt="a cat", width=64, height=64, seed=3, batch=2)

    first, again = (
        loop.run(Fake(Endpoint("")).run(model="paint", request=request, emit=lambda _piece: None)) for _try in range(2)
    )

    assert isinstance(first, ImageResult)
    assert first == again
    assert [picture.seed for picture in first.pictures] == [3, 4]
    assert len({picture.digest for picture in first.pictures}) == 2
