"""Has a student completed a course? By the rule that its author wrote (`certificate` in course.yml)."""

import math
from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser

from courses.catalog.models import Course, Exercise
from courses.catalog.schema import CertificateRule
from courses.progress.standings import Progress, progress_of


@dataclass(frozen=True, slots=True)
class Completion:
    passed: int  # of the exercises that count
    needed: int
    of: int

    @property
    def complete(self) -> bool:
        return self.of > 0 and self.passed >= self.needed


def counted(course: Course) -> list[Exercise]:
    """The exercises that count: those with points that are part of the course now."""
    rows = Exercise.objects.filter(module__course=course, archived=False, points__gt=0)
    return list(rows.select_related("module__course").defer("statement", "spec"))


def completion_of(student: AbstractUser, course: Course, progress: Progress | None = None) -> Completion | None:
    """None where the course gives no certificate. `progress`: what was read already, if it covers the course."""
    if not course.certificate:
        return None
    rule = CertificateRule.model_validate(course.certificate)
    exercises = counted(course)
    passed, total = (progress or progress_of(student, exercises)).of(exercises)
    return Completion(passed, needed=math.ceil(round(rule.passed * total, 6)), of=total)
