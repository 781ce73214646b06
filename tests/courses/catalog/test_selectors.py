import pytest

from courses.catalog import selectors
from courses.catalog.models import Course
from tests.factories.courses import make_course, make_exercise, make_lesson, make_module

pytestmark = pytest.mark.django_db

HIDDEN = {
    "items": [
        {"id": "o", "title": {"en": "Open"}, "criterion": "contains", "params": {"terms": ["a1"]}},
        {
            "id": "h",
            "title": {"en": "Canary"},
            "criterion": "contains",
            "params": {"terms": ["b2"]},
            "visibility": "hidden",
        },
    ]
}


@pytest.fixture
def course() -> Course:
    return make_course()


def test_tree_has_what_is_taught_in_order(course: Course) -> None:
    second, first = make_module(course=course, position=2), make_module(course=course, position=1)
    lesson, later = make_lesson(module=first, position=1), make_lesson(module=first, position=2)
    exercise = make_exercise(module=second)
    make_exercise(module=second, archived=True)
    make_module(course=course, position=3)

    tree = selectors.course_tree(course)

    assert tree == [first, second]
    assert list(tree[0].lessons.all()) == [lesson, later]
    assert list(tree[1].exercises.all()) == [exercise]
    assert list(selectors.lessons_in_order(course)) == [lesson, later]


def test_tree_takes_the_same_queries_whatever_its_size(course: Course, django_assert_num_queries: object) -> None:
    for _number in range(3):
        module = make_module(course=course)
        make_lesson(module=module)
        make_exercise(module=module)
        with django_assert_num_queries(3):  # type: ignore[operator]
            for each in selectors.course_tree(course):
                _read = [str(row) for row in (*each.lessons.all(), *each.exercises.all())]


def test_exercise_is_found_by_its_address(course: Course) -> None:
    exercise = make_exercise(module=make_module(course=course))

    assert selectors.exercise_at(course, exercise.module.slug, exercise.slug) == exercise
    assert selectors.exercise_at(make_course(), exercise.module.slug, exercise.slug) is None


def test_rubric_of_a_page_names_hidden_criteria_to_staff_only() -> None:
    exercise = make_exercise(rubric=HIDDEN)

    assert "Canary" not in str(selectors.rubric_outline(exercise))
    assert "Canary" in str(selectors.rubric_outline(exercise, reveal=True))
