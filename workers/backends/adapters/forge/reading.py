"""Forge's answers in our words. Pure, but for the storage of pictures."""

import binascii
from base64 import b64decode
from typing import Any

from pydantic import ValidationError

from workers.backends import pictures
from workers.backends.errors import BackendError, Misconfigured, RequestRefused, ServerFault
from workers.backends.requests import JSON, ImageRequest, ImageResult, Picture, Timings
from workers.protocols import forge

BYTES_PER_PIXEL = 6  # of a PNG in base64 that cannot be compressed, with some room
BYTES_BESIDE = 2 * 1024 * 1024  # the echo of the request, infotexts


def explain(status: int, text: str) -> BackendError | None:
    try:
        refusal = forge.Refusal.model_validate_json(text)
    except ValidationError:
        return None
    said = refusal.message or refusal.errors or refusal.detail or refusal.error
    detail = f"HTTP {status}: {refusal.error} {said}".strip()
    if status == 401:
        return Misconfigured(f"user and password are not accepted: {detail}")
    if status == 422:
        return RequestRefused(detail)
    return None


def longest(request: ImageRequest) -> int:
    """Bytes that an answer to this request may have; a grid may come on top of the pictures."""
    return (request.batch + 1) * request.width * request.height * BYTES_PER_PIXEL + BYTES_BESIDE


def result(raw: Any, request: ImageRequest, seconds: float) -> ImageResult:
    """Check, encode and store the pictures. Raises ServerFault."""
    try:
        answer = forge.Pictures.model_validate(raw)
    except (ValidationError, ValueError) as error:
        raise ServerFault(f"this is not what Forge answers: {error}") from error
    info = answer.info
    sent = (answer.images or [])[max(0, info.index_of_first_image) :][: request.batch]
    if len(sent) < request.batch:
        raise ServerFault(f"{len(sent)} of {request.batch} pictures came")
    kept = [_keep(text, _seed(info, request, place)) for place, text in enumerate(sent)]
    return ImageResult(
        pictures=kept,
        parameters=_parameters(info),
        unknown_words=[word[:80] for word in info.unknown_words[:50]],
        timings=Timings(generation=seconds),
    )


def preview(text: str) -> bytes:
    """A small picture of what exists so far; nothing where there is none that can be shown."""
    try:
        return pictures.preview(_decoded(text))
    except (pictures.NotAPicture, ServerFault):
        return b""


def _keep(text: str, seed: int | None) -> Picture:
    try:
        png, width, height = pictures.accept(_decoded(text))
    except pictures.NotAPicture as error:
        raise ServerFault(f"what came is no picture: {error}") from error
    return Picture(digest=pictures.keep(png), width=width, height=height, size=len(png), seed=seed)


def _decoded(text: str) -> bytes:
    if len(text) > pictures.LONGEST_FILE * 4 // 3 + 100:
        raise ServerFault(f"a picture of {len(text)} characters")
    if text.startswith("data:"):
        text = text.partition(",")[2]
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ServerFault(f"a picture is not in base64: {text[:60]!r}") from error


def _seed(info: forge.Info, request: ImageRequest, place: int) -> int | None:
    if place < len(info.all_seeds):
        return info.all_seeds[place]
    return None if request.seed is None else request.seed + place


def _parameters(info: forge.Info) -> JSON:
    """What the server says that it used; what it does not say is absent."""
    used: JSON = {
        "sampler": info.sampler_name,
        "scheduler": info.extra_generation_params.get("Schedule type"),
        "steps": info.steps,
        "cfg_scale": info.cfg_scale,
        "width": info.width,
        "height": info.height,
        "seeds": info.all_seeds or None,
        "checkpoint": info.sd_model_name,
        "checkpoint_hash": info.sd_model_hash,
        "version": info.version,
    }
    return {name: value for name, value in used.items() if value is not None}
