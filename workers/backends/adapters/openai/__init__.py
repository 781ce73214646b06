"""Servers that speak the OpenAI API: llama.cpp, vLLM, Foundry Local and others."""

from workers.backends.adapters.openai.adapter import OpenAI

ADAPTER = OpenAI

__all__ = ["ADAPTER", "OpenAI"]
