"""Stable Diffusion WebUI Forge, AUTOMATIC1111, and our own embedded image engine."""

from workers.backends.adapters.forge.adapter import Forge

ADAPTER = Forge

__all__ = ["ADAPTER", "Forge"]
