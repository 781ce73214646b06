"""The openai adapter against the real llama.cpp server that ships with the platform."""

import asyncio
import hashlib
import threading
import time
from pathlib import Path

import httpx
import pytest

import workers.engines.llama_cpp
from workers.backends import errors, loop
from workers.backends.adapters.openai import OpenAI
from workers.backends.backend import Delta, Endpoint
from workers.backends.requests import ChatOptions, ChatRequest, ChatResult, EmbedRequest, EmbedResult, Message

pytestmark = pytest.mark.services


def ask(url: str, text: str, **options: object) -> tuple[ChatResult, list[Delta]]:
    heard: list[Delta] = []
    request = ChatRequest(
        messages=[Message(role="user", content=text)],
        options=ChatOptions(max_tokens=12, **options),  # type: ignore[arg-type]
    )
    result = loop.run(OpenAI(Endpoint(url)).run(model="athanor-tiny", request=request, emit=heard.append))
    assert isinstance(result, ChatResult)
    return result, heard


def test_answer_streams(llama_cpp: str) -> None:
    result, heard = ask(llama_cpp, "What is a token?", temperature=0)
    assert result.text == "".join(piece.text for piece in heard)
    assert result.finish in {"stop", "length"}
    assert result.usage.prompt_tokens
    assert result.timings.generation


def test_same_seed_gives_the_same_answer(llama_cpp: str) -> None:
    first, _ = ask(llama_cpp, "What is a token?", temperature=1.5, seed=3)
    second, _ = ask(llama_cpp, "What is a token?", temperature=1.5, seed=3)
    assert first.text == second.text


def test_text_of_every_kind_is_taken(llama_cpp: str) -> None:
    result, _ = ask(llama_cpp, "data: [DONE]\n\n\u2028\x00 \ud83d \U0001f600", temperature=0)
    assert result.finish in {"stop", "length"}


def test_prompt_that_is_too_long_is_refused_with_the_sizes(llama_cpp: str) -> None:
    with pytest.raises(errors.TooLong) as caught:
        ask(llama_cpp, "hello " * 20_000)
    assert caught.value.facts["prompt_tokens"] > caught.value.facts["context"] > 0


def test_embeddings_have_length_one(llama_cpp: str) -> None:
    request = EmbedRequest(texts=["a cat", "a dog", "a cat"])
    result = loop.run(OpenAI(Endpoint(llama_cpp)).run(model="x", request=request, emit=lambda _piece: None))
    assert isinstance(result, EmbedResult)
    assert [round(sum(x * x for x in vector), 6) for vector in result.vectors] == [1, 1, 1]
    assert result.vectors[0] == pytest.approx(result.vectors[2], abs=1e-3)


def busy_slots(url: str) -> int:
    return sum(slot["is_processing"] for slot in httpx.get(f"{url}/slots", trust_env=False).json())


def test_cancelling_stops_the_model(llama_cpp: str) -> None:
    begun, heard = threading.Event(), []
    request = ChatRequest(
        messages=[Message(role="user", content="Count for ever.")],
        options=ChatOptions(max_tokens=1900, temperature=1, seed=1),
        json_schema={"type": "array", "items": {"type": "integer"}, "minItems": 600},  # it cannot end early
    )

    def hear(piece: Delta) -> None:
        heard.append(piece)
        begun.set()

    running = loop.spawn(OpenAI(Endpoint(llama_cpp)).run(model="athanor-tiny", request=request, emit=hear))
    assert begun.wait(5)
    assert busy_slots(llama_cpp) == 1
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        running.wait()
    said = len(heard)
    for _ in range(100):
        if not busy_slots(llama_cpp):
            break
        time.sleep(0.01)
    assert busy_slots(llama_cpp) == 0
    assert said == len(heard) < 1000


def test_probe_knows_the_weights(llama_cpp: str) -> None:
    file = Path(workers.engines.llama_cpp.__path__[0]) / "models" / "athanor-tiny.gguf"
    probe = loop.run(OpenAI(Endpoint(llama_cpp)).probe())
    [model] = probe.models
    assert (model.name, model.loaded) == ("athanor-tiny", True)
    assert model.digest == "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest()
    assert model.context_length
