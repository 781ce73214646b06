"""What every adapter that speaks HTTP must do, whatever its dialect."""

import asyncio
import threading
from dataclasses import replace

import pytest

from tests.workers.backends.dialects import DIALECTS, Dialect
from tests.workers.backends.scripted import Break, Hang, Script, ScriptedServer, document
from workers.backends import errors, loop
from workers.backends.backend import Backend, Delta, Endpoint, Patience
from workers.backends.requests import ChatOptions, ChatRequest, ChatResult, EmbedRequest, EmbedResult, Message

QUICK = Patience(connect=1, first=0.3, between=0.3, probe=0.3)
TROUBLESOME = ["data: [DONE]\n\n", "a\u2028b\x85c", "\n\n", '{"error": 1}', "é\U0001f600", " "]


@pytest.fixture(params=DIALECTS.values(), ids=DIALECTS.keys())
def dialect(request: pytest.FixtureRequest) -> Dialect:
    found: Dialect = request.param
    return found


@pytest.fixture
def backend(dialect: Dialect, server: ScriptedServer) -> Backend:
    return dialect.adapter(Endpoint(server.url, patience=QUICK))


def chat(backend: Backend, emitted: list[Delta] | None = None, **options: object) -> ChatResult:
    heard: list[Delta] = [] if emitted is None else emitted
    request = ChatRequest(messages=[Message(role="user", content="hi")], options=ChatOptions(**options))  # type: ignore[arg-type]
    result = loop.run(backend.run(model="m", request=request, emit=heard.append))
    assert isinstance(result, ChatResult)
    return result


def test_text_comes_whole_and_in_order(backend: Backend, dialect: Dialect, server: ScriptedServer) -> None:
    server.play(dialect.chat_path, dialect.answer(TROUBLESOME))
    emitted: list[Delta] = []
    result = chat(backend, emitted)
    assert result.text == "".join(TROUBLESOME)
    assert "".join(piece.text for piece in emitted) == result.text
    assert (result.finish, result.usage.prompt_tokens, result.usage.completion_tokens) == ("stop", 5, 7)


def test_length_is_told(backend: Backend, dialect: Dialect, server: ScriptedServer) -> None:
    server.play(dialect.chat_path, dialect.answer(["a"], finish="length"))
    assert chat(backend).finish == "length"


def test_any_cutting_into_packets_gives_the_same_text(
    backend: Backend, dialect: Dialect, server: ScriptedServer
) -> None:
    whole = b"".join(part for part in dialect.answer(TROUBLESOME).body if isinstance(part, bytes))
    script = dialect.answer([])
    script.body = [whole[place : place + 1] for place in range(len(whole))]
    server.play(dialect.chat_path, script)
    assert chat(backend).text == "".join(TROUBLESOME)


def test_windows_line_ends_and_blank_lines_are_taken(
    backend: Backend, dialect: Dialect, server: ScriptedServer
) -> None:
    script = dialect.answer(["a", "b"])
    script.body = [part.replace(b"\n", b"\r\n") + b"\r\n\n" for part in script.body if isinstance(part, bytes)]
    server.play(dialect.chat_path, script)
    assert chat(backend).text == "ab"


def test_broken_characters_are_replaced(backend: Backend, dialect: Dialect, server: ScriptedServer) -> None:
    server.play(dialect.chat_path, dialect.answer(["a\x00", "\ud83d", "\ude00", "\ud83d"]))
    assert chat(backend).text == "a\ufffd\U0001f600\ufffd"


@pytest.mark.parametrize("texts", [[], ["half an"]], ids=["before", "after text"])
def test_end_without_a_reason_is_no_answer(
    backend: Backend, dialect: Dialect, server: ScriptedServer, texts: list[str]
) -> None:
    server.play(dialect.chat_path, dialect.cut(texts))
    with pytest.raises(errors.Interrupted):
        chat(backend)


def test_broken_connection_in_mid_answer_is_interrupted(
    backend: Backend, dialect: Dialect, server: ScriptedServer
) -> None:
    server.play(dialect.chat_path, dialect.broken(["half an"], Break()))
    emitted: list[Delta] = []
    with pytest.raises(errors.Interrupted):
        chat(backend, emitted)
    assert emitted == [Delta(text="half an")]


def test_half_a_line_at_the_end_is_interrupted(backend: Backend, dialect: Dialect, server: ScriptedServer) -> None:
    script = dialect.cut(["half an"])
    last = script.body.pop()
    while not isinstance(last, bytes) or b"half" not in last:
        last = script.body.pop()
    script.body.append(last[: len(last) // 2])
    server.play(dialect.chat_path, script)
    with pytest.raises(errors.Interrupted):
        chat(backend)


def test_silence_in_mid_answer_is_interrupted_and_frees_the_server(
    backend: Backend, dialect: Dialect, server: ScriptedServer
) -> None:
    script = server.play(dialect.chat_path, dialect.broken(["half an"], Hang()))
    with pytest.raises(errors.Interrupted):
        chat(backend)
    assert script.gone.wait(2)


def test_silence_before_the_answer_takes_too_long(backend: Backend, dialect: Dialect, server: ScriptedServer) -> None:
    script = server.play(dialect.chat_path, Script(mute=True))
    with pytest.raises(errors.TookTooLong):
        chat(backend)
    assert script.gone.wait(2)


@pytest.mark.parametrize("texts", [[], ["half an"]], ids=["loading", "streaming"])
def test_cancelling_closes_the_connection(dialect: Dialect, server: ScriptedServer, texts: list[str]) -> None:
    script = server.play(dialect.chat_path, dialect.broken(texts, Hang()) if texts else Script(mute=True))
    patient = dialect.adapter(Endpoint(server.url))
    request = ChatRequest(messages=[Message(role="user", content="hi")])
    heard = threading.Event()
    running = loop.spawn(patient.run(model="m", request=request, emit=lambda _piece: heard.set()))
    assert script.begun.wait(2)
    assert not texts or heard.wait(2)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        running.wait()
    assert script.gone.wait(2)


def test_error_in_stream_is_no_answer(backend: Backend, dialect: Dialect, server: ScriptedServer) -> None:
    server.play(dialect.chat_path, dialect.error_in_stream(["half an"]))
    with pytest.raises(errors.Interrupted):
        chat(backend)


def test_nonsense_in_stream_is_the_servers_fault(backend: Backend, dialect: Dialect, server: ScriptedServer) -> None:
    script = dialect.answer(["a"])
    script.body.insert(0, b'data: [1, {"x": 2}]\n\n' if "v1" in dialect.chat_path else b'[1, {"x": 2}]}\n')
    server.play(dialect.chat_path, script)
    with pytest.raises((errors.ServerFault, errors.Interrupted)):
        chat(backend)


def test_endless_line_is_bounded(backend: Backend, dialect: Dialect, server: ScriptedServer) -> None:
    script = dialect.answer([])
    script.body = [b"data: " + b"x" * 100_000] * 60
    server.play(dialect.chat_path, script)
    with pytest.raises(errors.ServerFault):
        chat(backend)


def test_thoughts_are_kept_apart(backend: Backend, dialect: Dialect, server: ScriptedServer) -> None:
    server.play(dialect.chat_path, dialect.thoughts("let me see", "42"))
    result = chat(backend)
    assert (result.reasoning, result.text) == ("let me see", "42")


def test_thoughts_in_the_text_are_taken_out(backend: Backend, dialect: Dialect, server: ScriptedServer) -> None:
    server.play(dialect.chat_path, dialect.answer(["<th", "ink>\nlet me", " see</thi", "nk>\n\n4", "2 <think>"]))
    result = chat(backend)
    assert (result.reasoning, result.text) == ("let me see", "42 <think>")


def test_tool_call_has_an_object_of_arguments(backend: Backend, dialect: Dialect, server: ScriptedServer) -> None:
    server.play(dialect.chat_path, dialect.tool_call("add", {"a": 1, "b": "é"}))
    result = chat(backend)
    assert result.tool_calls == [{"name": "add", "arguments": {"a": 1, "b": "é"}}]
    assert result.finish == "tool_calls"


def test_missing_model_is_told(backend: Backend, dialect: Dialect, server: ScriptedServer) -> None:
    server.play(dialect.chat_path, dialect.missing_model())
    with pytest.raises(errors.ModelMissing):
        chat(backend)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, errors.RequestRefused),
        (401, errors.Misconfigured),
        (403, errors.Misconfigured),
        (405, errors.Misconfigured),
        (429, errors.Busy),
        (500, errors.ServerFault),
        (502, errors.ServerFault),
        (503, errors.Busy),
        (504, errors.ServerFault),
    ],
)
@pytest.mark.parametrize("body", [{"error": "no"}, {"error": {"message": "no"}}, "<html>no</html>", {"detail": "no"}])
def test_refusals_are_sorted(
    backend: Backend,
    dialect: Dialect,
    server: ScriptedServer,
    status: int,
    error: type[errors.BackendError],
    body: object,
) -> None:
    server.play(dialect.chat_path, document(body, status=status))
    with pytest.raises(error) as caught:
        chat(backend)
    assert type(caught.value) is error


def test_retry_after_is_kept(backend: Backend, dialect: Dialect, server: ScriptedServer) -> None:
    server.play(dialect.chat_path, document({"error": "busy"}, status=429, headers={"retry-after": "7"}))
    with pytest.raises(errors.Busy) as caught:
        chat(backend)
    assert caught.value.retry_after == 7


def test_redirect_is_not_followed(backend: Backend, dialect: Dialect, server: ScriptedServer) -> None:
    elsewhere = server.play("/elsewhere", dialect.answer(["stolen"]))
    server.play(dialect.chat_path, document("", status=307, headers={"location": f"{server.url}/elsewhere?key=1"}))
    with pytest.raises(errors.Misconfigured) as caught:
        chat(backend)
    assert elsewhere.requests == []
    assert "key" not in caught.value.detail


def test_web_page_is_not_a_model_server(backend: Backend, dialect: Dialect, server: ScriptedServer) -> None:
    server.play(dialect.chat_path, Script(body=[b"<html>Welcome</html>"], content_type="text/html; charset=utf-8"))
    with pytest.raises(errors.Misconfigured):
        chat(backend)


def test_closed_port_is_unreachable(dialect: Dialect) -> None:
    with pytest.raises(errors.Unreachable) as caught:
        chat(dialect.adapter(Endpoint("http://127.0.0.1:9", patience=QUICK)))
    assert not isinstance(caught.value, errors.Interrupted)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "127.0.0.1:1", ""])
def test_unusable_address_is_a_wrong_setting(dialect: Dialect, url: str) -> None:
    with pytest.raises(errors.Misconfigured):
        chat(dialect.adapter(Endpoint(url, patience=QUICK)))


def test_key_is_sent_and_never_shown(dialect: Dialect, server: ScriptedServer) -> None:
    endpoint = Endpoint(server.url, api_key="s3cret", patience=QUICK)
    script = server.play(dialect.chat_path, dialect.answer(["a"]))
    chat(dialect.adapter(endpoint))
    assert script.request_headers[0]["authorization"] == "Bearer s3cret"
    assert "s3cret" not in repr(endpoint)


def test_max_tokens_is_always_sent_and_shared_state_never_touched(
    backend: Backend, dialect: Dialect, server: ScriptedServer
) -> None:
    script = server.play(dialect.chat_path, dialect.answer(["a"]))
    chat(backend, seed=5)
    sent = script.requests[0]
    options = sent.get("options", sent)
    assert {options.get("num_predict"), options.get("max_tokens")} == {None, 512}
    assert options["seed"] == 5
    assert {"temperature", "top_p", "stop", "num_ctx", "keep_alive"}.isdisjoint(options)
    assert {"keep_alive", "tools", "format", "response_format"}.isdisjoint(sent)


def test_embeddings_are_normalised_and_in_order(backend: Backend, dialect: Dialect, server: ScriptedServer) -> None:
    server.play(dialect.embed_path, dialect.embeddings([[3, 4], [0, 2]]))
    request = EmbedRequest(texts=["a", "b"])
    result = loop.run(backend.run(model="m", request=request, emit=lambda _piece: None))
    assert result == EmbedResult(vectors=[[0.6, 0.8], [0, 1]], usage=result.usage)
    assert result.usage.prompt_tokens == 3


@pytest.mark.parametrize("vectors", [[], [[1, 2]], [[1, 2], [1]], [[], []]])
def test_wrong_embeddings_are_the_servers_fault(
    backend: Backend, dialect: Dialect, server: ScriptedServer, vectors: list[list[float]]
) -> None:
    server.play(dialect.embed_path, dialect.embeddings(vectors))
    with pytest.raises(errors.ServerFault):
        loop.run(backend.run(model="m", request=EmbedRequest(texts=["a", "b"]), emit=lambda _piece: None))


def test_probe_of_something_else_is_an_error(backend: Backend, server: ScriptedServer) -> None:
    for path in ("/api/version", "/api/tags", "/api/ps", "/v1/models"):
        server.play(path, document({"hello": "world"}))
    with pytest.raises((errors.ServerFault, errors.Misconfigured)):
        loop.run(backend.probe())


def test_probe_does_not_wait_for_ever(backend: Backend, server: ScriptedServer) -> None:
    for path in ("/api/version", "/api/tags", "/api/ps", "/v1/models", "/props", "/version"):
        server.play(path, Script(mute=True))
    with pytest.raises(errors.BackendError) as caught:
        loop.run(backend.probe())
    assert caught.value.passes


def test_address_may_end_with_a_slash(dialect: Dialect, server: ScriptedServer) -> None:
    server.play(dialect.chat_path, dialect.answer(["a"]))
    endpoint = Endpoint(server.url, patience=QUICK)
    assert chat(dialect.adapter(replace(endpoint, url=f"{server.url}/"))).text == "a"
