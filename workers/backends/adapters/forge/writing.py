"""Our request in Forge's words. Pure."""

from workers.backends.requests import ImageRequest
from workers.protocols import forge

ANY_SEED = -1  # the server draws one and tells which


def text2image(request: ImageRequest, checkpoint: str, scheduler: str | None) -> forge.Text2Image:
    """`checkpoint` is a title; empty for the one in memory."""
    return forge.Text2Image(
        prompt=request.prompt,
        negative_prompt=request.negative_prompt,
        seed=ANY_SEED if request.seed is None else request.seed,
        steps=request.steps,
        cfg_scale=request.cfg_scale,
        width=request.width,
        height=request.height,
        sampler_name=request.sampler,
        scheduler=scheduler,
        batch_size=request.batch,
        override_settings=forge.Overrides(sd_model_checkpoint=checkpoint) if checkpoint else None,
    )
