"""Take a person's words out of stored JSON; leave its shape, numbers and references, so that pages work. Pure."""

import re
from typing import Any

ERASED = "[erased]"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# Words of ours that models of kinds and servers read back; never a person's own.
VOCABULARY = frozenset(
    {"role", "task", "finish", "type", "origin", "status", "visibility", "criterion", "id", "version"}
)


def redact(value: Any, *, key: str = "") -> Any:
    """The same JSON with every free text replaced by `[erased]`."""
    if isinstance(value, dict):
        return {name: redact(inner, key=name) for name, inner in value.items()}
    if isinstance(value, list):
        return [redact(inner, key=key) for inner in value]
    if isinstance(value, str) and value and key not in VOCABULARY and not UUID.fullmatch(value):
        return ERASED
    return value


def redact_findings(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Findings without what they quote from the work; names and scores of criteria stay, for the statistics."""
    return [_redact_finding(finding) for finding in findings]


def _redact_finding(finding: dict[str, Any]) -> dict[str, Any]:
    kept = {**finding, "quotes": [], "data": {}}
    kept["feedback"] = redact(finding.get("feedback", {}))
    if "members" in finding:
        kept["members"] = redact_findings(finding["members"])
    return kept
