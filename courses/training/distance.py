"""How far a grader's scores lie from the right ones. Pure."""

from collections.abc import Mapping, Sequence

from courses.grading.findings import Stored, leaves


def distance(findings: Sequence[Stored], scores: Mapping[str, float]) -> float:
    """The mean of |score − right score| over the criteria that count, by weight: 0 (the same) to 1. Too much here does
    not make up for too little there. The members of a group share its weight.

    Raises KeyError for a criterion without a score.
    """
    parts = [(weight, abs(scores[each["id"]] - float(each["score"] or 0.0))) for weight, each in _weighted(findings)]
    whole = sum(weight for weight, _far in parts)
    if whole <= 0:
        return max((far for _weight, far in parts), default=0.0)
    return sum(weight * far for weight, far in parts) / whole


def _weighted(findings: Sequence[Stored]) -> list[tuple[float, Stored]]:
    found = []
    for each in findings:
        members = leaves([each])
        inner = sum(float(member["weight"]) for member in members) or 1.0
        shares = [float(member["weight"]) / inner for member in members] if each["members"] else [1.0]
        found += [(float(each["weight"]) * share, member) for share, member in zip(shares, members, strict=True)]
    return found
