"""Clients of the benchmarks, on bare sockets: a thousand of them must cost less than what they measure."""

import asyncio
import json
import re
import time
from dataclasses import dataclass, field

STAMP = re.compile(rb"@(\d+\.\d+) ")


@dataclass
class Heard:
    """What one stream heard. Times by `time.time()`."""

    first: float = 0.0  # when the first word came
    ended: float = 0.0
    words: int = 0
    lags: list[float] = field(default_factory=list)  # seconds from writing a word to hearing it
    state: str = ""


@dataclass(frozen=True)
class Site:
    port: int
    key: str

    def request(self, method: str, path: str, body: object = None) -> bytes:
        data = b"" if body is None else json.dumps(body).encode()
        head = [
            f"{method} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            f"Authorization: Bearer {self.key}",
            "Content-Type: application/json",
            f"Content-Length: {len(data)}",
            "Connection: close",
        ]
        return "\r\n".join(head).encode() + b"\r\n\r\n" + data


async def ask(site: Site, method: str, path: str, body: object = None) -> tuple[int, dict[str, object]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(site.request(method, path, body))
    answer = await reader.read()
    writer.close()
    head, _, content = answer.partition(b"\r\n\r\n")
    found = json.loads(content[content.index(b"{") : content.rindex(b"}") + 1]) if b"{" in content else {}
    return int(head.split()[1]), found


async def direct(port: int, said: str) -> float:
    """Seconds to the first word, asked of the model server itself."""
    site = Site(port, "none")
    began = time.time()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = {"model": "sim", "stream": True, "messages": [{"role": "user", "content": said}]}
    writer.write(site.request("POST", "/v1/chat/completions", body))
    first = 0.0
    async for line in reader:
        if not first and STAMP.search(line):
            first = time.time()
    writer.close()
    return first - began


async def follow(site: Site, attempt: str, ready: asyncio.Event, asked: asyncio.Event, heard: Heard) -> None:
    """Listen to an attempt until an answer that was heard has ended; earlier ones may be told again first or late."""
    earlier = set[str]()
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port, limit=2**20)
    writer.write(site.request("GET", f"/api/v1/attempts/{attempt}/events/"))
    kind = b""
    try:
        async for line in reader:
            now = time.time()
            if line.startswith(b"retry:"):
                ready.set()
            elif line.startswith(b"event: "):
                kind = line[7:].strip()
            elif line.startswith(b"data: ") and kind in (b"delta", b"snapshot"):
                for stamp in STAMP.findall(line):
                    heard.first = heard.first or now
                    heard.words += 1
                    heard.lags.append(now - float(stamp))
            elif line.startswith(b"data: ") and kind == b"job":
                told = json.loads(line[6:])
                heard.state = str(told["state"])
                if not asked.is_set():
                    earlier.add(told["job"])
                elif (
                    heard.words
                    and told["job"] not in earlier
                    and heard.state in ("done", "failed", "cancelled", "dead")
                ):
                    heard.ended = now
                    break
    finally:
        writer.close()
