"""The judges of the courses that somebody manages, and what their calibrations say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from courses.catalog.models import Exercise
from courses.grading.judging.agreement import Agreement, agreement
from courses.grading.registry import all_criteria
from courses.grading.rubric import CriterionItem, Rubric, criteria_of
from courses.people.rules import Person, courses_managed_by
from courses.regrade.models import Calibration


@dataclass(frozen=True, slots=True)
class Judge:
    exercise: Exercise
    criterion: str  # its id in the rubric
    title: Mapping[str, str]
    counts: bool  # its rubric names a judge whose calibration passed; the model must still be that one
    last: Calibration | None

    @property
    def value(self) -> str:
        return f"{self.exercise.pk}:{self.criterion}"


def judges_of(user: Person) -> list[Judge]:
    """Every criterion that a model judges, in the rubrics as they are now."""
    courses = courses_managed_by(user).values("pk")
    exercises = Exercise.objects.filter(module__course__in=courses, archived=False)
    order = ("module__course_id", "module__position", "position")
    rows = list(exercises.select_related("module__course", "rubric").order_by(*order))
    newest = _newest(Calibration.objects.filter(exercise__in=rows))
    return [
        Judge(row, item["id"], item["title"], bool(item["params"].get("calibrated")), newest.get((row.pk, item["id"])))
        for row in rows
        for item in _judged(row.rubric.content)
    ]


def _newest(rows: QuerySet[Calibration]) -> dict[tuple[int, str], Calibration]:
    return {(each.exercise_id, each.criterion): each for each in rows.order_by("created_at")}


def _judged(rubric: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    slugs = {slug for slug, criterion in all_criteria().items() if criterion.pin is not None}
    for item in rubric["items"]:
        yield from (each for each in (item, *item.get("items", ())) if each.get("criterion") in slugs)


def agreement_of(made: Calibration) -> Agreement:
    """Over the work about which the judge could tell."""
    pairs = made.compared.exclude(judge=None).order_by("pk").values_list("judge", "person")
    return agreement([(float(judge or 0.0), person) for judge, person in pairs], levels=levels_of(made))


def levels_of(made: Calibration) -> int:
    item = item_of(made)
    return all_criteria()[item.criterion].levels(item.params)


def title_of(made: Calibration) -> Mapping[str, str]:
    return item_of(made).title


def item_of(made: Calibration) -> CriterionItem:
    """The criterion as it was when it was compared."""
    items = criteria_of(Rubric.model_validate(made.rubric.content))
    return next(each for each in items if each.id == made.criterion)
