"""A model server that judges by a script: OpenAI-compatible, standard library only.

python tests/flows/judge_server.py PORT

It knows one city and one river. What the judged text says decides how it behaves besides: WAVER makes one of its votes
differ, MUMBLE makes it answer no JSON. Everybody else it greets.
"""

import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "scripted"
KNOWN = {"city": "Paris", "river": "Seine"}


def verdicts(said: str, seed: int) -> str:
    """The answer to one vote of the judge."""
    text = json.loads(re.findall(r"<<(DATA-[0-9a-f]+)\n(.*)\n\1>>", said)[0][1])
    if "MUMBLE" in text:
        return "I think that this is rather good, all in all."
    wavers = "WAVER" in text and seed == 0
    return json.dumps({name: _verdict(question, text, wavers=wavers) for name, question in _questions(said)})


def _questions(said: str) -> list[tuple[str, str]]:
    return list(dict(re.findall(r"^- (q\w+): (.+)$", said, re.MULTILINE)).items())


def _verdict(question: str, text: str, *, wavers: bool) -> dict[str, str]:
    word = next((word for about, word in KNOWN.items() if about in question), "")
    if not word or word not in text or wavers:
        return {"verdict": "not_met", "evidence": ""}
    return {"verdict": "met", "evidence": word}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path.rstrip("/").endswith("/models"):
            self._json({"object": "list", "data": [{"id": MODEL, "object": "model"}]})
        else:
            self._json({"status": "ok"})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        said = str(asked["messages"][-1]["content"])
        if "<<DATA-" not in said:
            self._stream("Hello.")
        else:
            self._stream(verdicts(said, int(asked.get("seed") or 0)))

    def _stream(self, text: str) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        usage = {"prompt_tokens": 7, "completion_tokens": 4, "total_tokens": 11}
        self._send({"delta": {"content": text}, "index": 0, "finish_reason": None})
        self._send({"delta": {}, "index": 0, "finish_reason": "stop"}, usage=usage)
        self.wfile.write(b"data: [DONE]\n\n")

    def _send(self, choice: dict[str, Any], **more: Any) -> None:
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": MODEL, "choices": [choice]}
        self.wfile.write(f"data: {json.dumps({**chunk, **more})}\n\n".encode())

    def _json(self, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Nothing: a test reads the answers."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
