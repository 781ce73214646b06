"""A model server for tests that must be interrupted: OpenAI-compatible, it writes one numbered word at a time.

python tests/flows/slow_server.py PORT WORDS SECONDS_PER_WORD

Standard library only, so that it starts at once. It answers the same way each time.
"""

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "slow"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    words: int
    pause: float

    def do_GET(self) -> None:
        if self.path.rstrip("/").endswith("/models"):
            self._answer({"object": "list", "data": [{"id": MODEL, "object": "model"}]})
        elif self.path in {"/health", "/"}:
            self._answer({"status": "ok"})
        else:
            self._answer({"error": {"message": "not here", "code": 404}}, status=404)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.path.endswith("/chat/completions"):
            self._answer({"error": {"message": "not here", "code": 404}}, status=404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            self._stream()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _stream(self) -> None:
        for number in range(self.words):
            self._send({"delta": {"content": f"{number} "}, "index": 0, "finish_reason": None})
            time.sleep(self.pause)
        self._send({"delta": {"content": "hello"}, "index": 0, "finish_reason": None})
        self._send({"delta": {}, "index": 0, "finish_reason": "stop"})
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def _send(self, choice: dict[str, Any]) -> None:
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": MODEL, "choices": [choice]}
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())

    def _answer(self, content: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Nothing: a test reads the answers."""


if __name__ == "__main__":
    Handler.words, Handler.pause = int(sys.argv[2]), float(sys.argv[3])
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
