"""Requests and answers of the Forge API, as far as this engine has anything to say to them. Pure."""

import hashlib
import random
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from workers.backends.requests import ImageRequest
from workers.engines.diffusion.samplers import SAMPLERS
from workers.engines.diffusion.schedules import AUTOMATIC, SCHEDULES

MODEL = "athanor-scenes"
VERSION = "athanor-demonstration-1"
NOTICE = "Drawn by Athanor's demonstration engine from its own scenes, not by a trained model"
MOST_PICTURES = 16  # of one request
_SCHEDULER_NAMES = {label.lower().replace(" ", "_"): label for label in [AUTOMATIC, *SCHEDULES]}

Side = Annotated[int, Field(ge=64, le=2048)]


class Asked(BaseModel):
    """What is read of a request to txt2img; other fields are ignored, as Forge does. Bounds are this engine's."""

    model_config = ConfigDict(extra="ignore", strict=False)

    prompt: str = Field("", max_length=200_000)
    negative_prompt: str = Field("", max_length=200_000)
    seed: int = Field(-1, ge=-1, le=2**63 - 1)
    width: Side = 512
    height: Side = 512
    steps: int = Field(50, ge=1, le=150)
    cfg_scale: float = Field(7.0, ge=0, le=30, allow_inf_nan=False)
    sampler_name: str | None = Field(None, max_length=100)
    sampler_index: str = Field("Euler", max_length=100)
    scheduler: str | None = Field(None, max_length=100)
    batch_size: int = Field(1, ge=1, le=MOST_PICTURES)
    n_iter: int = Field(1, ge=1, le=MOST_PICTURES)
    send_images: bool = True
    script_name: str | None = None
    enable_hr: bool = False

    @field_validator("*", mode="before")
    @classmethod
    def _nothing_is_the_default(cls, value: Any, info: Any) -> Any:
        return cls.model_fields[info.field_name].default if value is None else value

    @field_validator("width", "height")
    @classmethod
    def _whole_cells(cls, value: int) -> int:
        return value - value % 8

    @property
    def count(self) -> int:
        return self.batch_size * self.n_iter


class Unsupported(ValueError):
    """Asked for something that this engine does not do; the text says what."""


def request_of(asked: Asked) -> ImageRequest:
    """The request in the platform's words, one picture of it. Raises Unsupported."""
    if asked.script_name:
        raise Unsupported("there are no scripts")
    if asked.enable_hr:
        raise Unsupported("there is no second pass (enable_hr)")
    if asked.count > MOST_PICTURES:
        raise Unsupported(f"at most {MOST_PICTURES} pictures at once")
    sampler, scheduler = _names(asked)
    return ImageRequest(
        prompt=asked.prompt, negative_prompt=asked.negative_prompt, width=asked.width, height=asked.height,
        steps=asked.steps, cfg_scale=asked.cfg_scale, sampler=sampler, scheduler=scheduler,
    )  # fmt: skip


def _names(asked: Asked) -> tuple[str, str]:
    """Sampler and scheduler; `DPM++ 2M Karras` names both, as it once did."""
    wanted = (asked.sampler_name or asked.sampler_index).strip()
    scheduler = (asked.scheduler or AUTOMATIC).strip().lower().replace(" ", "_")
    for name, sampler in SAMPLERS.items():
        rest = wanted.lower().removeprefix(name.lower()).strip()
        if wanted.lower() in (name.lower(), *sampler.aliases):
            if scheduler not in _SCHEDULER_NAMES:
                raise Unsupported(f"there is no scheduler {asked.scheduler!r}")
            return name, _SCHEDULER_NAMES[scheduler]
        if rest != wanted.lower() and rest in _SCHEDULER_NAMES:
            return name, _SCHEDULER_NAMES[rest]
    raise Unsupported("Sampler not found")


def first_seed(asked: Asked) -> int:
    """The seed, or one by lot."""
    return asked.seed if asked.seed >= 0 else random.SystemRandom().randrange(2**31 - MOST_PICTURES)


def info_of(asked: Asked, request: ImageRequest, seed: int, unknown: list[str], stamp: str) -> dict[str, Any]:
    seeds = [seed + number for number in range(asked.count)]
    return {
        "prompt": asked.prompt,
        "all_prompts": [asked.prompt] * asked.count,
        "negative_prompt": asked.negative_prompt,
        "all_negative_prompts": [asked.negative_prompt] * asked.count,
        "seed": seed,
        "all_seeds": seeds,
        "subseed": -1,
        "subseed_strength": 0,
        "width": request.width,
        "height": request.height,
        "sampler_name": request.sampler,
        "cfg_scale": request.cfg_scale,
        "steps": request.steps,
        "batch_size": asked.batch_size,
        "sd_model_name": MODEL,
        "sd_model_hash": digest()[:10],
        "sd_vae_name": None,
        "denoising_strength": None,
        "extra_generation_params": {"Schedule type": request.scheduler, "Notice": NOTICE},
        "index_of_first_image": 0,
        "infotexts": [infotext(request, one) for one in seeds],
        "styles": [],
        "job_timestamp": stamp,
        "clip_skip": 1,
        "version": VERSION,
        "unknown_words": unknown,
    }


def infotext(request: ImageRequest, seed: int) -> str:
    """What the metadata of a picture say, in the form that WebUI tools read."""
    settings = (
        f"Steps: {request.steps}, Sampler: {request.sampler}, Schedule type: {request.scheduler}, "
        f"CFG scale: {request.cfg_scale:g}, Seed: {seed}, Size: {request.width}x{request.height}, "
        f"Model hash: {digest()[:10]}, Model: {MODEL}, Version: {VERSION}, Notice: {NOTICE}"
    )
    negative = f"Negative prompt: {request.negative_prompt}\n" if request.negative_prompt else ""
    return f"{request.prompt[:4000]}\n{negative[:4000]}{settings}"


@cache
def digest() -> str:
    """The identity of this "model": its source."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def title() -> str:
    return f"{MODEL} [{digest()[:10]}]"


def samplers() -> list[dict[str, Any]]:
    return [{"name": name, "aliases": [*one.aliases], "options": {}} for name, one in SAMPLERS.items()]


def schedulers() -> list[dict[str, Any]]:
    return [
        {"name": name, "label": label, "aliases": None, "default_rho": 7.0 if name == "karras" else -1.0,
         "need_inner_model": False}
        for name, label in _SCHEDULER_NAMES.items()
    ]  # fmt: skip


def checkpoints() -> list[dict[str, Any]]:
    return [
        {"title": title(), "model_name": MODEL, "hash": digest()[:10], "sha256": digest(), "filename": MODEL,
         "config": None}
    ]  # fmt: skip
