"""A simulated model server for benchmarks: OpenAI-compatible, each word tells when it was written.

python tests/bench/model_server.py PORT

Standard library only. The last message says how to behave: `first=0.05 words=64 pause=0.01` (seconds). It counts what
runs at once, and refuses nothing: what a server would keep in its own queue is seen in `GET /most`.
"""

import asyncio
import json
import re
import sys
import time

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nConnection: close\r\n\r\n"
busy, most, served = 0, 0, 0


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        size = re.search(r"content-length: (\d+)", head, re.I)
        body = await reader.readexactly(int(size.group(1))) if size else b""
        if head.startswith("POST"):
            await stream(body, writer)
        else:
            writer.write(HEAD % b"application/json" + json.dumps(facts(head.split()[1])).encode())
            await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


def facts(path: str) -> dict[str, object]:
    if path.endswith("/models"):
        return {"object": "list", "data": [{"id": "sim", "object": "model"}]}
    return {"status": "ok", "most": most, "served": served}


async def stream(body: bytes, writer: asyncio.StreamWriter) -> None:
    global busy, most, served
    said = json.loads(body)["messages"][-1]["content"]
    first, words, pause = (float(re.search(rf"{name}=([\d.]+)", said).group(1)) for name in ("first", "words", "pause"))  # type: ignore[union-attr]
    busy += 1
    most = max(most, busy)
    try:
        writer.write(HEAD % b"text/event-stream")
        await asyncio.sleep(first)
        for _ in range(int(words)):
            write(writer, {"delta": {"content": f"@{time.time():.6f} "}, "index": 0, "finish_reason": None})
            await writer.drain()
            if pause:
                await asyncio.sleep(pause)
        write(writer, {"delta": {}, "index": 0, "finish_reason": "stop"})
        writer.write(b"data: [DONE]\n\n")
        await writer.drain()
        served += 1
    finally:
        busy -= 1


def write(writer: asyncio.StreamWriter, choice: dict[str, object]) -> None:
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "sim", "choices": [choice]}
    writer.write(f"data: {json.dumps(chunk)}\n\n".encode())


async def main(port: int) -> None:
    server = await asyncio.start_server(answer, "127.0.0.1", port, backlog=2048)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
