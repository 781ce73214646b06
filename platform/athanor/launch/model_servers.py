"""Model servers that the launcher finds or starts become server rows like any other."""

import json
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings

from athanor.launch import ports
from athanor.launch.console import report
from athanor.launch.services import MODEL_SLOTS
from workers.backends.models import Server
from workers.backends.services import register

USUAL_OLLAMA = "http://127.0.0.1:11434"
PATIENCE = 0.5  # seconds
CHAT_ALIASES = {"chat-small": "", "chat-large": ""}  # empty: the server's first model


def choose_port(var: Path, service: str = "model") -> int:
    """The port of an embedded model server: the one it had before, when that is free."""
    kept = var / f"{service}-port"
    before = kept.read_text(encoding="ascii").strip() if kept.exists() else ""
    port = ports.free_port(int(before) if before.isdigit() else 0)
    kept.write_text(str(port), encoding="ascii")
    return port


def register_ollama() -> None:
    """Register an Ollama when there is one; it is preferred to the embedded server."""
    if address := find_ollama():
        # How many answers it writes at once cannot be asked; what an administrator has set stays.
        slots = Server.objects.filter(name="ollama").values_list("slots", flat=True).first() or 1
        register(name="ollama", adapter="ollama", url=address, slots=slots, aliases=CHAT_ALIASES)
        report("ollama", f"found at {address}")


def register_embedded(port: int) -> None:
    register(
        name="embedded", adapter="openai", url=f"http://{ports.LOOPBACK}:{port}", slots=MODEL_SLOTS,
        demonstration=not settings.GGUF, aliases={**CHAT_ALIASES, "embed-small": ""},
    )  # fmt: skip


def register_diffusion(port: int) -> None:
    register(
        name="diffusion", adapter="forge", url=f"http://{ports.LOOPBACK}:{port}", slots=1, demonstration=True,
        aliases={"image-turbo": ""},
    )  # fmt: skip


def find_ollama() -> str:
    """OLLAMA_HOST as an address, else the usual one when an Ollama answers there, else nothing."""
    if settings.OLLAMA_HOST:
        return normalise(settings.OLLAMA_HOST)
    return USUAL_OLLAMA if _is_ollama(USUAL_OLLAMA) else ""


def normalise(host: str) -> str:
    """What people write into OLLAMA_HOST (`box`, `box:11434`, `0.0.0.0`, `http://box/`) as an address to call."""
    scheme, separator, rest = host.rpartition("://")
    place, slash, path = rest.partition("/")
    name, colon, port = place.rpartition(":")
    if not colon or not port.isdigit():
        name, port = place, "" if separator else "11434"
    name = ports.LOOPBACK if name in {"", "0.0.0.0", "[::]"} else name  # noqa: S104  # an address to listen on, not to call
    return f"{scheme or 'http'}://{name}{':' + port if port else ''}{slash}{path}".rstrip("/")


def _is_ollama(address: str) -> bool:
    try:
        with urlopen(f"{address}/api/version", timeout=PATIENCE) as answer:  # noqa: S310  # a fixed http address
            return "version" in json.loads(answer.read(1000))
    except (URLError, OSError, ValueError, TypeError):
        return False
