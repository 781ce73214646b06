"""A model server that stands still in the middle of its answers until the test lets it go on.

python tests/chaos/model_server.py PORT

OpenAI-compatible, standard library only. `POST /hold` and `POST /go` close and open it; `GET /held` tells how many
answers stand still. One that is started again is open.
"""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "held"
BEFORE, AFTER = ("one ", "two "), ("three ", "hello")
ANSWER = "".join((*BEFORE, *AFTER))
USAGE = {"prompt_tokens": 7, "completion_tokens": 4, "total_tokens": 11}

_open = threading.Event()
_open.set()
_standing: set[int] = set()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path.endswith("/models"):
            self._answer({"object": "list", "data": [{"id": MODEL, "object": "model"}]})
        elif self.path == "/held":
            self._answer({"held": len(_standing)})
        else:
            self._answer({"error": {"message": "not here", "code": 404}}, status=404)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/hold":
            _open.clear()
            self._answer({})
        elif self.path == "/go":
            _open.set()
            self._answer({})
        else:
            self._talk()

    def _talk(self) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            self._stream()
        except (BrokenPipeError, ConnectionResetError):
            pass  # whoever asked has left
        finally:
            _standing.discard(threading.get_ident())

    def _stream(self) -> None:
        for word in BEFORE:
            self._send({"delta": {"content": word}, "index": 0, "finish_reason": None})
        if not _open.is_set():
            _standing.add(threading.get_ident())
        while not _open.wait(0.2):
            self.wfile.write(b": still here\n\n")  # raises when nobody listens any more
        for word in AFTER:
            self._send({"delta": {"content": word}, "index": 0, "finish_reason": None})
        self._send({"delta": {}, "index": 0, "finish_reason": "stop"}, usage=USAGE)
        self.wfile.write(b"data: [DONE]\n\n")

    def _send(self, choice: dict[str, Any], **more: Any) -> None:
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": MODEL, "choices": [choice]}
        self.wfile.write(f"data: {json.dumps({**chunk, **more})}\n\n".encode())

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
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
