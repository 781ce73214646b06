"""A second grader reads without knowing the first decision; what differs goes to the instructor."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from athanor.accounts.models import User
from courses.attempts import selectors as attempts
from courses.attempts.models import Attempt
from courses.catalog.models import Course
from courses.notices.models import Notice
from courses.people.errors import Denied, Hidden
from courses.people.models import Enrolment
from courses.readings import selectors, services
from courses.readings.agreement import STEPS, Pair, agreement_of, by_criterion, by_graders
from courses.readings.errors import ReadingRefused
from courses.readings.models import Reading
from courses.readings.tasks import draw_second_readings
from courses.review.services import decide
from tests.courses.recorded import exercise_for, submitted
from tests.courses.together import run_together
from tests.factories import make_course, make_grader, make_instructor, make_module, make_student

RUBRIC: dict[str, Any] = {
    "items": [
        {"id": "one", "title": {"en": "One"}, "criterion": "contains", "params": {"terms": ["hello"]}},
        {"id": "some", "title": {"en": "Some"}, "group": "mean", "items": [
            {"id": "two", "title": {"en": "Two"}, "criterion": "contains", "params": {"terms": ["world"]}},
            {"id": "three", "title": {"en": "Three"}, "criterion": "contains", "params": {"terms": ["moon"]}},
        ]},
    ]
}  # fmt: skip


class Class:
    """Bob has decided Alice's attempt; Eve may read it, too."""

    def __init__(self, share: float = 1.0) -> None:
        self.course: Course = make_course(review={"second_reading": share})
        self.exercise = exercise_for(module=make_module(course=self.course), rubric=RUBRIC)
        self.bob, self.eve = make_grader(course=self.course), make_grader(course=self.course)
        self.ines = make_instructor(course=self.course)
        self.attempt = self.decided()

    def decided(self) -> Attempt:
        attempt = submitted(make_student(course=self.course), self.exercise)
        decide(attempt=attempt, grader=self.bob, changes={"two": 0.5}, reason="Nearly.")
        return attempt

    def drawn(self) -> Reading:
        draw_second_readings()
        return Reading.objects.select_related("attempt", "first").get(attempt=self.attempt)

    def read(self, reading: Reading, reader: User, **scores: float) -> Reading:
        return services.read(reading=reading, reader=reader, scores={"one": 1.0, "two": 0.5, "three": 0.0, **scores})


@pytest.fixture
def place(db: None) -> Class:
    return Class()


def test_drawn_once_and_told(place: Class) -> None:
    assert [draw_second_readings(), draw_second_readings()] == [1, 0]
    told = set(Notice.objects.filter(kind="second_reading").values_list("user_id", flat=True))
    assert told == {place.bob.pk, place.eve.pk, place.ines.pk}
    assert list(selectors.to_read(place.eve)) == [Reading.objects.get()]
    assert list(selectors.to_read(place.bob)) == []


def test_share_is_kept_and_machines_are_not_read(place: Class) -> None:
    Course.objects.update(review={"second_reading": 0.5})
    submitted(make_student(course=place.course), place.exercise)  # no person decided it
    decided = [place.attempt, *(place.decided() for _number in range(7))]

    drawn = draw_second_readings()

    assert drawn == sum(attempts.current_score(each) is not None and services.is_drawn(each.pk, 0.5, "second_reading")
                        for each in decided)  # fmt: skip


def test_nothing_is_drawn_where_nobody_else_reads(place: Class) -> None:
    Enrolment.objects.filter(user__in=[place.eve, place.ines]).update(active=False)

    assert draw_second_readings() == 0


def test_readings_that_agree_change_nothing(place: Class) -> None:
    reading = place.read(place.drawn(), place.eve)

    place.attempt.refresh_from_db()
    assert (reading.state, reading.difference, place.attempt.review_reasons) == ("done", 0.0, [])
    assert place.attempt.scores.count() == 2
    assert Notice.objects.filter(subject=f"reading:{reading.pk}").get().user == place.bob


def test_readings_that_differ_go_to_the_instructor_who_decides(place: Class) -> None:
    reading = place.read(place.drawn(), place.eve, one=0.0)
    place.attempt.refresh_from_db()
    assert (reading.state, reading.difference) == ("differs", -0.5)
    assert place.attempt.review_reasons == ["second_reading"]
    assert list(selectors.to_settle(place.ines)) == [reading]
    assert list(selectors.to_settle(place.eve)) == []

    with pytest.raises(Denied):
        services.settle(reading=reading, by=place.eve, verdict="second", note="Mine.")
    with pytest.raises(ReadingRefused):
        services.settle(reading=reading, by=place.ines, verdict="second")
    settled = services.settle(reading=reading, by=place.ines, verdict="second", note="Eve is right.")

    place.attempt.refresh_from_db()
    score = attempts.current_score(place.attempt)
    assert score is not None
    assert (score.value, score.decided_by, score.reason) == (0.125, place.ines, "Eve is right.")
    assert (settled.state, place.attempt.review_reasons) == ("settled", [])


def test_mark_that_moved_meanwhile_is_not_overwritten(place: Class) -> None:
    reading = place.read(place.drawn(), place.eve, one=0.0)
    decide(attempt=place.attempt, grader=place.bob, value=0.9, reason="Again.", seen_score_id=reading.first_id)

    with pytest.raises(ReadingRefused):
        services.settle(reading=reading, by=place.ines, verdict="second", note="Eve is right.")
    assert services.settle(reading=reading, by=place.ines, verdict="other").verdict == "other"


def test_who_may_read(place: Class) -> None:
    reading = place.drawn()
    outsider = make_grader(course=make_course())

    for person, error in ((place.bob, ReadingRefused), (outsider, Hidden), (place.attempt.student, Denied)):
        with pytest.raises(error):
            place.read(reading, person)
    with pytest.raises(ReadingRefused):
        services.settle(reading=reading, by=place.ines, verdict="first")
    assert not selectors.shows_both(place.ines, reading)
    done = place.read(reading, place.eve)
    assert [selectors.shows_both(who, done) for who in (place.bob, place.eve, place.ines, outsider)] == [
        True, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "scores", [{}, {"one": 1.0}, {"one": 2.0, "two": 0.0, "three": 0.0}, {"one": 1.0, "some": 1.0},
               {"one": float("nan"), "two": 0.0, "three": 0.0}]
)  # fmt: skip
def test_reading_that_is_not_whole_is_refused(place: Class, scores: dict[str, float]) -> None:
    with pytest.raises(ReadingRefused):
        services.read(reading=place.drawn(), reader=place.eve, scores=scores)


def test_two_readers_at_once(transactional_db: None) -> None:
    place = Class()
    reading = place.drawn()

    results = run_together(2, lambda reader: place.read(reading, reader), [place.eve, place.ines])

    assert sorted(type(result).__name__ for result in results) == ["Reading", "ReadingRefused"]


def test_pairs_name_who_and_which_criterion(place: Class) -> None:
    place.read(place.drawn(), place.eve, two=1.0)

    found = {each.criterion[1]: (each.graders, each.first, each.second) for each in selectors.pairs(place.course)}
    assert found["two"] == ((place.bob.pk, place.eve.pk), 0.5, 1.0)
    assert set(found) == {"one", "two", "three"}


SCORES = some.sampled_from(STEPS)
PAIRS = some.lists(some.builds(Pair, some.tuples(some.integers(1, 3), some.integers(1, 3)),
                               some.tuples(some.integers(1, 2), some.sampled_from("ab")), SCORES, SCORES))  # fmt: skip


@given(PAIRS)
def test_agreement_does_not_depend_on_who_was_first(pairs: list[Pair]) -> None:
    turned = [Pair((each.graders[1], each.graders[0]), each.criterion, each.second, each.first) for each in pairs]
    apart = [each for each in pairs if each.graders[0] != each.graders[1]]

    assert by_graders(apart) == by_graders([each for each in turned if each.graders[0] != each.graders[1]])
    assert sum(each.kappa.n for each in by_criterion(pairs).values()) == len(pairs)


def test_agreement_by_hand() -> None:
    rows = [(1.0, 1.0), (1.0, 0.75), (0.5, 0.5), (0.0, 0.5)]
    found = agreement_of(Pair((1, 2), (1, "a"), one, other) for one, other in rows)

    assert (found.same, found.bias, found.kappa.n) == (0.5, pytest.approx(0.0625), 4)
    # By hand: seen 1 − (¼ + ½)/4 = 0.8125. By chance: ½·(¼ + ¼·¾ + ½·½) + ¼·(¼·½ + ¼·¾ + ½) + ¼·(¼·¼ + ½·½) = 0.625.
    assert found.kappa.value == pytest.approx((0.8125 - 0.625) / (1 - 0.625))
