"""What to do next, who has completed a course, and what a certificate says."""

from datetime import timedelta

import pytest
from django.utils import timezone

from athanor.accounts.models import User
from courses.attempts import services as attempts
from courses.catalog.models import Course, Exercise
from courses.people.errors import Denied
from courses.progress import paper, services
from courses.progress.completion import completion_of
from courses.progress.errors import NotCompleted
from courses.progress.models import Certificate
from courses.progress.standings import Standing, progress_of, recommended, upcoming
from tests.courses.recorded import exercise_for, submitted
from tests.factories import make_exercise, make_instructor, make_student

NOW = timezone.now()
DAY = timedelta(days=1)


def standing(number: int, state: str = "new", **fields: object) -> Standing:
    return Standing(Exercise(pk=number), state=state, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("standings", "wanted"),
    [
        ([], None),
        ([standing(1, "passed"), standing(2, "passed")], None),
        ([standing(1, "passed"), standing(2), standing(3)], (2, "order")),
        ([standing(1), standing(2, "open"), standing(3)], (2, "begun")),
        ([standing(1), standing(2, due_at=NOW + 2 * DAY), standing(3, due_at=NOW + DAY)], (3, "due")),
        ([standing(1), standing(2, due_at=NOW + 8 * DAY)], (1, "order")),
        ([standing(1), standing(2, due_at=NOW - DAY)], (1, "order")),
        ([standing(1, "waiting"), standing(2, "graded")], (2, "order")),
        ([standing(1, is_open=False), standing(2, "open", is_open=False)], None),
    ],
)
def test_what_comes_next(standings: list[Standing], wanted: tuple[int, str] | None) -> None:
    found = recommended(standings, NOW)

    assert (found and (found.standing.exercise.pk, found.why)) == wanted


def test_next_deadlines_are_of_what_is_still_to_be_handed_in() -> None:
    due = [
        standing(1, due_at=NOW + 3 * DAY), standing(2, "open", due_at=NOW + DAY), standing(3, due_at=NOW - DAY),
        standing(4, "passed", due_at=NOW + DAY), standing(5, "waiting", due_at=NOW + DAY), standing(6),
        standing(7, due_at=NOW + DAY, is_open=False), standing(8, "graded", due_at=NOW + 2 * DAY),
    ]  # fmt: skip

    assert [each.exercise.pk for each in upcoming(due, NOW)] == [2, 8, 1]


@pytest.fixture
def course(db: None) -> Course:
    exercise = exercise_for()
    course = exercise.module.course
    course.certificate = {"passed": 0.5, "issuer": "École d’essai"}
    course.save()
    make_exercise(module=exercise.module)
    make_exercise(module=exercise.module, points=0)  # does not count
    make_exercise(module=exercise.module, archived=True)  # nor this
    return course


@pytest.fixture
def alice(course: Course) -> User:
    return make_student(course=course, username="alice", first_name="Alice", last_name="Łukasz-Ñandú")


def exercise_of(course: Course) -> Exercise:
    return Exercise.objects.select_related("module__course", "rubric").filter(module__course=course).earliest("pk")


def test_completion_counts_exercises_with_points(course: Course, alice: User) -> None:
    before = completion_of(alice, course)
    submitted(alice, exercise_of(course))
    after = completion_of(alice, course)

    assert before is not None
    assert after is not None
    assert (before.passed, before.needed, before.of, before.complete) == (0, 1, 2, False)
    assert (after.passed, after.complete) == (1, True)


def test_course_without_rule_gives_no_certificate(course: Course, alice: User) -> None:
    course.certificate = None

    assert completion_of(alice, course) is None
    with pytest.raises(NotCompleted, match="gives no certificate"):
        services.issue(student=alice, course=course)


def test_empty_course_is_completed_by_nobody(course: Course, alice: User) -> None:
    Exercise.objects.update(points=0)

    completion = completion_of(alice, course)

    assert completion is not None
    assert not completion.complete


def test_certificate_is_issued_once_and_stays(course: Course, alice: User) -> None:
    with pytest.raises(NotCompleted, match="still to be passed: 1"):
        services.issue(student=alice, course=course)
    submitted(alice, exercise_of(course))

    first = services.issue(student=alice, course=course)
    User.objects.update(last_name="Other")
    course.title = {"en": "Another title"}
    second = services.issue(student=alice, course=course)

    assert (second.pk, second.name) == (first.pk, "Alice Łukasz-Ñandú")
    assert Certificate.objects.count() == 1
    assert len(first.code) == 16


def test_code_is_found_as_people_type_it(course: Course, alice: User) -> None:
    made = Certificate.objects.create(course=course, student=alice, name="Alice", title=course.title)

    assert services.find(f" {made.shown_code.lower()} ") == made
    assert services.find("") is None
    assert services.find("x" * 5000) is None


def test_only_staff_takes_a_certificate_back(course: Course, alice: User) -> None:
    made = Certificate.objects.create(course=course, student=alice, name="Alice", title=course.title)
    with pytest.raises(Denied):
        services.revoke(certificate=made, by=alice)

    assert services.revoke(certificate=made, by=make_instructor(course=course)).revoked_at is not None


def test_open_attempt_is_what_a_student_resumes(course: Course, alice: User) -> None:
    exercise = exercise_of(course)
    attempts.begin(student=alice, exercise=exercise)

    found = recommended(list(progress_of(alice, [exercise]).standings.values()))

    assert found is not None
    assert found.why == "begun"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_certificate_is_one_page_of_pdf(language: str) -> None:
    facts = {
        "issuer": "École",
        "date": "21 November 2026",
        "code": "ABCD-EFGH",
        "url": "https://example.org/c/ABCDEFGH",
    }
    drawn = paper.draw(name="Łukasz Ñandú 漢字", title="A very long title " * 12, language=language, **facts)

    assert drawn.startswith(b"%PDF-")
    assert drawn.count(b"/Type /Page\n") == 1
    assert b"https://example.org/c/ABCDEFGH" in drawn
