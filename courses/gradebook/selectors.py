"""Reading the gradebook of a course: a fixed number of queries for any number of students and exercises.

Every function expects that `people.rules.check_can_review` was asked.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from courses.attempts.ledger import PEOPLE
from courses.attempts.models import Attempt, Score
from courses.catalog.models import Course, Exercise
from courses.gradebook import book
from courses.gradebook.book import Cell, Entry, Total
from courses.people.models import Enrolment, Group, Role
from courses.people.selectors import members

Filter = Literal["all", "missing", "waiting", "released"]
State = Attempt.State


@dataclass(frozen=True, slots=True)
class Line:
    """A student with a cell per exercise that was begun, by the exercise's id."""

    enrolment: Enrolment
    cells: dict[int, Cell]
    total: Total

    def cell(self, exercise: Exercise) -> Cell:
        return self.cells.get(exercise.pk, book.MISSING)


def exercises_of(course: Course) -> list[Exercise]:
    """The columns, in the order of the course, with their modules."""
    found = Exercise.objects.filter(module__course=course, archived=False, practice=False)
    return list(
        found.select_related("module").defer("statement", "spec", "references", "prefill")
        .order_by("module__position", "module_id", "position", "pk")
    )  # fmt: skip


def groups_of(course: Course) -> list[Group]:
    return list(Group.objects.filter(course=course).order_by("name"))


def students_of(course: Course, group: Group | None = None, wanted: Filter = "all") -> QuerySet[Enrolment]:
    """By name. `wanted`: who has at least one exercise in this state."""
    found = members(course, Role.STUDENT)
    if group is not None:
        found = found.filter(groups=group)
    return _filtered(found, course, wanted).order_by("user__last_name", "user__first_name", "user__username", "pk")


def _filtered(found: QuerySet[Enrolment], course: Course, wanted: Filter) -> QuerySet[Enrolment]:
    theirs = Attempt.objects.filter(_in(course), student_id=OuterRef("user_id")).order_by()
    if wanted == "waiting":
        return found.filter(Exists(theirs.filter(state=State.GRADED, released_at=None)))
    if wanted == "released":
        return found.filter(Exists(theirs.filter(released_at__isnull=False)))
    if wanted == "missing":
        return found.exclude(user_id__in=_done_with_all(course))
    return found


def _done_with_all(course: Course) -> QuerySet[Attempt, Any]:
    """Ids of those who handed something in for every exercise."""
    number = Exercise.objects.filter(module__course=course, archived=False, practice=False).count()
    handed_in = Attempt.objects.filter(_in(course)).exclude(state=State.OPEN).order_by()
    counted = handed_in.values("student_id").annotate(n=Count("exercise_id", distinct=True))
    return counted.filter(n__gte=number).values("student_id")


def _in(course: Course) -> Q:
    return Q(exercise__module__course=course, exercise__archived=False, exercise__practice=False)


def lines(course: Course, students: Sequence[Enrolment], exercises: Sequence[Exercise]) -> list[Line]:
    """Two queries. `exercises`: all of the course, because of the total."""
    points = {exercise.pk: float(exercise.points) for exercise in exercises}
    entries = _entries(course, [enrolment.user_id for enrolment in students])
    found = []
    for enrolment in students:
        cells = {key: book.cell(each) for key, each in entries[enrolment.user_id].items()}
        found.append(Line(enrolment, cells, book.total(cells, points)))
    return found


def _entries(course: Course, students: Sequence[int]) -> dict[int, dict[int, list[Entry]]]:
    """By student and exercise, oldest first."""
    scores = _scores(course, students)
    found: dict[int, dict[int, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    rows = Attempt.objects.filter(_in(course), student_id__in=students).order_by("number")
    for key, student, exercise, number, state, released in rows.values_list(
        "pk", "student_id", "exercise_id", "number", "state", "released_at"
    ):
        entry = Entry(str(key), number, state != State.OPEN, state == State.GRADED, released is not None)
        found[student][exercise].append(entry._replace(**scores.get(key, {})))
    return found


def _scores(course: Course, students: Sequence[int]) -> dict[object, dict[str, Any]]:
    """The entry that counts, by attempt: in the order of the ledger the last one wins."""
    rows = Score.objects.filter(
        attempt__in=Attempt.objects.filter(_in(course), student_id__in=students).order_by().values("pk")
    )
    columns = rows.order_by("by_person", "id").values_list("attempt_id", "value", "late_credit", "origin", "id")
    return {
        attempt: {"value": value, "credit": credit, "human": origin in PEOPLE, "score_id": key}
        for attempt, value, credit, origin, key in columns
    }


def findings_of(scores: Sequence[int]) -> list[list[dict[str, Any]]]:
    """What the criteria said in these entries of the ledger."""
    return list(Score.objects.filter(pk__in=scores).order_by("pk").values_list("findings", flat=True))
