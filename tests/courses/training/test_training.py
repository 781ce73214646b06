"""Where a course wants it, graders mark pieces of known mark before they decide about others' work."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from athanor.accounts.models import User
from courses.attempts.errors import NotReviewable
from courses.catalog.models import Course
from courses.people.errors import Denied, Hidden
from courses.people.models import Enrolment
from courses.review.services import claim, decide
from courses.training import selectors, services
from courses.training.distance import distance
from courses.training.errors import TrainingRefused
from courses.training.models import Piece, Trial
from tests.courses.recorded import exercise_for, submitted
from tests.courses.together import run_together
from tests.factories import make_course, make_grader, make_instructor, make_module, make_student

RUBRIC: dict[str, Any] = {
    "items": [
        {"id": "one", "title": {"en": "One"}, "criterion": "contains", "params": {"terms": ["hello"]}},
        {"id": "two", "title": {"en": "Two"}, "criterion": "contains", "params": {"terms": ["world"]}},
    ]
}
RIGHT = {"one": 1.0, "two": 0.5}


class Class:
    def __init__(self, pieces: int = 2) -> None:
        rules = {"training": True, "training_pieces": 2, "training_tolerance": 0.15}
        self.course: Course = make_course(review=rules)
        self.exercise = exercise_for(module=make_module(course=self.course), rubric=RUBRIC)
        self.bob, self.ines = make_grader(course=self.course), make_instructor(course=self.course)
        self.pieces = [self.piece() for _number in range(pieces)]

    def piece(self) -> Piece:
        attempt = submitted(make_student(course=self.course), self.exercise)
        return services.add_piece(attempt=attempt, by=self.ines, scores=RIGHT, reason="The planet is only hinted at.")

    def may_decide(self, who: User) -> bool:
        attempt = submitted(make_student(course=self.course), self.exercise)
        try:
            decide(attempt=attempt, grader=who, value=0.5, reason="Half.")
        except NotReviewable as error:
            return error.code != "untrained"
        return True


@pytest.fixture
def place(db: None) -> Class:
    return Class()


def test_grader_decides_after_enough_good_marks_and_not_before(place: Class) -> None:
    first, second = place.pieces
    with pytest.raises(NotReviewable):
        claim(attempt=submitted(make_student(course=place.course), place.exercise), grader=place.bob)
    assert (place.may_decide(place.bob), place.may_decide(place.ines)) == (False, True)

    good = services.try_piece(piece=first, grader=place.bob, scores={"one": 1.0, "two": 0.75})
    assert (good.passed, good.distance, place.may_decide(place.bob)) == (True, 0.125, False)
    services.try_piece(piece=second, grader=place.bob, scores=RIGHT)

    assert place.may_decide(place.bob)
    assert selectors.progress(place.bob, place.course).is_enough


def test_bad_marks_do_not_count_and_using_up_all_needs_the_instructor(place: Class) -> None:
    for piece in place.pieces:
        assert not services.try_piece(piece=piece, grader=place.bob, scores={"one": 0.0, "two": 0.5}).passed
    progress = selectors.progress(place.bob, place.course)
    assert (progress.passed, progress.is_stuck, place.may_decide(place.bob)) == (0, True, False)
    with pytest.raises(TrainingRefused):
        services.try_piece(piece=place.pieces[0], grader=place.bob, scores=RIGHT)

    with pytest.raises(Denied):
        services.begin_again(course=place.course, grader=place.bob, by=place.bob)
    services.begin_again(course=place.course, grader=place.bob, by=place.ines)
    for piece in place.pieces:
        services.try_piece(piece=piece, grader=place.bob, scores=RIGHT)
    assert place.may_decide(place.bob)


def test_course_without_training_asks_for_none(place: Class) -> None:
    Course.objects.update(review={})

    assert place.may_decide(place.bob)


def test_new_pieces_do_not_take_back_what_was_passed(place: Class) -> None:
    for piece in place.pieces:
        services.try_piece(piece=piece, grader=place.bob, scores=RIGHT)
    place.piece()
    services.retire(piece=place.pieces[0], by=place.ines)

    assert place.may_decide(place.bob)
    assert Enrolment.objects.get(user=place.bob).trained_at is not None
    with pytest.raises(TrainingRefused):
        services.try_piece(piece=Piece.objects.get(pk=place.pieces[0].pk), grader=place.ines, scores=RIGHT)


def test_all_pieces_are_wanted_where_there_are_fewer_or_the_course_says_so(place: Class) -> None:
    for number, expected in ((0, 2), (1, 1), (9, 2)):
        Course.objects.update(review={"training": True, "training_pieces": number})
        assert selectors.progress(place.bob, Course.objects.get()).needed == expected


def test_only_instructors_choose_pieces_and_say_why(place: Class) -> None:
    attempt = submitted(make_student(course=place.course), place.exercise)

    with pytest.raises(Denied):
        services.add_piece(attempt=attempt, by=place.bob, scores=RIGHT, reason="x")
    for scores, reason in (
        (RIGHT, " "),
        ({"one": 1.0}, "x"),
        ({**RIGHT, "two": 2.0}, "x"),
        ({**RIGHT, "no": 1.0}, "x"),
    ):
        with pytest.raises(TrainingRefused):
            services.add_piece(attempt=attempt, by=place.ines, scores=scores, reason=reason)
    assert Piece.objects.count() == 2


def test_strangers_and_authors_do_not_train(place: Class) -> None:
    outsider = make_grader(course=make_course())
    own = services.add_piece(
        attempt=submitted(place.bob, place.exercise), by=place.ines, scores=RIGHT, reason="A reference answer."
    )

    for person, error in ((outsider, Hidden), (place.pieces[0].attempt.student, Denied)):
        with pytest.raises(error):
            services.try_piece(piece=place.pieces[0], grader=person, scores=RIGHT)
    with pytest.raises(TrainingRefused):
        services.try_piece(piece=own, grader=place.bob, scores=RIGHT)
    assert selectors.progress(place.bob, place.course).available == 2


def test_twice_at_once_is_one_trial(transactional_db: None) -> None:
    place = Class(pieces=1)

    results = run_together(
        3, lambda: services.try_piece(piece=place.pieces[0], grader=place.bob, scores=RIGHT)
    )  # fmt: skip

    assert sum(isinstance(each, Trial) for each in results) == 1
    assert Trial.objects.count() == 1


SCORES = some.floats(0, 1)


@given(SCORES, SCORES, SCORES, SCORES, some.floats(0.1, 9))
def test_distance_is_between_nothing_and_one_and_compensates_nothing(
    a: float, b: float, right_a: float, right_b: float, weight: float
) -> None:
    findings = [
        {"id": "a", "weight": 1.0, "score": right_a, "members": []},
        {"id": "g", "weight": weight, "score": None, "members": [
            {"id": "b", "weight": 1.0, "score": right_b, "members": []},
        ]},
    ]  # fmt: skip
    far = distance(findings, {"a": a, "b": b})

    assert far == pytest.approx((abs(a - right_a) + weight * abs(b - right_b)) / (1 + weight))
    assert distance(findings, {"a": right_a, "b": right_b}) == 0.0
