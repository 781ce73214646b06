"""Findings as they are stored in the ledger (JSON), and how they add up to a mark. Pure.

A stored finding: {"id", "criterion", "version", "title", "weight", "gate", "visibility", "hint", "status", "score",
"feedback", "quotes", "data", "members"}. It carries its own weight and gate, so that a mark can be explained and
computed again without the rubric. `members` holds the findings of a group.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courses.grading.criterion import Finding, Status
from courses.grading.rubric import CriterionItem, GroupItem
from courses.texts import Text, both

Stored = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    score: float | None  # 0..1; None exactly when withheld
    withheld: bool  # something that counts could not be judged
    needs_review: bool  # judged, but a person should look
    broken: bool  # something failed on our side
    findings: list[Stored]


def stored(
    item: CriterionItem | GroupItem, finding: Finding, *, version: str, members: Sequence[Stored] = ()
) -> Stored:
    return {
        "id": item.id,
        "criterion": item.criterion if isinstance(item, CriterionItem) else item.group,
        "version": version,
        "title": dict(item.title),
        "weight": item.weight,
        "gate": item.gate.model_dump() if item.gate else None,
        "visibility": str(item.visibility),
        "hint": dict(item.hint) if item.hint else {},
        "status": str(finding.status),
        "score": finding.score,
        "feedback": dict(finding.feedback),
        "quotes": [
            {"text": each.text, "where": each.where, "start": each.start, "end": each.end} for each in finding.quotes
        ],
        "data": dict(finding.data),
        "members": list(members),
    }


def total(findings: Sequence[Stored]) -> Outcome:
    """Σ weight·score / Σ weight, capped by failed gates; withheld while something that counts has no score."""
    statuses = {found["status"] for found in everything(findings)}
    open_ends = [found for found in findings if found["score"] is None and (found["weight"] > 0 or found["gate"])]
    weights = sum(found["weight"] for found in findings)
    withheld = bool(open_ends) or weights <= 0
    return Outcome(
        score=None if withheld else _capped(findings, weights),
        withheld=withheld,
        needs_review=Status.NEEDS_REVIEW in statuses,
        broken=any(Status.ERROR in {part["status"] for part in everything([found])} for found in open_ends),
        findings=list(findings),
    )


def _capped(findings: Sequence[Stored], weights: float) -> float:
    mean = sum(float(found["weight"]) * float(found["score"] or 0.0) for found in findings) / weights
    caps = [float(found["gate"]["cap"]) for found in findings if gate_failed(found)]
    return min(1.0, max(0.0, min([mean, *caps])))


def gate_failed(found: Stored) -> bool:
    return bool(found["gate"]) and found["score"] is not None and found["score"] < found["gate"]["below"]


def everything(findings: Iterable[Stored]) -> Iterable[Stored]:
    """Findings and the members of groups."""
    for found in findings:
        yield found
        yield from found["members"]


def leaves(findings: Iterable[Stored]) -> list[Stored]:
    """What is judged itself: criteria, and the members of groups instead of the groups."""
    return [each for found in findings for each in (found["members"] or [found])]


def combine(rule: str, n: int | None, members: Sequence[Stored]) -> Finding:
    """The finding of a group. Members without a score matter only where they could still change the result."""
    low = _combined(rule, n, members, unknown=0.0)
    high = _combined(rule, n, members, unknown=1.0)
    known = abs(high - low) < 1e-12
    passed = sum(1 for member in members if member["score"] == 1.0)
    data = {"rule": rule, "n": n, "passed": passed, "of": len(members)}
    if not known:
        lost = any(member["status"] == Status.ERROR for member in members)
        return Finding(Status.ERROR if lost else Status.UNSCORED, None, UNDECIDED, data=data)
    feedback = both("{passed} of {of} fulfilled.", "{passed} sur {of} remplis.", **data)
    return Finding(status_of(low), low, feedback, data=data)


UNDECIDED: Text = both("Part of this could not be judged.", "Une partie n'a pas pu être évaluée.")


def _combined(rule: str, n: int | None, members: Sequence[Stored], *, unknown: float) -> float:
    scores = [unknown if member["score"] is None else float(member["score"]) for member in members]
    passed = sum(1 for score in scores if score == 1.0)
    match rule:
        case "all":
            return float(passed == len(scores))
        case "any":
            return float(passed > 0)
        case "n_of":
            return min(1.0, passed / (n or 1))
        case "best_of":
            return max(scores)
        case "min":
            return min(scores)
    weights = [float(member["weight"]) for member in members]
    return min(1.0, sum(w * s for w, s in zip(weights, scores, strict=True)) / sum(weights))


def status_of(score: float) -> Status:
    if score >= 1.0:
        return Status.PASS
    return Status.FAIL if score <= 0.0 else Status.PARTIAL


def overridden(findings: Sequence[Stored], changes: Mapping[str, float]) -> list[Stored]:
    """Findings with a person's scores (0..1) by id; groups follow their members unless they were changed themselves.

    The machine's own score stays readable in `data["machine_score"]`. Raises KeyError for an unknown id.
    """
    unknown = set(changes) - {found["id"] for found in everything(findings)}
    if unknown:
        raise KeyError(sorted(unknown)[0])
    return [_overridden(found, changes) for found in findings]


def _overridden(found: Stored, changes: Mapping[str, float]) -> Stored:
    members = [_overridden(member, changes) for member in found["members"]]
    if found["id"] in changes:
        return {**_set(found, changes[found["id"]]), "members": members}
    if members != found["members"]:
        group = combine(found["criterion"], found["data"].get("n"), members)
        return {
            **found,
            "status": str(group.status),
            "score": group.score,
            "feedback": dict(group.feedback),
            "data": dict(group.data),
            "members": members,
        }
    return found


def _set(found: Stored, score: float) -> Stored:
    machine = found["data"].get("machine_score", found["score"])
    data = {**found["data"], "machine_score": machine, "by": "human"}
    return {**found, "score": score, "status": str(status_of(score)), "data": data}


HIDDEN_TITLE: Text = both("A hidden check", "Une vérification cachée")


def for_student(findings: Iterable[Stored]) -> list[Stored]:
    """What the student may read: the evidence of public criteria, the bare result of the others."""
    return [_reduced(found) for found in findings]


def _reduced(found: Stored) -> Stored:
    members = for_student(found["members"])
    if found["visibility"] == "public":
        return {**found, "members": members}
    bare = {**found, "feedback": {}, "hint": {}, "quotes": [], "data": {}, "members": []}
    if found["visibility"] == "hidden":
        bare |= {"title": dict(HIDDEN_TITLE), "criterion": "", "version": "", "id": ""}
    return bare
