"""Known answers mixed into a batch of questions to models, and whether they came back as they should. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from courses.grading.criterion import Control
from courses.grading.evidence import Evidence
from courses.grading.registry import all_criteria
from courses.grading.rubric import CriterionItem
from workers.scheduling.spec import JobSpec

KEY = "control:"  # job keys of known answers


def jobs(items: Iterable[CriterionItem]) -> list[JobSpec]:
    """What models are asked about the known answers of these criteria."""
    found: list[JobSpec] = []
    for item, control, key in _controls(items):
        found.extend(all_criteria()[item.criterion].jobs(item.params, control.evidence, key))
    return found


def failed(items: Iterable[CriterionItem], results: Mapping[str, Any]) -> list[str]:
    """Which known answers came back wrong, or not at all: "<id of the criterion>:<name>". None: the batch counts."""
    return [
        f"{item.id}:{control.name}"
        for item, control, key in _controls(items)
        if not _holds(item, control, key, results)
    ]


def _holds(item: CriterionItem, control: Control, key: str, results: Mapping[str, Any]) -> bool:
    evidence = Evidence(control.evidence.parts, results, control.evidence.picture)
    finding = all_criteria()[item.criterion].assess(item.params, evidence, key)
    value = finding.data.get("advice", finding.score)  # also of a judge that only advises
    return value is not None and control.least <= value <= control.most


def _controls(items: Iterable[CriterionItem]) -> Iterator[tuple[CriterionItem, Control, str]]:
    for item in items:
        for control in all_criteria()[item.criterion].controls(item.params):
            yield item, control, f"{KEY}{item.id}:{control.name}"
