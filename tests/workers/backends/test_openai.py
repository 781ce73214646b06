"""What servers that speak the OpenAI API do each in their own way."""

import json
from typing import Any

import pytest

from tests.workers.backends.scripted import ScriptedServer, document, sse
from workers.backends import errors, loop
from workers.backends.adapters.openai import OpenAI
from workers.backends.backend import Endpoint, ModelInfo, Patience
from workers.backends.requests import ChatOptions, ChatRequest, ChatResult, Message, Timings

QUICK = Patience(connect=1, first=0.5, between=0.5, probe=0.5)
PATH = "/v1/chat/completions"


def run(server: ScriptedServer, request: ChatRequest | None = None, suffix: str = "") -> ChatResult:
    request = request or ChatRequest(messages=[Message(role="user", content="hi")])
    backend = OpenAI(Endpoint(server.url + suffix, patience=QUICK))
    result = loop.run(backend.run(model="m", request=request, emit=lambda _piece: None))
    assert isinstance(result, ChatResult)
    return result


def piece(finish: str | None = None, **delta: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


@pytest.mark.parametrize("suffix", ["", "/", "/v1", "/v1/"])
def test_address_may_name_the_version(server: ScriptedServer, suffix: str) -> None:
    server.play(PATH, sse(piece("stop", content="a")))
    assert run(server, suffix=suffix).text == "a"


def test_request_is_what_the_api_reads(server: ScriptedServer) -> None:
    script = server.play(PATH, sse(piece("stop")))
    calls = [{"name": "add", "arguments": {"a": 1}}, {"name": "sub", "arguments": {"b": "é"}}]
    run(
        server,
        ChatRequest(
            messages=[
                Message(role="user", content="1+1"),
                Message(role="assistant", content="", tool_calls=calls),
                Message(role="tool", content="0", tool_name="sub"),
                Message(role="tool", content="2"),
            ],
            options=ChatOptions(repeat_penalty=1.1, stop=["END"], max_tokens=20),
            json_schema={"type": "object"},
        ),
    )
    [sent] = script.requests
    assert sent["messages"][1:] == [
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [
                {"id": "call_0", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}},
                {"id": "call_1", "type": "function", "function": {"name": "sub", "arguments": '{"b": "é"}'}},
            ],
        },
        {"role": "tool", "content": "0", "tool_call_id": "call_1"},
        {"role": "tool", "content": "2", "tool_call_id": "call_0"},
    ]
    assert sent["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "answer", "strict": True, "schema": {"type": "object"}},
    }
    assert (sent["repeat_penalty"], sent["repetition_penalty"], sent["stop"]) == (1.1, 1.1, ["END"])
    assert (sent["stream"], sent["stream_options"]) == (True, {"include_usage": True})


def test_missing_done_after_a_reason_is_whole(server: ScriptedServer) -> None:
    server.play(PATH, sse(piece(content="a"), piece("stop"), done=False))
    assert run(server).text == "a"


def test_last_event_without_its_blank_line_is_taken(server: ScriptedServer) -> None:
    script = sse(piece(content="a"), done=False)
    script.body.append(b"data: " + json.dumps(piece("stop")).encode())
    server.play(PATH, script)
    assert run(server).finish == "stop"


def test_comments_and_names_are_skipped(server: ScriptedServer) -> None:
    script = sse(piece(content="a"), piece("stop"))
    script.body.insert(0, b": queued 3/12\n\nevent: message\nid: 4\nretry: 10\n")
    server.play(PATH, script)
    assert run(server).text == "a"


def test_reasoning_of_vllm_is_taken(server: ScriptedServer) -> None:
    server.play(PATH, sse(piece(reasoning="hm"), piece("stop", content="a")))
    assert run(server).reasoning == "hm"


def test_usage_without_choices_is_taken(server: ScriptedServer) -> None:
    usage = {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}}
    server.play(PATH, sse(piece("stop", content="a"), usage))
    assert (run(server).usage.prompt_tokens, run(server).usage.completion_tokens) == (3, 4)


def test_timings_of_llama_cpp_are_seconds(server: ScriptedServer) -> None:
    last = {"choices": [], "timings": {"prompt_ms": 250.0, "predicted_ms": 2000.0}}
    server.play(PATH, sse(piece("stop"), last))
    assert run(server).timings == Timings(prompt=0.25, generation=2.0)


def test_calls_in_pieces_are_put_together(server: ScriptedServer) -> None:
    def part(index: int, **function: str) -> dict[str, Any]:
        return piece(tool_calls=[{"index": index, "function": function}])

    server.play(
        PATH,
        sse(
            part(0, name="add", arguments='{"a"'),
            part(1, name="sub", arguments=""),
            part(0, arguments=": 1}"),
            part(2, name="bad", arguments="{oops"),
            piece("tool_calls"),
        ),
    )
    assert run(server).tool_calls == [
        {"name": "add", "arguments": {"a": 1}},
        {"name": "sub", "arguments": {}},
        {"name": "bad", "arguments": {}, "malformed": "{oops"},
    ]


def test_arguments_as_an_object_are_taken(server: ScriptedServer) -> None:
    call = {"index": 0, "function": {"name": "add", "arguments": {"a": 1}}}
    server.play(PATH, sse(piece("stop", tool_calls=[call])))
    assert run(server).tool_calls == [{"name": "add", "arguments": {"a": 1}}]


@pytest.mark.parametrize("reason", ["abort", "error"])
def test_answer_that_was_aborted_is_interrupted(server: ScriptedServer, reason: str) -> None:
    server.play(PATH, sse(piece(content="a"), piece(reason)))
    with pytest.raises(errors.Interrupted):
        run(server)


def test_filtered_answer_is_cut(server: ScriptedServer) -> None:
    server.play(PATH, sse(piece(content="a"), piece("content_filter")))
    assert run(server).finish == "cut"


def test_error_with_status_200_is_no_answer(server: ScriptedServer) -> None:
    server.play(PATH, document({"error": {"message": "late"}}))
    with pytest.raises(errors.Interrupted):
        run(server)


def test_document_instead_of_a_stream_is_no_answer(server: ScriptedServer) -> None:
    server.play(PATH, document({"choices": [{"message": {"content": "a"}, "finish_reason": "stop"}]}))
    with pytest.raises(errors.Interrupted):
        run(server)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, {"error": "Unauthorized"}, errors.Misconfigured),
        (404, {"error": {"message": "The model `m` does not exist.", "code": "model_not_found"}}, errors.ModelMissing),
        (404, {"detail": "Not Found"}, errors.Misconfigured),
        (400, {"error": {"message": "bad temperature", "code": 400}}, errors.RequestRefused),
        (422, {"error": {"message": "bad", "code": None}}, errors.RequestRefused),
        (503, {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}, errors.Busy),
        (500, {"error": {"message": "boom", "code": 500}}, errors.ServerFault),
        (400, {"error": {"message": "This model's maximum context length is 4096 tokens."}}, errors.TooLong),
    ],
)
def test_errors_are_sorted(server: ScriptedServer, status: int, body: object, error: type[errors.BackendError]) -> None:
    server.play(PATH, document(body, status=status))
    with pytest.raises(error) as caught:
        run(server)
    assert type(caught.value) is error


def test_prompt_that_is_too_long_tells_the_sizes(server: ScriptedServer) -> None:
    error = {"message": "too long", "type": "exceed_context_size_error", "n_prompt_tokens": 9000, "n_ctx": 2048}
    server.play(PATH, document({"error": error}, status=400))
    with pytest.raises(errors.TooLong) as caught:
        run(server)
    assert caught.value.facts == {"prompt_tokens": 9000, "context": 2048}


def test_probe_of_vllm(server: ScriptedServer) -> None:
    server.play("/v1/models", document({"data": [{"id": "qwen", "max_model_len": 8192}, {"id": "bge-embed"}]}))
    server.play("/version", document({"version": "0.11.0"}))
    probe = loop.run(OpenAI(Endpoint(server.url, patience=QUICK)).probe())
    assert probe.version == "0.11.0"
    assert [(model.name, model.context_length, model.capabilities) for model in probe.models] == [
        ("qwen", 8192, ("chat",)),
        ("bge-embed", None, ("embed",)),
    ]


def test_probe_of_a_bare_server(server: ScriptedServer) -> None:
    server.play("/v1/models", document({"data": [{"id": "phi"}]}))
    probe = loop.run(OpenAI(Endpoint(server.url, patience=QUICK)).probe())
    assert probe.models == (ModelInfo(name="phi", details={"quantization": "", "slots": None}, loaded=True),)
