"""Exercises with a criterion that a model judges, and one compared with people."""

from courses.catalog.models import Exercise, Module
from courses.regrade.models import Calibration, Compared
from tests.courses.regrade.test_asking import judged
from tests.factories.courses import make_exercise, make_rubric


def judged_exercise(module: Module) -> Exercise:
    return make_exercise(module=module, rubric=judged(calibrated=""))


def calibration(school: object) -> Calibration:
    """Of the school's exercise, about its marked attempt; the judge is still asked."""
    exercise, by, attempt = (getattr(school, name) for name in ("exercise", "instructor", "marked"))
    exercise.rubric = make_rubric(judged(calibrated=""))
    exercise.save()
    made = Calibration.objects.create(exercise=exercise, rubric=exercise.rubric, criterion="j", created_by=by)
    Compared.objects.create(calibration=made, attempt=attempt, person=1.0)
    return made
