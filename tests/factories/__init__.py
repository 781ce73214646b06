"""Rows for tests: plain functions with keyword arguments; whatever is not said is ordinary."""

from tests.factories.attempts import make_attempt, make_submitted_attempt
from tests.factories.courses import make_asset, make_course, make_exercise, make_lesson, make_module, make_rubric
from tests.factories.jobs import make_job
from tests.factories.people import (
    make_administrator,
    make_enrolment,
    make_extension,
    make_grader,
    make_group,
    make_instructor,
    make_student,
    make_user,
)
from tests.factories.servers import make_alias, make_server

__all__ = [
    "make_administrator",
    "make_alias",
    "make_asset",
    "make_attempt",
    "make_course",
    "make_enrolment",
    "make_exercise",
    "make_extension",
    "make_grader",
    "make_group",
    "make_instructor",
    "make_job",
    "make_lesson",
    "make_module",
    "make_rubric",
    "make_server",
    "make_student",
    "make_submitted_attempt",
    "make_user",
]
