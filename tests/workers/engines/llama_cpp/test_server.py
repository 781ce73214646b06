import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from workers.engines.llama_cpp.process import EngineNotStartedError, free_port, running_server
from workers.engines.llama_cpp.server import default_model_path, parse_options

pytestmark = pytest.mark.services
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Get the weather of a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]}},
            "required": ["city"],
        },
    },
}


def post(url: str, path: str, body: dict[str, Any]) -> Any:
    answer = httpx.post(url + path, json=body, timeout=60)
    answer.raise_for_status()
    return answer.json()


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "workers.engines.llama_cpp.server", *arguments]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def test_health_and_properties(engine: str) -> None:
    assert httpx.get(f"{engine}/health").json() == {"status": "ok"}
    properties = httpx.get(f"{engine}/props").json()
    assert (properties["total_slots"], properties["default_generation_settings"]["n_ctx"]) == (4, 2048)
    assert Path(properties["model_path"]) == default_model_path()


def test_model_is_listed_under_its_alias(engine: str) -> None:
    assert [each["id"] for each in httpx.get(f"{engine}/v1/models").json()["data"]] == ["athanor-tiny"]


def test_chat_streams_words_and_usage(engine: str) -> None:
    body = {
        "messages": [{"role": "user", "content": "Bonjour"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 8,
    }
    with httpx.stream("POST", f"{engine}/v1/chat/completions", json=body, timeout=60) as answer:
        lines = [line.removeprefix("data: ") for line in answer.iter_lines() if line]
    assert lines[-1] == "[DONE]"
    assert json.loads(lines[-2])["usage"]["completion_tokens"] > 0


def test_tools_give_calls_that_fit_their_schema(engine: str) -> None:
    body = {
        "messages": [{"role": "user", "content": "What is the weather in Lyon?"}],
        "tools": [WEATHER],
        "tool_choice": "required",
        "temperature": 0,
        "max_tokens": 60,
    }
    (call,) = post(engine, "/v1/chat/completions", body)["choices"][0]["message"]["tool_calls"]
    assert call["function"]["name"] == "get_weather"
    assert json.loads(call["function"]["arguments"]) == {"city": "Lyon"}


def test_schema_constrains_the_answer(engine: str) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer", "enum": [7]}}, "required": ["n"]}
    body = {
        "messages": [{"role": "user", "content": "Bonjour"}],
        "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}},
        "max_tokens": 40,
    }
    assert json.loads(post(engine, "/v1/chat/completions", body)["choices"][0]["message"]["content"]) == {"n": 7}


def test_logit_bias_decides_the_first_token(engine: str) -> None:
    (token, *_) = post(engine, "/tokenize", {"content": "x"})["tokens"]
    body = {
        "messages": [{"role": "user", "content": "Bonjour"}],
        "logit_bias": {str(token): 100},
        "max_tokens": 1,
        "temperature": 0,
        "logprobs": True,
        "top_logprobs": 2,
    }
    choice = post(engine, "/v1/chat/completions", body)["choices"][0]
    assert choice["message"]["content"] == "x"
    assert len(choice["logprobs"]["content"][0]["top_logprobs"]) == 2


def test_embeddings_come_from_the_same_process(engine: str) -> None:
    body = {"model": "athanor-tiny", "input": ["the cat sleeps", "the cat sleeps", "12 + 30"]}
    same, again, other = (each["embedding"] for each in post(engine, "/v1/embeddings", body)["data"])
    near = sum(a * b for a, b in zip(same, again, strict=True))
    far = sum(a * b for a, b in zip(same, other, strict=True))
    assert near == pytest.approx(1.0, abs=1e-3)
    assert far < near


def test_prompt_longer_than_the_context_is_refused_with_the_numbers(engine: str) -> None:
    body = {"messages": [{"role": "user", "content": "7 " * 3000}]}
    answer = httpx.post(f"{engine}/v1/chat/completions", json=body, timeout=60)
    error = answer.json()["error"]
    assert (answer.status_code, error["type"], error["n_ctx"]) == (400, "exceed_context_size_error", 2048)


def test_a_page_of_another_origin_is_not_allowed(engine: str) -> None:
    answer = httpx.get(f"{engine}/health", headers={"Origin": "http://evil.example"})
    assert answer.headers["access-control-allow-origin"] == "http://127.0.0.1"


def test_memory_stays_under_300_mb_with_four_slots() -> None:
    process = start("--port", str(port := free_port()))
    try:
        wait_for(f"http://127.0.0.1:{port}/health")
        status = Path(f"/proc/{process.pid}/status").read_text()
        kilobytes = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    finally:
        stop(process)
    assert kilobytes < 300_000


def test_sigterm_ends_it_cleanly() -> None:
    process = start("--port", str(port := free_port()))
    wait_for(f"http://127.0.0.1:{port}/health")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    stop(process)


def test_it_ends_with_its_parent() -> None:
    port = free_port()
    script = (
        "import os, subprocess, sys, time;"
        "subprocess.Popen([sys.executable, '-m', 'workers.engines.llama_cpp.server',"
        f" '--port', '{port}', '--parent-pid', str(os.getpid())]); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script])
    wait_for(f"http://127.0.0.1:{port}/health")
    parent.kill()
    parent.wait()
    ends = time.monotonic() + 20
    while answers(f"http://127.0.0.1:{port}/health"):
        assert time.monotonic() < ends, "the engine outlived its parent"
        time.sleep(0.1)


def test_port_in_use_is_said_with_exit_code_3() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = start("--port", str(taken.getsockname()[1]))
        _, said = process.communicate(timeout=30)
    assert (process.returncode, len(said.strip().splitlines())) == (3, 1)
    assert "cannot be used (Address already in use)" in said


def test_missing_file_is_said_with_exit_code_2(tmp_path: Path) -> None:
    process = start("--model", str(tmp_path / "no.gguf"), "--port", "1")
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said.strip()) == (2, f"There is no model file at {tmp_path / 'no.gguf'}.")


def test_unsupported_architecture_is_said_with_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "odd.gguf").write_bytes(default_model_path().read_bytes().replace(b"llama", b"lllma"))
    process = start("--model", str(tmp_path / "odd.gguf"), "--port", str(free_port()))
    _, said = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "llama.cpp cannot load" in said  # among lines of llama.cpp, which writes from a thread of its own


def test_a_server_that_cannot_start_tells_its_starter_why(tmp_path: Path) -> None:
    with pytest.raises(EngineNotStartedError, match="no model file"), running_server(tmp_path / "no.gguf"):
        pass


def test_options_have_the_shipped_model_as_default() -> None:
    options = parse_options(["--port", "1", "--no-embeddings"])
    assert (options.model, options.slots, options.threads, options.embeddings) == (default_model_path(), 4, 1, False)


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=1).is_success
    except httpx.HTTPError:
        return False


def wait_for(url: str) -> None:
    ends = time.monotonic() + 30
    while not answers(url):
        assert time.monotonic() < ends, f"{url} does not answer"
        time.sleep(0.05)


def stop(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        os.kill(process.pid, signal.SIGTERM)
        process.wait(timeout=20)
    if process.stderr:
        process.stderr.close()


def test_the_running_server_needs_neither_torch_nor_django() -> None:
    code = "import sys, workers.engines.llama_cpp.server; print([m for m in ('torch', 'django') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
