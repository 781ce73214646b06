"""Text to image: a prompt's scenes, seeded noise, a sampler, and the decoder."""

import contextlib
import hashlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workers.backends.requests import ImageRequest
from workers.engines.diffusion import prompt
from workers.engines.diffusion.painter import latent, paint
from workers.engines.diffusion.posterior import Guided, Latents, Weights
from workers.engines.diffusion.samplers import SAMPLERS, Sampler
from workers.engines.diffusion.scenes import Scene, anything, imagine
from workers.engines.diffusion.schedules import AUTOMATIC, SCHEDULES, Sigmas, ddim

CELLS = 1024  # of a latent, about, whatever the size of the picture: 32 × 32 for a square
SCENES = 24  # that fulfil the prompt, and as many that do not
CHANNELS = np.array([0.5, 0.5, 0.5, 0.8])  # of a latent: red, green, blue and presence, with their contrast
KNOWN_SHARE = 0.03  # of the prompt's scenes among all that the model knows without a prompt
FAINT = 0.03  # weight below which a scene is decoded coarsely
PREVIEW = 192  # pixels of the longer side

OnStep = Callable[[int, int, Callable[[], Image.Image]], None]  # steps done, of all, a way to see the picture


class Stopped(Exception):
    """Raised by an `on_step` that wants the picture as it is; carries nothing."""


@dataclass
class Drawing:
    """The state of one picture in the making."""

    request: ImageRequest
    seed: int
    scenes: list[Scene]
    guided: Guided
    shape: tuple[int, int]  # of the latent: rows, columns
    weights: Weights = field(default_factory=lambda: np.zeros(0))  # of the newest guess
    evaluations: int = 0

    def picture(self, width: int, height: int) -> Image.Image:
        """Decode the newest guess: the same mixture of the same scenes, painted at full size."""
        total = np.zeros((height, width, 3), dtype=np.float32)
        faint = np.where(np.abs(self.weights) < FAINT, self.weights, 0)
        for scene, weight in zip(self.scenes, self.weights, strict=True):
            if abs(weight) >= FAINT:
                total += np.float32(weight) * np.asarray(paint(scene, width, height), dtype=np.float32)
        coarse = ((faint @ self.guided.latents).reshape(*self.shape, 4) / CHANNELS + faint.sum()) * 127.5
        for channel in range(3):
            plane = Image.fromarray(coarse[..., channel].astype(np.float32))
            total[..., channel] += np.asarray(plane.resize((width, height), Image.Resampling.BICUBIC))
        return Image.fromarray(np.clip(total + 0.5, 0, 255).astype(np.uint8))

    def preview(self) -> Image.Image:
        width, height = self.request.width, self.request.height
        share = min(1.0, PREVIEW / max(width, height))
        return self.picture(max(1, round(width * share)), max(1, round(height * share)))


def draw(request: ImageRequest) -> list[bytes]:
    """The pictures as PNG files without metadata, with `seed`, `seed + 1`, … (seed 0 where none is given).

    The same request gives the same bytes. Raises KeyError for an unknown sampler or scheduler.
    """
    first = request.seed or 0
    return [as_png(picture(request, first + number)) for number in range(request.batch)]


def picture(request: ImageRequest, seed: int, on_step: OnStep | None = None) -> Image.Image:
    """One picture; an `on_step` that raises Stopped gets it as far as it has come."""
    sampler, sigmas = sampler_of(request)
    drawing = _begin(request, seed)
    noise = _noise(seed, drawing.guided.latents.shape[1])
    denoise = partial(_denoise, drawing, sampler, on_step)
    with contextlib.suppress(Stopped):
        sampler.run(noise() * float(np.hypot(1, sigmas[0])), sigmas, denoise, noise)
    return drawing.picture(request.width, request.height)


def sampler_of(request: ImageRequest) -> tuple[Sampler, Sigmas]:
    """The sampler and its noise levels, 0 at the end. Raises KeyError."""
    sampler = SAMPLERS[request.sampler]
    if sampler.schedule == "DDIM":  # chooses its levels itself, whatever the scheduler
        levels = ddim(request.steps)
    else:
        levels = SCHEDULES[sampler.schedule if request.scheduler == AUTOMATIC else request.scheduler](request.steps)
    return sampler, np.append(levels, 0.0)


def unknown_words(request: ImageRequest) -> list[str]:
    return prompt.read(request.prompt).unknown


def as_png(image: Image.Image) -> bytes:
    written = BytesIO()
    image.save(written, "PNG", compress_level=4)
    return written.getvalue()


def _denoise(
    drawing: Drawing, sampler: Sampler, on_step: OnStep | None, x: NDArray[np.float64], sigma: float
) -> NDArray[np.float64]:
    weights = drawing.guided.weights(x, sigma)
    drawing.weights = weights
    drawing.evaluations += 1
    if on_step is not None and sampler.evaluations in (1, 1 + drawing.evaluations % 2):
        done = (drawing.evaluations + sampler.evaluations - 1) // sampler.evaluations
        on_step(done, drawing.request.steps, drawing.preview)
    return np.asarray(weights @ drawing.guided.latents)


def _begin(request: ImageRequest, seed: int) -> Drawing:
    shorter = min(request.width, request.height)
    width, height = request.width / shorter, request.height / shorter
    rows, columns = (max(4, round((CELLS * part) ** 0.5)) for part in (height / width, width / height))
    wanted, unwanted = prompt.read(request.prompt), prompt.read(request.negative_prompt)
    groups = [
        [anything(rng) if wanted.empty else wanted for rng in _lots(seed, "prompt")],
        [anything(rng) if unwanted.empty else unwanted for rng in _lots(seed, "negative")],
    ]
    scenes = [
        imagine(wish, width, height, rng)
        for name, wishes in zip(("prompt", "negative"), groups, strict=True)
        for wish, rng in zip(wishes, _lots(seed, f"{name} scenes"), strict=True)
    ]
    latents: Latents = np.array([(latent(scene, columns, rows) * CHANNELS).ravel() for scene in scenes])
    priors = np.repeat([[1.0, 0.0], [KNOWN_SHARE, 1 - KNOWN_SHARE]], SCENES, axis=1) / SCENES
    guided = Guided(latents, priors[0], priors[1], request.cfg_scale)
    return Drawing(request, seed, scenes, guided, (rows, columns))


def _lots(seed: int, purpose: str) -> Iterator[random.Random]:
    """The lots of a seed: the same for every prompt, so that changing one word keeps the composition."""
    for number in range(SCENES):
        digest = hashlib.sha256(f"{seed} {purpose} {number}".encode()).digest()
        yield random.Random(digest)  # noqa: S311  # chance for pictures, not for secrets


def _noise(seed: int, cells: int) -> Callable[[], NDArray[np.float64]]:
    generator = np.random.default_rng(seed)
    return lambda: generator.standard_normal(cells)
