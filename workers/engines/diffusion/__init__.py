"""An embedded text-to-image engine without a network: real diffusion over scenes that it draws itself.

It demonstrates how prompt, seed, steps, guidance, sampler and negative prompt act; it is not a trained model.
`draw` needs no Django and no server.
"""

from workers.engines.diffusion.engine import draw

__all__ = ["draw"]
