"""Talk to a model server over HTTP and put what goes wrong into our own words. Used by adapters only."""

import asyncio
import importlib.util
import json
import logging
import sys
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import httpx

from workers import pace
from workers.backends.backend import Endpoint
from workers.backends.errors import (
    BackendError,
    Busy,
    Interrupted,
    Misconfigured,
    RequestRefused,
    ServerFault,
    TookTooLong,
    Unreachable,
)
from workers.backends.framing import Lines, LineTooLong
from workers.protocols.lenient import parse_json

logger = logging.getLogger(__name__)

if importlib.util.find_spec("sniffio") is None:
    # httpcore tries to import it for every lock of a connection, and Python would search all folders each time.
    sys.modules["sniffio"] = None  # type: ignore[assignment]

LONGEST_REFUSAL = 64 * 1024  # bytes read of an answer that is not 200
LONGEST_BODY = 64 * 1024 * 1024  # bytes of a JSON answer

# An adapter's own reading of a refusal: (status, body) to an error, or None for the usual one.
Explain = Callable[[int, str], BackendError | None]

_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Endpoint, httpx.AsyncClient]] = WeakKeyDictionary()


def client_for(endpoint: Endpoint) -> httpx.AsyncClient:
    """The running loop's client for this server; its connections are kept and used again."""
    clients = _clients.setdefault(asyncio.get_running_loop(), {})
    if endpoint not in clients:
        headers = {"Accept-Encoding": "identity", "User-Agent": "athanor"}
        if endpoint.api_key:
            headers["Authorization"] = _authorization(endpoint)
        clients[endpoint] = httpx.AsyncClient(
            headers=headers,
            # The time between bytes is watched in `Body`; the pool never makes a request wait.
            timeout=httpx.Timeout(None, connect=endpoint.patience.connect),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=32, keepalive_expiry=30),
            follow_redirects=False,  # a prompt goes where the administrator said and nowhere else
            trust_env=False,
        )
    return clients[endpoint]


def _authorization(endpoint: Endpoint) -> str:
    if endpoint.basic:
        return "Basic " + b64encode(endpoint.api_key.encode()).decode()
    return f"Bearer {endpoint.api_key}"


async def close_clients() -> None:
    """Close the running loop's connections."""
    for client in _clients.pop(asyncio.get_running_loop(), {}).values():
        await client.aclose()


class Body:
    """The bytes of a 200 answer as they arrive. Errors after the first byte are Interrupted."""

    def __init__(self, response: httpx.Response, endpoint: Endpoint) -> None:
        self._bytes = response.aiter_bytes()
        self._endpoint = endpoint
        self._begun = False

    async def read(self) -> bytes | None:
        """The next bytes; None at the end."""
        patience = self._endpoint.patience
        seconds = patience.between if self._begun else patience.first
        try:
            with _translated(begun=self._begun):
                async with asyncio.timeout(seconds):
                    data = await anext(self._bytes, None)
        except TimeoutError as error:
            failure = Interrupted if self._begun else TookTooLong
            raise failure(f"nothing came for {seconds:g} s") from error
        self._begun = True
        return data

    async def lines(self) -> AsyncIterator[bytes]:
        """Complete lines, and at the end what stands after the last one, if anything."""
        lines, pace = Lines(), _Pace()
        try:
            while (data := await pace.read(self)) is not None:
                for line in lines.feed(data):
                    yield line
        except LineTooLong as error:
            raise ServerFault(str(error)) from error
        if lines.rest():
            yield lines.rest()

    async def whole(self, longest: int = LONGEST_BODY) -> bytes:
        parts = bytearray()
        while (data := await self.read()) is not None:
            parts += data
            if len(parts) > longest:
                raise ServerFault(f"an answer of more than {longest} bytes")
        return bytes(parts)


LOOKS_AT_ONCE = 8
LONG_PIECE = 4096  # bytes


class _Pace:
    """Looks at a long answer once per flush of its watchers, not once per token: each look wakes the process.

    The first pieces are taken as they come; those of a server that writes faster than people read, too.
    """

    def __init__(self) -> None:
        self._looks, self._last = 0, 0.0
        self._waited = False

    async def read(self, body: Body) -> bytes | None:
        loop = asyncio.get_running_loop()
        if self._waited and self._looks > LOOKS_AT_ONCE:
            await asyncio.sleep(self._last + pace.pause() - loop.time())
        self._waited = False
        loop.call_soon(self._wait)  # comes only if nothing was there yet
        data = await body.read()
        self._looks += self._waited
        self._last = loop.time()
        self._waited = self._waited and data is not None and len(data) < LONG_PIECE
        return data

    def _wait(self) -> None:
        self._waited = True


@asynccontextmanager
async def post(endpoint: Endpoint, path: str, body: dict[str, Any], explain: Explain) -> AsyncIterator[Body]:
    """Send a request; inside the block its answer can be read, after it the connection is free or closed.

    Raises a BackendError for everything but a 200 that is not a web page.
    """
    async with _answer(endpoint, "POST", path, body, endpoint.patience.first, explain) as response:
        yield Body(response, endpoint)


async def post_json(
    endpoint: Endpoint, path: str, body: dict[str, Any], explain: Explain, *, longest: int = LONGEST_BODY
) -> Any:
    """Send a request whose answer is one JSON document of at most `longest` bytes."""
    async with post(endpoint, path, body, explain) as answer:
        return parsed(await answer.whole(longest))


async def get_json(endpoint: Endpoint, path: str, explain: Explain) -> Any:
    """Ask a short question about the server."""
    seconds = endpoint.patience.probe
    try:
        async with asyncio.timeout(seconds), _answer(endpoint, "GET", path, None, seconds, explain) as response:
            return parsed(await Body(response, endpoint).whole())
    except TimeoutError as error:
        raise Unreachable(f"no answer to {path} within {seconds:g} s") from error


def parsed(data: bytes) -> Any:
    try:
        return parse_json(data)
    except (ValueError, RecursionError) as error:
        raise ServerFault(f"the answer is not JSON: {data[:200]!r}") from error


@asynccontextmanager
async def _answer(
    endpoint: Endpoint, method: str, path: str, body: dict[str, Any] | None, seconds: float, explain: Explain
) -> AsyncIterator[httpx.Response]:
    with _translated(begun=False):
        url = httpx.URL(endpoint.url.rstrip("/") + path)
        # Servers refuse a whole request for half a surrogate pair, which people do paste.
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        headers = {} if body is None else {"Content-Type": "application/json"}
        client = client_for(endpoint)
        request = client.build_request(method, url, content=content, headers=headers)
        try:
            async with asyncio.timeout(seconds):
                response = await client.send(request, stream=True)
        except TimeoutError as error:
            raise TookTooLong(f"{path}: no answer began within {seconds:g} s") from error
    try:
        await _check(response, endpoint, explain)
        yield response
    finally:
        await response.aclose()


async def _check(response: httpx.Response, endpoint: Endpoint, explain: Explain) -> None:
    if response.is_redirect:
        # Only the target's host is told: a query may hold a secret.
        host = httpx.URL(response.headers.get("location", "")).host or "another path"
        raise Misconfigured(f"the server redirects to {host}: write the final address into the server's row")
    if response.status_code != httpx.codes.OK:
        text = await _refusal(response, endpoint)
        raise explain(response.status_code, text) or usual_error(response, text)
    if response.headers.get("content-type", "").startswith("text/html"):
        raise Misconfigured("a web page was answered: the address is probably not that of a model server")


async def _refusal(response: httpx.Response, endpoint: Endpoint) -> str:
    data = bytearray()
    body = Body(response, endpoint)
    while len(data) < LONGEST_REFUSAL and (more := await body.read()) is not None:
        data += more
    return data[:LONGEST_REFUSAL].decode("utf-8", "replace")


def usual_error(response: httpx.Response, text: str) -> BackendError:
    """What a status means when the dialect has nothing more exact to say."""
    status = response.status_code
    detail = f"HTTP {status}: {text.strip()[:500]}"
    if status in (429, 503):
        return Busy(detail, retry_after=retry_after(response.headers.get("retry-after", "")))
    if status in (401, 403, 404, 405, 407, 501):
        return Misconfigured(detail)
    if status in (408, 425) or status >= 500:
        return ServerFault(detail)
    return RequestRefused(detail) if 400 <= status < 500 else ServerFault(detail)


def retry_after(value: str) -> float | None:
    """Seconds of a Retry-After header; dates are not worth their trouble."""
    try:
        seconds = float(value)
    except ValueError:
        return None
    return min(seconds, 3600.0) if seconds >= 0 else None


@contextmanager
def _translated(*, begun: bool) -> Iterator[None]:
    try:
        yield
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise Misconfigured(f"the address cannot be used: {error}") from error
    except httpx.ConnectError as error:
        if "CERTIFICATE" in str(error):
            raise Misconfigured(f"the server's certificate is not accepted: {error}") from error
        raise Unreachable(f"no connection: {error}") from error
    except (httpx.TransportError, httpx.StreamError, OSError) as error:
        if isinstance(error, TimeoutError):
            raise  # of asyncio: the caller knows how long it waited
        failure = Interrupted if begun else Unreachable
        raise failure(f"the connection broke: {error!r}") from error
