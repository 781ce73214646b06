"""Ollama through its native API."""

from workers.backends.adapters.ollama.adapter import Ollama

ADAPTER = Ollama

__all__ = ["ADAPTER", "Ollama"]
