"""What the decoding lab shows is what the server itself says: asked of the real llama.cpp with the shipped model."""

import httpx
import numpy as np
import pytest

from tests.workers.backends.scripted import ScriptedServer, document
from workers.backends import errors, loop
from workers.backends.adapters.ollama import Ollama
from workers.backends.adapters.openai import OpenAI
from workers.backends.backend import Backend, Endpoint, Patience
from workers.backends.requests import PredictRequest, PredictResult, Sampler, StopRule, Token, TokenizeRequest
from workers.decoding.outline import Outline
from workers.engines.llama_cpp.bpe import Tokenizer
from workers.engines.llama_cpp.gguf_file import read_header
from workers.engines.llama_cpp.server import default_model_path

QUESTION = "What is the capital of France?"
SCHEMA = {
    "type": "object",
    "properties": {"ok": {"type": "boolean"}},
    "required": ["ok"],
    "additionalProperties": False,
}


def predict(url: str, backend: type[Backend] = OpenAI, **fields: object) -> PredictResult:
    request = PredictRequest.model_validate({"prompt": QUESTION, "chat": True, **fields})
    result = loop.run(backend(Endpoint(url)).run(model="athanor-tiny", request=request, emit=lambda _piece: None))
    assert isinstance(result, PredictResult)
    return result


def tokens(url: str, **fields: object) -> list[Token]:
    request = TokenizeRequest.model_validate(fields)
    result = loop.run(OpenAI(Endpoint(url)).run(model="athanor-tiny", request=request, emit=lambda _piece: None))
    return list(result.tokens)  # type: ignore[union-attr]


@pytest.mark.services
def test_numbers_are_the_servers_own_log_probabilities(llama_cpp: str) -> None:
    """Against the API of the OpenAI dialect, which is another way through the server."""
    body = {
        "model": "athanor-tiny", "messages": [{"role": "user", "content": QUESTION}],
        "max_tokens": 6, "temperature": 0, "logprobs": True, "top_logprobs": 12,
    }  # fmt: skip
    answer = httpx.post(f"{llama_cpp}/v1/chat/completions", json=body, trust_env=False).json()["choices"][0]
    trace = predict(llama_cpp, steps=6, top=12).traces[0]

    assert trace.text == answer["message"]["content"]
    for step, told in zip(trace.steps, answer["logprobs"]["content"], strict=True):
        assert step.logprob == pytest.approx(told["logprob"], abs=1e-3)
        best = sorted((each["logprob"] for each in told["top_logprobs"]), reverse=True)
        assert [each.logprob for each in step.candidates] == pytest.approx(best, abs=1e-3)


@pytest.mark.services
def test_distribution_is_whole(llama_cpp: str) -> None:
    found = predict(llama_cpp, prompt="The", chat=False, top=40)
    step = found.traces[0].steps[0]
    outline = Outline([each.logprob for each in step.candidates], step.tail)
    assert found.complete
    assert sum(map(sum, outline.at(1.0))) == pytest.approx(1)
    assert np.exp([each.logprob for each in step.candidates]).sum() == pytest.approx(sum(outline.at(1.0)[0]), abs=1e-3)
    assert len(step.candidates) + sum(count for _mean, count in step.tail) == found.vocabulary
    assert outline.entropy() == pytest.approx(step.entropy, abs=0.02)


@pytest.mark.services
def test_ids_bytes_and_pieces_are_those_of_the_models_tokenizer(llama_cpp: str) -> None:
    header = read_header(default_model_path())
    ours = Tokenizer.from_lists(header.tokens, header.metadata["tokenizer.ggml.merges"])
    text = "Hello é 😀, Paris 2026\n\t<|end|>"
    found = tokens(llama_cpp, text=text, special=True)
    assert [token.id for token in found] == ours.encode(text)
    assert b"".join(bytes.fromhex(token.hex) for token in found).decode() == text.removesuffix("<|end|>")
    assert (found[-1].text, found[-1].special) == ("<|end|>", True)
    assert all(not token.special for token in tokens(llama_cpp, text="<|end|>"))
    assert tokens(llama_cpp, ids=[token.id for token in found]) == found


@pytest.mark.services
@pytest.mark.parametrize("bad", [-1, 2048, 2**40])
def test_id_beyond_the_vocabulary_is_named(llama_cpp: str, bad: int) -> None:
    with pytest.raises(errors.UnknownToken) as caught:
        tokens(llama_cpp, ids=[1, bad])
    assert caught.value.facts == {"token": bad, "last": 2047}
    with pytest.raises(errors.UnknownToken):
        predict(llama_cpp, logit_bias={bad: 1})


@pytest.mark.services
def test_schema_holds_and_stands_beside_the_free_answer(llama_cpp: str) -> None:
    found = predict(llama_cpp, steps=30, json_schema=SCHEMA, beside=True, top=5)
    masked, free = found.traces
    assert masked.text in ('{"ok":true}', '{"ok":false}')
    assert (masked.finish, free.constrained) == ("end", False)
    assert all(step.allowed and step.chosen for step in masked.steps)
    assert masked.steps[-1].may_end
    assert free.text.startswith("The capital of France")
    with pytest.raises(errors.BadSchema):
        predict(llama_cpp, json_schema={"enum": []})


@pytest.mark.services
def test_walk_goes_on_where_it_was_and_bias_steers_it(llama_cpp: str) -> None:
    whole = predict(llama_cpp, steps=5, top=3).traces[0]
    first = [token.model_dump() for token in whole.tokens[:2]]
    again = predict(llama_cpp, steps=3, top=3, after=first).traces[0]
    assert again.text == whole.text
    assert again.steps[0].logprob == pytest.approx(whole.steps[2].logprob, abs=1e-3)

    other = whole.steps[0].candidates[1]
    steered = predict(llama_cpp, steps=1, logit_bias={other.id: 100}).traces[0]
    assert steered.tokens[0].id == other.id
    warm = {"sampler": Sampler(temperature=2, top_p=0.9, seed=5).model_dump(), "steps": 8, "top": 1}
    assert predict(llama_cpp, **warm).text == predict(llama_cpp, **warm).text
    stopped = predict(llama_cpp, steps=30, stop=StopRule(texts=["France"]).model_dump(), top=1).traces[0]
    assert (stopped.finish, stopped.text.endswith("France")) == ("stop", True)


def test_other_servers_of_the_dialect_refuse(server: ScriptedServer) -> None:
    server.play("/props", document({"detail": "Not Found"}, status=404))
    server.play("/v1/models", document({"data": [{"id": "m"}]}))
    with pytest.raises(errors.WrongTask):
        tokens(server.url, text="hi")


BEST = [{"token": " Paris", "logprob": -0.1, "bytes": [32, 80, 97, 114, 105, 115]}, {"token": " a", "logprob": -3.0}]


def test_ollama_tells_its_best_candidates(server: ScriptedServer) -> None:
    script = server.play(
        "/api/chat", document({"logprobs": [{**BEST[0], "top_logprobs": BEST}], "done_reason": "stop"})
    )
    found = predict(server.url, Ollama, steps=1, top=50, after=[{"text": "It is"}])
    assert not found.complete
    assert found.text == "It is Paris"
    assert [each.logprob for each in found.traces[0].steps[0].candidates] == [-0.1, -3.0]
    sent = script.requests[0]
    assert (sent["logprobs"], sent["top_logprobs"], sent["options"]["num_predict"]) == (True, 20, 1)
    assert sent["messages"][-1] == {"role": "assistant", "content": "It is"}


@pytest.mark.parametrize("fields", [{"logit_bias": {3: 1}}, {"json_schema": SCHEMA}])
def test_ollama_refuses_what_needs_every_score(server: ScriptedServer, fields: dict[str, object]) -> None:
    with pytest.raises(errors.TopOnly):
        predict(server.url, Ollama, **fields)
    with pytest.raises(errors.TopOnly):
        loop.run(Ollama(Endpoint(server.url, patience=Patience(probe=1))).run(
            model="m", request=TokenizeRequest(text="hi"), emit=lambda _piece: None))  # fmt: skip
