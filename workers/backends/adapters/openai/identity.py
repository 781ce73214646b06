"""Which server this is and which weights it has."""

import asyncio
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError

from workers.backends.backend import ModelInfo
from workers.protocols import openai

LARGEST_HASHED = 8 * 2**30  # bytes
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class About:
    version: str = ""
    context_length: int | None = None
    model_path: str = ""
    quantization: str = ""
    slots: int | None = None


def about(props: object, version: object) -> About:
    """What llama.cpp's `/props` and vLLM's `/version` say; empty where a server has neither."""
    try:
        told = openai.Props.model_validate(props)
    except ValidationError:
        told = openai.Props()
    try:
        name = openai.Version.model_validate(version).version
    except ValidationError:
        name = told.build_info
    return About(
        version=name,
        context_length=told.default_generation_settings.n_ctx,
        model_path=told.model_path,
        quantization=told.model_ftype,
        slots=told.total_slots,
    )


def model_info(model: openai.Model, server: About, digest: str) -> ModelInfo:
    embeds = "embed" in model.id.lower() or "bert" in model.id.lower()
    # llama.cpp with a pooling serves both; whoever routes an embedding alias here knows that it does.
    # Only llama.cpp has slots to tell of; it also tells the scores of every token.
    tells = ("tokenize", "predict") if server.slots is not None and not embeds else ()
    capabilities = (("embed",) if embeds else ("chat",)) + tells
    return ModelInfo(
        name=model.id,
        digest=digest,
        context_length=model.max_model_len or server.context_length,
        capabilities=capabilities,
        details={"quantization": server.quantization, "slots": server.slots, **(model.meta or {})},
        loaded=True,
    )


async def weights_digest(url: str, model_path: str) -> str:
    """SHA-256 of the weights of a llama.cpp server on this very machine, else empty: the API has no digest."""
    path = Path(model_path)
    if urlsplit(url).hostname not in LOOPBACK or not path.is_absolute() or path.suffix != ".gguf":
        return ""
    return await asyncio.to_thread(_digest_of, path)


def _digest_of(path: Path) -> str:
    try:
        found = path.stat()
        return "" if found.st_size > LARGEST_HASHED else _sha256(path, found.st_mtime_ns, found.st_size)
    except OSError:
        return ""


@lru_cache(maxsize=32)
def _sha256(path: Path, _changed: int, _size: int) -> str:
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()
