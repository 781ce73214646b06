"""What a student may read of a specification: not a hidden system prompt, not a hidden test message. Pure."""

from typing import Any

from courses.kinds.chat.schema import ChatSpec

OPEN = {"alias", "student_system", "starter", "turn_limit", "token_budget", "max_tokens", "options", "fixed"}


def public(spec: ChatSpec) -> dict[str, Any]:
    """The open fields, and `system` (its text, or None), `hidden_system`, `probes` (the visible ones)."""
    shown = spec.model_dump(mode="json", include=OPEN)
    shown["system"] = spec.system.text if spec.system and spec.system.visible else None
    shown["hidden_system"] = bool(spec.system and not spec.system.visible)
    shown["probes"] = [probe.model_dump(mode="json") for probe in spec.probes if probe.visible]
    return shown
