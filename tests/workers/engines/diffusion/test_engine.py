"""The engine diffuses: steps, guidance, seed, sampler and negative prompt have their effects, always the same ones."""

import hashlib
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from workers.backends.requests import ImageRequest
from workers.engines.diffusion import draw
from workers.engines.diffusion.engine import Stopped, picture, unknown_words
from workers.engines.diffusion.posterior import Guided
from workers.engines.diffusion.samplers import SAMPLERS
from workers.engines.diffusion.schedules import SCHEDULES


def asked(prompt: str = "a red circle on a white background", **changes: Any) -> ImageRequest:
    return ImageRequest(**{"prompt": prompt, "width": 128, "height": 128, "seed": 7, "sampler": "Euler", **changes})


def pixels(request: ImageRequest) -> NDArray[np.int64]:
    return np.asarray(Image.open(BytesIO(draw(request)[0]))).astype(np.int64)


def red_share(picture: NDArray[np.int64]) -> float:
    red, green, blue = np.moveaxis(picture, -1, 0)
    return float(np.mean((red > 180) & (green < 80) & (blue < 80)))


def test_a_request_always_gives_the_same_bytes() -> None:
    made = draw(asked(sampler="Euler a"))
    assert made == draw(asked(sampler="Euler a"))
    assert made != draw(asked(sampler="Euler a", seed=8))


def test_a_batch_counts_the_seed_up() -> None:
    batch = draw(asked(batch=3))
    assert batch == [draw(asked(seed=seed))[0] for seed in (7, 8, 9)]
    assert len({hashlib.sha256(one).digest() for one in batch}) == 3


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("scheduler", ["Automatic", *SCHEDULES])
def test_four_steps_of_every_sampler_are_clean(sampler: str, scheduler: str) -> None:
    """A disc of red and the background, with hardly anything between."""
    shown = pixels(asked(sampler=sampler, scheduler=scheduler))
    colours, counts = np.unique((shown // 24).reshape(-1, 3), axis=0, return_counts=True)
    assert np.sort(counts)[-2:].sum() / counts.sum() > 0.85, dict(zip(map(tuple, colours), counts, strict=True))


def test_one_step_is_a_superposition() -> None:
    """Many scenes at once, so that no pixel is as red as the disc will be, and many are a little."""
    once, often = (pixels(asked("a red circle on a grey background", steps=steps)) for steps in (1, 4))
    assert red_share(once) < 0.2 * red_share(often)
    reddish = [np.mean(shown[..., 0] - shown[..., 1] > 12) for shown in (once, often)]
    assert reddish[0] > 1.5 * reddish[1]


def test_much_guidance_burns() -> None:
    """Colours that the prompt's scenes do not have: pushed to the ends of the scale."""

    def clipped(scale: float) -> float:
        shown = pixels(asked("sunset over the sea with a boat", cfg_scale=scale))
        return float(np.mean((shown == 0) | (shown == 255)))

    assert clipped(2) < 0.03
    assert clipped(12) > 0.12


def test_without_guidance_the_prompt_counts_for_nothing() -> None:
    assert draw(asked(cfg_scale=0)) != draw(asked(cfg_scale=1))
    assert red_share(pixels(asked("a red square on a red background", cfg_scale=0))) < 0.5


def test_the_negative_prompt_pushes_away_and_only_with_guidance() -> None:
    def warmth(negative: str, scale: float) -> float:
        found = []
        for seed in range(16):
            shown = pixels(
                asked("a circle", negative_prompt=negative, cfg_scale=scale, seed=seed, steps=6, width=64, height=64)
            )
            disc = np.abs(shown - shown[0, 0]).sum(axis=-1) > 60
            if disc.any():
                found.append(float((shown[..., 0] - shown[..., 2])[disc].mean()))
        return float(np.mean(found))

    assert warmth("red circle, orange circle", 7) < warmth("", 7) - 10
    assert draw(asked("a circle", negative_prompt="red circle", cfg_scale=1)) == draw(asked("a circle", cfg_scale=1))


def test_the_deterministic_samplers_converge_with_many_steps() -> None:
    euler, ddim = (pixels(asked(sampler=name, steps=80)) for name in ("Euler", "DDIM"))
    assert np.mean(np.abs(euler - ddim)) < 2


def test_one_word_changes_one_thing() -> None:
    """The lots of a seed do not depend on the prompt: another colour stays in the same place."""
    red, blue = (pixels(asked(f"a {colour} circle on a white background", cfg_scale=1)) for colour in ("red", "blue"))
    background = np.abs(red - red[0, 0]).sum(axis=-1) < 30
    assert np.mean(np.abs(red - blue)[background]) < 1


def test_the_size_is_the_one_asked_for() -> None:
    for width, height in ((64, 64), (512, 256), (200, 1024)):
        assert Image.open(BytesIO(draw(asked(width=width, height=height))[0])).size == (width, height)


def test_a_run_can_be_watched_and_stopped() -> None:
    seen: list[tuple[int, int, tuple[int, int]]] = []

    def watch(done: int, steps: int, show: Any) -> None:
        seen.append((done, steps, show().size))
        if done == 3:
            raise Stopped

    picture(asked(steps=8, width=512, height=256), 7, watch)
    assert seen == [(done, 8, (192, 96)) for done in (1, 2, 3)]


def test_every_step_of_a_sampler_with_two_evaluations_is_told_once() -> None:
    seen: list[int] = []
    picture(asked(sampler="DPM++ SDE", steps=5), 7, lambda done, *_: seen.append(done))
    assert seen == [1, 2, 3, 4, 5]


def test_words_without_meaning_are_listed() -> None:
    assert unknown_words(asked("a red circle, masterpiece, zebra 4k")) == ["masterpiece", "zebra", "4k"]


def test_the_denoiser_is_bayes_rule() -> None:
    """Against the definition: x0 = Σ p(bᵢ | x)·bᵢ with normal likelihoods."""
    latents = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]])
    prior = np.array([0.5, 0.25, 0.25])
    x, sigma = np.array([0.4, 0.7]), 0.8
    likelihood = np.exp(-((latents - x) ** 2).sum(axis=1) / (2 * sigma**2))
    expected = prior * likelihood / (prior * likelihood).sum()
    found = Guided(latents, prior, prior, 1.0).weights(x, sigma)
    np.testing.assert_allclose(found, expected)
