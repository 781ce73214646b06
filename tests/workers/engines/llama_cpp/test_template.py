import itertools
from typing import Any

import httpx
import pytest

from workers.engines.llama_cpp.bpe import Tokenizer
from workers.engines.llama_cpp.corpus.example import Example, Message
from workers.engines.llama_cpp.corpus.mixture import draw_examples
from workers.engines.llama_cpp.corpus.render import compact, render, render_text
from workers.engines.llama_cpp.corpus.split import Split
from workers.engines.llama_cpp.gguf_file import read_header
from workers.engines.llama_cpp.server import default_model_path

pytestmark = pytest.mark.services
EXAMPLES = list(itertools.islice(draw_examples(Split.VALIDATION, seed=2), 120))


def as_openai(message: Message, number: int) -> dict[str, Any]:
    if message.calls:
        calls = [
            {
                "id": f"{number}-{index}",
                "type": "function",
                "function": {"name": call.name, "arguments": compact(call.arguments)},
            }
            for index, call in enumerate(message.calls)
        ]
        return {"role": "assistant", "content": None, "tool_calls": calls}
    if message.role == "tool":
        return {"role": "tool", "content": message.text, "tool_call_id": f"{number - 1}-0"}
    return {"role": message.role, "content": message.text}


def applied(url: str, example: Example) -> str:
    body: dict[str, Any] = {
        "messages": [as_openai(message, number) for number, message in enumerate(example.messages[:-1])]
    }
    if example.tools:
        body["tools"] = [tool.as_openai() for tool in example.tools]
    return str(httpx.post(f"{url}/apply-template", json=body, timeout=60).json()["prompt"])


def test_chat_template_renders_what_the_model_was_trained_on(engine: str) -> None:
    for example in EXAMPLES:
        expected = "".join(segment.text for segment in render(example)[:-1])
        assert applied(engine, example) == expected


def test_server_tokenizes_like_the_training_code(engine: str) -> None:
    header = read_header(default_model_path())
    tokenizer = Tokenizer.from_lists(header.tokens, header.metadata["tokenizer.ggml.merges"])
    for text in map(render_text, EXAMPLES):
        answer = httpx.post(f"{engine}/tokenize", json={"content": text, "parse_special": True}, timeout=60)
        assert answer.json()["tokens"] == tokenizer.encode(text), text
