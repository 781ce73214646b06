"""Alice owns, Bob helps, Charlie must see nothing."""

import pytest

from athanor.accounts.models import User
from courses.attempts import rules, selectors, services
from courses.attempts.models import Attempt
from courses.people.errors import Denied, Hidden
from tests.courses.recorded import exercise_for, submitted
from tests.factories.people import make_grader, make_student, make_user


@pytest.fixture
def attempt(db: None) -> Attempt:
    exercise = exercise_for(
        rubric={
            "items": [
                {"id": "o", "title": {"en": "Open"}, "criterion": "contains", "params": {"terms": ["hello"]}},
                {
                    "id": "canary",
                    "title": {"en": "canary title"},
                    "criterion": "contains",
                    "visibility": "hidden",
                    "params": {"terms": ["canary"]},
                },
            ]
        }
    )
    return submitted(make_student(course=exercise.module.course, username="alice"), exercise)


def grader_of(attempt: Attempt) -> User:
    return make_grader(course=attempt.exercise.module.course)


def test_owner_and_graders_see_and_others_learn_nothing(attempt: Attempt) -> None:
    classmate = make_student(course=attempt.exercise.module.course)

    assert rules.can_see_attempt(attempt.student, attempt)
    assert rules.can_see_attempt(grader_of(attempt), attempt)
    for stranger in (classmate, make_user()):
        with pytest.raises(Hidden):
            rules.check_can_see_attempt(stranger, attempt)
        with pytest.raises(Hidden):
            rules.check_can_change_attempt(stranger, attempt)
        assert list(rules.attempts_visible_to(stranger)) == []
    assert list(rules.attempts_visible_to(grader_of(attempt))) == [attempt]


def test_grader_looks_and_does_not_touch(attempt: Attempt) -> None:
    with pytest.raises(Denied):
        rules.check_can_change_attempt(grader_of(attempt), attempt)
    assert rules.can_change_attempt(attempt.student, attempt)


def test_student_reads_the_mark_without_hidden_evidence(attempt: Attempt) -> None:
    mine = selectors.visible_score(attempt, attempt.student)
    full = selectors.visible_score(attempt, grader_of(attempt))

    assert mine is not None
    assert full is not None
    assert (mine.value, full.value) == (0.5, 0.5)
    assert "canary" not in str(mine.findings)
    assert "canary" in str(full.findings)


def test_unreleased_mark_is_for_staff_only(attempt: Attempt) -> None:
    Attempt.objects.update(released_at=None)
    attempt.refresh_from_db()

    assert selectors.visible_score(attempt, attempt.student) is None
    assert selectors.visible_score(attempt, grader_of(attempt)) is not None


def test_person_who_is_no_member_begins_nothing(attempt: Attempt) -> None:
    with pytest.raises(Hidden):
        services.begin(student=make_user(), exercise=attempt.exercise)
