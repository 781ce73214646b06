"""Apply a rubric to the evidence. Pure: the same rubric, evidence and code give the same findings."""

import logging
import math
from collections.abc import Mapping
from typing import Any

from courses.grading.criterion import Finding, Status
from courses.grading.evidence import Evidence
from courses.grading.findings import HIDDEN_TITLE, Outcome, Stored, combine, stored, total
from courses.grading.registry import all_criteria
from courses.grading.rubric import CriterionItem, GroupItem, Item, Rubric, criteria_of
from courses.texts import both
from workers.scheduling.spec import JobSpec

logger = logging.getLogger(__name__)

GROUP_VERSION = "1"
BROKEN = both(
    "This could not be checked because of a fault on our side. It does not count against you.",
    "La vérification n'a pas pu se faire à cause d'une panne de notre côté. Elle ne compte pas contre vous.",
)

LATER = both("Judged when you submit.", "Évalué quand vous rendez.")


def assess(rubric: Rubric, evidence: Evidence) -> Outcome:
    return total([_assess_item(item, evidence) for item in rubric.items])


def jobs(rubric: Rubric, evidence: Evidence) -> list[JobSpec]:
    """What models must be asked before `assess`; the answers go into `evidence.results` by job key."""
    found: list[JobSpec] = []
    for item in criteria_of(rubric):
        found.extend(all_criteria()[item.criterion].jobs(item.params, evidence, job_key(item)))
    return found


def live(rubric: Rubric, evidence: Evidence) -> list[Stored]:
    """Findings that a student may see while working: public criteria that ask no model."""
    return [_shown_live(_assess_item(item, evidence)) for item in rubric.items if _is_live(item)]


def _shown_live(found: Stored) -> Stored:
    """What the work does not have yet, such as answers to probes, is no reason to call for a person."""
    members = [_shown_live(member) for member in found["members"]]
    waits = found["data"].get("parts") == 0
    return {**found, "members": members, "feedback": dict(LATER) if waits else found["feedback"]}


def job_key(item: CriterionItem) -> str:
    return f"criterion:{item.id}"


def outline(rubric: Rubric, *, reveal: bool = False) -> list[dict[str, Any]]:
    """The rubric for a page: {"id", "title", "weight", "share" (of all weights, 0..1), "gate", "visibility", "live",
    "members"}. Unless `reveal`, hidden items are nameless."""
    weights = sum(item.weight for item in rubric.items) or 1.0
    return [_outlined(item, weights, reveal=reveal) for item in rubric.items]


def _outlined(item: CriterionItem | GroupItem, weights: float, *, reveal: bool) -> dict[str, Any]:
    open_ = reveal or item.visibility != "hidden"
    members = item.items if isinstance(item, GroupItem) and (reveal or item.visibility == "public") else []
    return {
        "id": item.id if open_ else "",
        "title": dict(item.title if open_ else HIDDEN_TITLE),
        "weight": item.weight,
        "share": item.weight / weights,
        "gate": item.gate.model_dump() if item.gate else None,
        "visibility": str(item.visibility),
        "live": _is_live(item),
        "members": [_outlined(member, weights, reveal=reveal) for member in members],
    }


def _is_live(item: Item) -> bool:
    if item.visibility != "public":
        return False
    if isinstance(item, GroupItem):
        return all(_is_live(member) for member in item.items)
    return isinstance(item, CriterionItem) and all_criteria()[item.criterion].live


def _assess_item(item: CriterionItem | GroupItem, evidence: Evidence) -> Stored:
    if isinstance(item, GroupItem):
        members = [_assess_item(member, evidence) for member in item.items]
        return stored(item, combine(item.group, item.n, members), version=GROUP_VERSION, members=members)
    criterion = all_criteria()[item.criterion]
    return stored(item, _guarded(item, evidence), version=criterion.version)


def _guarded(item: CriterionItem, evidence: Evidence) -> Finding:
    """A criterion that fails must not cost the student anything, nor stop the others."""
    criterion = all_criteria()[item.criterion]
    try:
        finding = criterion.assess(item.params, evidence, job_key(item))
    except Exception:
        logger.exception("The criterion %s failed on the item %s.", item.criterion, item.id)
        return Finding(Status.ERROR, None, BROKEN)
    return finding if _sound(finding) else Finding(Status.ERROR, None, BROKEN, data=_plain(finding.data))


def _sound(finding: Finding) -> bool:
    if finding.status in (Status.UNSCORED, Status.ERROR):
        return finding.score is None
    return finding.score is not None and math.isfinite(finding.score) and 0.0 <= finding.score <= 1.0


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    return {"unsound": True, **data}
