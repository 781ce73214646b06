"""Which attempts a regrade looks at."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from pydantic import BaseModel, ConfigDict, Field, model_validator

from courses.attempts.models import Attempt
from courses.catalog.models import Exercise
from courses.grading.findings import Stored, everything


class Scope(BaseModel):
    """Empty fields narrow nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    group: int | None = None
    since: datetime | None = None  # handed in from then…
    until: datetime | None = None  # …to then
    criterion: str = Field("", max_length=40)  # only where this one had not full marks

    @model_validator(mode="after")
    def _in_order(self) -> "Scope":
        if self.since and self.until and self.since > self.until:
            raise ValueError("until lies before since")
        return self


def attempts_in(exercise: Exercise, scope: Scope, *, without: int | None) -> QuerySet[Attempt]:
    """Graded attempts; `without`: the person who regrades, because nobody decides about their own work."""
    found = Attempt.objects.filter(exercise=exercise, state=Attempt.State.GRADED).exclude(student_id=without)
    limits: dict[str, Any] = {"submitted_at__gte": scope.since, "submitted_at__lte": scope.until}
    found = found.filter(**{name: value for name, value in limits.items() if value})
    if scope.group:
        members = exercise.module.course.groups.filter(pk=scope.group)
        found = found.filter(student__in=members.values("members__user"))
    return found


def concerns(scope: Scope, findings: list[Stored]) -> bool:
    """Does the criterion that the scope names miss something here? A mark without it is looked at, too."""
    named = [each for each in everything(findings) if each["id"] == scope.criterion]
    return not scope.criterion or not named or any(each["score"] != 1.0 for each in named)
