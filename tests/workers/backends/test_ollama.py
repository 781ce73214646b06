"""What only Ollama does."""

import pytest

from tests.workers.backends.scripted import ScriptedServer, document, ndjson
from workers.backends import errors, loop
from workers.backends.adapters.ollama import Ollama
from workers.backends.backend import Endpoint, ModelInfo, Patience
from workers.backends.requests import ChatOptions, ChatRequest, ChatResult, EmbedRequest, Message, Timings

QUICK = Patience(connect=1, first=0.5, between=0.5, probe=0.5)
LAST = {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"}


def run(server: ScriptedServer, request: ChatRequest | None = None) -> ChatResult:
    request = request or ChatRequest(messages=[Message(role="user", content="hi")])
    backend = Ollama(Endpoint(server.url, patience=QUICK))
    result = loop.run(backend.run(model="m", request=request, emit=lambda _piece: None))
    assert isinstance(result, ChatResult)
    return result


def test_request_is_what_ollama_reads(server: ScriptedServer) -> None:
    script = server.play("/api/chat", ndjson(LAST))
    tool = {"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}}
    run(
        server,
        ChatRequest(
            messages=[
                Message(role="system", content="be brief"),
                Message(role="user", content="1+1"),
                Message(role="assistant", content="", tool_calls=[{"name": "add", "arguments": {"a": 1}}]),
                Message(role="tool", content="2", tool_name="add"),
            ],
            options=ChatOptions(temperature=0, top_k=3, seed=9, stop=["END"], max_tokens=20),
            json_schema={"type": "object"},
            tools=[tool],
        ),
    )
    assert script.requests == [
        {
            "model": "m",
            "messages": [
                {"role": "system", "content": "be brief"},
                {"role": "user", "content": "1+1"},
                {
                    "role": "assistant",
                    "content": "",
                    "tool_calls": [{"function": {"name": "add", "arguments": {"a": 1}}}],
                },
                {"role": "tool", "content": "2", "tool_name": "add"},
            ],
            "stream": True,
            "truncate": False,
            "format": {"type": "object"},
            "tools": [tool],
            "options": {"num_predict": 20, "seed": 9, "temperature": 0, "top_k": 3, "stop": ["END"]},
        }
    ]


def test_durations_are_seconds(server: ScriptedServer) -> None:
    figures = {"load_duration": 5_000_000, "prompt_eval_duration": 250_000_000, "eval_duration": 2_000_000_000}
    server.play("/api/chat", ndjson({**LAST, **figures}))
    assert run(server).timings == Timings(load=0.005, prompt=0.25, generation=2.0)


def test_absent_counts_stay_unknown(server: ScriptedServer) -> None:
    server.play("/api/chat", ndjson(LAST))
    result = run(server)
    assert (result.usage.prompt_tokens, result.usage.completion_tokens) == (None, None)


def test_tool_call_in_the_last_line_is_taken(server: ScriptedServer) -> None:
    call = {"function": {"name": "add", "arguments": {"a": 1}}}
    server.play("/api/chat", ndjson({**LAST, "message": {"role": "assistant", "content": "", "tool_calls": [call]}}))
    assert run(server).tool_calls == [{"name": "add", "arguments": {"a": 1}}]


def test_arguments_as_text_are_parsed(server: ScriptedServer) -> None:
    call = {"function": {"name": "add", "arguments": '{"a": 1}'}}
    server.play("/api/chat", ndjson({**LAST, "message": {"role": "assistant", "content": "", "tool_calls": [call]}}))
    assert run(server).tool_calls == [{"name": "add", "arguments": {"a": 1}}]


def test_old_release_without_a_reason_is_a_stop(server: ScriptedServer) -> None:
    server.play("/api/chat", ndjson({"message": {"content": "a"}, "done": True}))
    assert run(server).finish == "stop"


def test_model_that_was_only_loaded_is_no_answer(server: ScriptedServer) -> None:
    server.play("/api/chat", ndjson({**LAST, "done_reason": "load"}))
    with pytest.raises(errors.ServerFault):
        run(server)


@pytest.mark.parametrize(
    ("status", "message", "error"),
    [
        (404, "model 'm' not found", errors.ModelMissing),
        (404, 'model "m" not found, try pulling it first', errors.ModelMissing),
        (400, '"m" does not support chat', errors.Misconfigured),
        (400, "registry.ollama.ai/library/m does not support tools", errors.Misconfigured),
        (400, "invalid format: expected object", errors.RequestRefused),
        (400, "the input length exceeds the context length", errors.TooLong),
        (500, "the request exceeds the available context size", errors.TooLong),
        (499, "request canceled", errors.Interrupted),
        (500, "llama runner process has terminated", errors.ServerFault),
        (503, "server busy, please try again.  maximum pending requests exceeded", errors.Busy),
        (403, "access to model denied", errors.Misconfigured),
    ],
)
def test_errors_of_ollama_are_sorted(
    server: ScriptedServer, status: int, message: str, error: type[errors.BackendError]
) -> None:
    server.play("/api/chat", document({"error": message}, status=status))
    with pytest.raises(error) as caught:
        run(server)
    assert type(caught.value) is error


def test_page_not_found_is_not_a_missing_model(server: ScriptedServer) -> None:
    server.play("/api/chat", document("404 page not found", status=404))
    with pytest.raises(errors.Misconfigured):
        run(server)


def test_embedding_refuses_to_cut_text(server: ScriptedServer) -> None:
    script = server.play("/api/embed", document({"embeddings": [[1, 0]]}))
    backend = Ollama(Endpoint(server.url, patience=QUICK))
    loop.run(backend.run(model="m", request=EmbedRequest(texts=["a"]), emit=lambda _piece: None))
    assert script.requests == [{"model": "m", "input": ["a"], "truncate": False}]


def test_probe_knows_models_digests_and_what_is_loaded(server: ScriptedServer) -> None:
    details = {"family": "qwen3", "parameter_size": "4B", "quantization_level": "Q4_K_M", "context_length": 40960}
    chat = {"name": "qwen3:4b", "digest": "abc", "size": 9, "details": details, "capabilities": ["completion", "tools"]}
    embed = {"name": "nomic-embed-text:latest", "digest": "def", "size": 3, "details": {"family": "nomic-bert"}}
    server.play("/api/version", document({"version": "0.33.0"}))
    server.play("/api/tags", document({"models": [chat, embed]}))
    server.play("/api/ps", document({"models": [{"name": "qwen3:4b", "context_length": 4096}]}))
    probe = loop.run(Ollama(Endpoint(server.url, patience=QUICK)).probe())
    assert probe.version == "0.33.0"
    assert probe.models == (
        ModelInfo(
            name="qwen3:4b",
            digest="abc",
            context_length=4096,
            capabilities=("chat", "tools"),
            details={"family": "qwen3", "parameters": "4B", "quantization": "Q4_K_M", "bytes": 9},
            loaded=True,
        ),
        ModelInfo(
            name="nomic-embed-text:latest",
            digest="def",
            capabilities=("embed",),
            details={"family": "nomic-bert", "parameters": "", "quantization": "", "bytes": 3},
        ),
    )


def test_probe_of_an_empty_server_finds_no_models(server: ScriptedServer) -> None:
    server.play("/api/version", document({"version": "0.33.0"}))
    server.play("/api/tags", document({"models": None}))
    server.play("/api/ps", document({"models": None}))
    assert loop.run(Ollama(Endpoint(server.url, patience=QUICK)).probe()).models == ()
