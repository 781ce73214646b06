"""Reading the gradebook of a course: a fixed number of queries for any number of students and exercises.

Every function expects that `people.rules.check_can_review` was asked. What attempts come to is read from `Standing`,
which the database keeps; nothing here looks at attempts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db.models import Max, QuerySet

from courses.attempts.ledger import PEOPLE
from courses.attempts.models import Score
from courses.catalog.models import Course, Exercise, Module
from courses.catalog.schema import GradebookRules
from courses.gradebook import book
from courses.gradebook.book import Cell
from courses.gradebook.drift import Piece
from courses.gradebook.models import Column, HandMark, Release, Standing
from courses.gradebook.totals import Item, Part, Total, total, weights
from courses.people.models import Enrolment, Group

BY_HAND = "by hand"  # the part of the total that no module makes
CELL = ("student_id", "exercise_id", "state", "value", "late", "human", "shown", "waiting", "attempt", "handed_in",
        "score")  # fmt: skip
UNREAD = ("statement", "spec", "references", "prefill", "late", "date_rules")  # of exercises


@dataclass(frozen=True, slots=True)
class Line:
    """A student with a cell per exercise that was begun, by the exercise's id, and the marks by hand, by column's."""

    enrolment: Enrolment
    cells: dict[int, Cell]
    total: Total
    by_hand: dict[int, HandMark]

    def cell(self, exercise: Exercise) -> Cell:
        return self.cells.get(exercise.pk, book.MISSING)

    def dropped(self, row: Exercise | Column) -> bool:
        """Does its mark not count in the total?"""
        return bool(self.total.dropped) and _key(row) in self.total.dropped


@dataclass(frozen=True)
class Columns:
    """Everything that has marks in a course, and how the total is made of it."""

    course: Course
    exercises: list[Exercise]
    by_hand: list[Column]

    @cached_property
    def rules(self) -> GradebookRules:
        return self.course.gradebook_rules

    @cached_property
    def weights(self) -> dict[str, float]:
        return weights(self.parts({}, {}))

    def weight(self, row: Exercise | Column) -> float:
        """Its share of the total, 0..1."""
        return self.weights.get(_key(row), 0.0)

    @cached_property
    def _modules(self) -> list[tuple[str, list[tuple[int, str, float]]]]:
        """Name, and (exercise, key of its item, points) for each: the same for every student."""
        found: dict[str, list[tuple[int, str, float]]] = defaultdict(list)
        for each in self.exercises:
            found[each.module.slug].append((each.pk, _key(each), float(each.points)))
        return list(found.items())

    def parts(self, shown: Mapping[int, float], by_hand: Mapping[int, HandMark]) -> list[Part]:
        """What a student has; only what they see counts. `shown`: marks (0..1) by exercise."""
        rules, found = self.rules, []
        for name, rows in self._modules:
            items, rule = (
                [Item(key, shown.get(pk, 0.0) * most, most) for pk, key, most in rows],
                rules.modules.get(name),
            )
            found.append(Part(name, items, rule.weight if rule else None, rule.drop_lowest if rule else 0))
        hand = [_by_hand(each, by_hand.get(each.pk)) for each in self.by_hand if each.visible]
        return [*found, Part(BY_HAND, hand, rules.by_hand.weight, rules.by_hand.drop_lowest)]


def _key(row: Exercise | Column) -> str:
    return f"{'exercise' if isinstance(row, Exercise) else 'column'}-{row.pk}"


def _by_hand(column: Column, mark: HandMark | None) -> Item:
    return Item(_key(column), float(mark.points) if mark and mark.points is not None else 0.0, float(column.points))


def columns_of(course: Course) -> Columns:
    return Columns(course, exercises_of(course), list(Column.objects.filter(course=course, archived=False)))


def exercises_in(course: Course) -> QuerySet[Exercise]:
    return Exercise.objects.filter(module__course=course, archived=False, practice=False).select_related(
        "module__course"
    )


def exercises_of(course: Course) -> list[Exercise]:
    """The columns, in the order of the course, with their modules."""
    found = Exercise.objects.filter(module__course=course, archived=False, practice=False).defer(*UNREAD)
    exercises = list(found.order_by("module__position", "module_id", "position", "pk"))
    modules = Module.objects.in_bulk({each.module_id for each in exercises})  # far fewer than exercises
    for each in exercises:
        each.module = modules[each.module_id]
    return exercises


def releases_of(course: Course) -> QuerySet[Release]:
    """Newest first."""
    return Release.objects.filter(exercise__module__course=course).select_related("exercise", "group", "by")


def groups_of(course: Course) -> list[Group]:
    return list(Group.objects.filter(course=course).order_by("name"))


def lines(columns: Columns, students: Sequence[Enrolment], only: Sequence[Exercise] | None = None) -> list[Line]:
    """A fixed number of queries. `only`: cells of these exercises alone; the total looks at all of them."""
    people = [enrolment.user_id for enrolment in students]
    hand, cells = _hand_marks(columns, people), _cells(columns.exercises if only is None else only, people)
    found = _totals(columns, people, hand)
    return [Line(row, cells[row.user_id], found[row.user_id], hand[row.user_id]) for row in students]


def totals(columns: Columns, students: Sequence[Enrolment]) -> dict[int, Total]:
    """By student, where no cell is wanted."""
    people = [enrolment.user_id for enrolment in students]
    return _totals(columns, people, _hand_marks(columns, people))


def _totals(columns: Columns, people: Sequence[int], hand: Mapping[int, Mapping[int, HandMark]]) -> dict[int, Total]:
    shown = _shown(columns.exercises, people)
    return {each: total(columns.parts(shown.get(each, {}), hand.get(each, {}))) for each in people}


def _shown(exercises: Sequence[Exercise], people: Sequence[int]) -> dict[int, dict[int, float]]:
    """The marks that students see, by student and exercise."""
    found: dict[int, dict[int, float]] = defaultdict(dict)
    rows = Standing.objects.filter(student__in=people, exercise__in=exercises, shown=True, value__isnull=False)
    for student, exercise, value in rows.values_list("student_id", "exercise_id", "value"):
        found[student][exercise] = value or 0.0
    return found


def _cells(exercises: Sequence[Exercise], people: Sequence[int]) -> dict[int, dict[int, Cell]]:
    """By student and exercise."""
    found: dict[int, dict[int, Cell]] = defaultdict(dict)
    rows = Standing.objects.filter(student__in=people, exercise__in=exercises).values_list(*CELL)
    for student, exercise, state, value, late, human, shown, waiting, attempt, handed_in, score in rows:
        found[student][exercise] = Cell(
            state, value, late, human, shown, waiting, str(attempt), handed_in, score or 0
        )  # fmt: skip
    return found


def _hand_marks(columns: Columns, people: Sequence[int]) -> dict[int, dict[int, HandMark]]:
    """The entries that count, by student and column."""
    found: dict[int, dict[int, HandMark]] = defaultdict(dict)
    for mark in current_marks(columns.by_hand, people):
        found[mark.student_id][mark.column_id] = mark
    return found


def current_marks(columns: Iterable[Column], people: Sequence[int]) -> QuerySet[HandMark]:
    rows = HandMark.objects.filter(column__in=[each.pk for each in columns], student__in=people).order_by()
    newest = rows.values("column_id", "student_id").annotate(newest=Max("pk")).values("newest")
    return HandMark.objects.filter(pk__in=newest)


def hand_mark(column: Column, student: AbstractUser) -> HandMark | None:
    """The entry that counts."""
    rows = HandMark.objects.filter(column=column, student_id=student.pk).select_related("by")
    return rows.order_by("-pk").first()


def findings_of(scores: Sequence[int]) -> list[list[dict[str, Any]]]:
    """What the criteria said in these entries of the ledger."""
    return list(Score.objects.filter(pk__in=scores).order_by("pk").values_list("findings", flat=True))


def decisions_of(exercise: Exercise) -> list[Piece]:
    """Every decision of a person, oldest first, with what the machine had said of the same work; before lateness."""
    rows = Score.objects.filter(attempt__exercise=exercise).order_by("id")
    columns = ("attempt_id", "origin", "value", "raw_value", "decided_by_id", "created_at")
    machine: dict[Any, float] = {}
    found = []
    for attempt, origin, value, raw, person, at in rows.values_list(*columns).iterator():
        mark = value if raw is None else raw
        if mark is None:
            continue
        if origin in PEOPLE:
            found.append(Piece(person, at.date(), mark, machine.get(attempt)))
        else:
            machine[attempt] = mark
    return found
