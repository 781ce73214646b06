"""A student objects; another grader answers; the ledger says who, when and why."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from athanor.accounts import privacy
from athanor.accounts.models import User
from courses.attempts import selectors as attempts
from courses.attempts.errors import AttemptRefused
from courses.attempts.models import Attempt, Score
from courses.catalog.models import Course, Exercise
from courses.inquiries import selectors, services
from courses.inquiries.errors import InquiryRefused
from courses.inquiries.models import Inquiry
from courses.notices.models import Notice
from courses.people.errors import Denied, Hidden
from courses.people.models import Enrolment
from courses.review.services import decide
from tests.courses.recorded import exercise_for, submitted
from tests.courses.together import run_together
from tests.factories import make_course, make_grader, make_instructor, make_module, make_student, make_user

RUBRIC: dict[str, Any] = {
    "items": [
        {"id": "one", "title": {"en": "One"}, "criterion": "contains", "params": {"terms": ["hello"]}},
        {"id": "two", "title": {"en": "Two"}, "criterion": "contains", "params": {"terms": ["world"]}},
        {"id": "secret", "title": {"en": "Three"}, "criterion": "contains", "params": {"terms": ["moon"]}, "weight": 0,
         "visibility": "hidden"},
    ]
}  # fmt: skip


class Class:
    """A course with an attempt of Alice whose mark Bob decided, and another grader, Eve."""

    def __init__(self) -> None:
        self.course = make_course(review={"requests": 7})
        self.exercise: Exercise = exercise_for(module=make_module(course=self.course), rubric=RUBRIC)
        self.alice, self.charlie = make_student(course=self.course), make_student(course=self.course)
        self.bob, self.eve = make_grader(course=self.course), make_grader(course=self.course)
        self.ines = make_instructor(course=self.course)
        self.attempt = submitted(self.alice, self.exercise)

    def decided(self, value: float = 0.5) -> Score:
        return decide(
            attempt=self.attempt, grader=self.bob, value=value, reason="Half of it.", seen_score_id=self.seen()
        )

    def ask(self, criterion: str = "two", text: str = "The world is in it.") -> Inquiry:
        return services.ask(attempt=self.attempt, student=self.alice, criterion=criterion, text=text)

    def seen(self) -> int:
        score = attempts.current_score(self.attempt)
        assert score is not None
        return score.pk

    def answer(self, inquiry: Inquiry, grader: User, **more: Any) -> Inquiry:
        facts = {"text": "I looked again.", "seen_score_id": self.seen(), **more}
        return services.answer(inquiry=inquiry, grader=grader, **facts)


@pytest.fixture
def place(db: None) -> Class:
    return Class()


def refused(work: Callable[[], Any]) -> str:
    with pytest.raises(AttemptRefused) as caught:
        work()
    return caught.value.code


def test_objection_moves_the_mark_and_everybody_learns_of_it(place: Class) -> None:
    inquiry = place.ask()
    place.attempt.refresh_from_db()
    assert place.attempt.review_reasons == ["inquiry"]
    assert attempts.visible_score(place.attempt, place.alice) is not None  # what was shown stays
    told = set(Notice.objects.filter(kind="request_made").values_list("user_id", flat=True))
    assert told == {place.bob.pk, place.eve.pk, place.ines.pk}

    services.take(inquiry=inquiry, grader=place.eve)
    answered = place.answer(inquiry, place.eve, changes={"two": 1.0})

    place.attempt.refresh_from_db()
    mark = attempts.visible_score(place.attempt, place.alice)
    assert mark is not None
    assert (mark.value, mark.decided_by, mark.reason) == (1.0, place.eve, "I looked again.")
    assert answered.score is not None
    assert (answered.outcome, answered.score.origin) == ("changed", "inquiry")
    assert place.attempt.review_reasons == []
    assert not Notice.objects.filter(kind="request_made", read_at=None).exists()
    assert Notice.objects.get(kind="request_answered").user == place.alice


def test_mark_that_stays_appends_nothing_and_says_who_and_why(place: Class) -> None:
    inquiry = place.ask()
    entries = place.attempt.scores.count()

    answered = place.answer(inquiry, place.eve, changes={"two": 0.0})

    assert (answered.outcome, answered.score, answered.answered_by) == ("kept", None, place.eve)
    assert place.attempt.scores.count() == entries
    assert [message.text for message in selectors.thread(answered, place.alice)] == [
        "The world is in it.", "I looked again.",
    ]  # fmt: skip


def test_another_grader_answers_where_there_is_one(place: Class) -> None:
    place.decided()
    inquiry = place.ask()

    assert refused(lambda: services.take(inquiry=inquiry, grader=place.bob)) == "first_grader"
    assert refused(lambda: place.answer(inquiry, place.bob)) == "first_grader"
    assert inquiry not in selectors.to_answer(place.bob)
    assert inquiry in selectors.to_answer(place.eve)
    services.allow_first(inquiry=inquiry, by=place.ines, text="Only Bob knows the rubric.")
    assert place.answer(inquiry, place.bob, value=0.6).outcome == "changed"
    logged = [(note.author, note.text) for note in inquiry.messages.filter(kind="allowed")]
    assert logged == [(place.ines, "Only Bob knows the rubric.")]
    assert "allowed" not in {note.kind for note in selectors.thread(inquiry, place.alice)}


def test_only_grader_answers_about_the_own_mark(place: Class) -> None:
    Enrolment.objects.filter(user__in=[place.eve, place.ines]).update(active=False)
    place.decided()
    inquiry = place.ask()

    assert Notice.objects.get(kind="request_made").user == place.bob
    assert place.answer(inquiry, place.bob, value=0.75).outcome == "changed"


def test_only_an_instructor_lowers_a_mark_and_says_so(place: Class) -> None:
    inquiry = place.ask("")

    assert refused(lambda: place.answer(inquiry, place.eve, value=0.25)) == "would_fall"
    assert refused(lambda: place.answer(inquiry, place.eve, value=0.25, may_lower=True)) == "would_fall"
    assert refused(lambda: place.answer(inquiry, place.ines, changes={"one": 0.0})) == "would_fall"
    answered = place.answer(inquiry, place.ines, value=0.25, may_lower=True)
    assert answered.score is not None
    assert answered.score.value == 0.25


def test_window(place: Class) -> None:
    Attempt.objects.update(released_at=timezone.now() - timedelta(days=8))
    Score.objects.update(created_at=timezone.now() - timedelta(days=8))
    place.attempt.refresh_from_db()

    assert refused(place.ask) == "request_window_closed"
    offer = selectors.offer(place.attempt, place.alice)
    assert offer is not None
    assert not offer.is_open
    place.decided()  # a new mark, new days
    assert place.ask().state == "open"


def test_not_offered_without_a_mark_or_without_days(place: Class) -> None:
    Attempt.objects.update(released_at=None)
    assert refused(place.ask) == "no_mark"
    Course.objects.update(review={})
    assert refused(place.ask) == "requests_not_offered"
    assert selectors.offer(Attempt.objects.get(), place.alice) is None


def test_one_open_request_per_criterion_and_none_about_the_same_mark_again(place: Class) -> None:
    first = place.ask()
    assert refused(place.ask) == "request_open"
    whole = place.ask("")
    place.answer(first, place.eve, changes={"two": 0.5})
    place.attempt.refresh_from_db()
    assert place.attempt.review_reasons == ["inquiry"]  # the other one is open
    assert refused(place.ask) == "request_answered"
    services.withdraw(inquiry=whole, student=place.alice)
    place.attempt.refresh_from_db()
    assert place.attempt.review_reasons == []
    place.decided()
    assert place.ask().state == "open"


def test_senseless_requests_are_refused(place: Class) -> None:
    assert refused(lambda: place.ask("nope")) == "unknown_criterion"
    assert refused(lambda: place.ask("secret")) == "unknown_criterion"
    assert refused(lambda: place.ask(text="  ")) == "words_missing"
    inquiry = place.ask("")
    for given in ({"value": 1.5}, {"value": float("nan")}, {"changes": {"one": -1.0}}):
        assert refused(lambda given=given: place.answer(inquiry, place.eve, **given)) == "out_of_range"  # type: ignore[misc]
    assert refused(lambda: place.answer(inquiry, place.eve, changes={"nope": 1.0})) == "unknown_criterion"
    assert place.attempt.scores.count() == 1


def test_nobody_else_sees_or_does_anything(place: Class) -> None:
    inquiry, stranger = place.ask(), make_user()

    for person in (place.charlie, stranger, make_grader(course=make_course())):
        for work in (
            lambda person=person: services.say(inquiry=inquiry, author=person, text="x"),
            lambda person=person: services.withdraw(inquiry=inquiry, student=person),
            lambda person=person: services.ask(attempt=place.attempt, student=person, text="x"),
            lambda person=person: place.answer(inquiry, person),
        ):
            with pytest.raises((Denied, Hidden)):
                work()
        assert list(selectors.to_answer(person, wanted="all")) == []
        assert list(selectors.asked_by(person)) == []
    with pytest.raises(Denied):
        place.answer(inquiry, place.alice, value=1.0)
    with pytest.raises(Denied):
        services.withdraw(inquiry=inquiry, student=place.eve)
    with pytest.raises(Denied):
        services.allow_first(inquiry=inquiry, by=place.eve, text="Me.")
    assert inquiry.messages.count() == 1


def test_attempt_that_was_marked_anew_meanwhile_is_looked_at_again(place: Class) -> None:
    inquiry, seen = place.ask(), place.seen()
    place.decided(0.75)

    assert refused(lambda: place.answer(inquiry, place.eve, value=0.6, seen_score_id=seen)) == "request_changed"
    assert place.answer(inquiry, place.eve, value=0.8).outcome == "changed"


def test_grader_who_left_the_course_answers_nothing_and_holds_nothing(place: Class) -> None:
    inquiry = place.ask()
    services.take(inquiry=inquiry, grader=place.eve)
    assert refused(lambda: place.answer(inquiry, place.bob)) == "request_taken"
    Enrolment.objects.filter(user=place.eve).update(active=False)

    with pytest.raises(Hidden):
        place.answer(inquiry, place.eve, value=1.0)
    assert place.answer(inquiry, place.bob).outcome == "kept"


def test_student_who_left_the_course_does_not_ask_any_more(place: Class) -> None:
    Enrolment.objects.filter(user=place.alice).update(active=False)

    with pytest.raises(Hidden):
        place.ask()


def test_ended_request_takes_nothing_more(place: Class) -> None:
    inquiry = place.ask()
    services.withdraw(inquiry=inquiry, student=place.alice)

    assert refused(lambda: services.say(inquiry=inquiry, author=place.alice, text="Wait!")) == "request_ended"
    assert refused(lambda: place.answer(inquiry, place.eve, value=1.0)) == "request_ended"
    assert refused(lambda: services.take(inquiry=inquiry, grader=place.eve)) == "request_ended"


def test_words_go_both_ways(place: Class) -> None:
    inquiry = place.ask()
    services.take(inquiry=inquiry, grader=place.eve)
    Notice.objects.all().delete()

    services.say(inquiry=inquiry, author=place.eve, text="Where is it?")
    services.say(inquiry=inquiry, author=place.alice, text="In the second line.")

    told = list(Notice.objects.order_by("pk").values_list("user_id", "kind"))
    assert told == [(place.alice.pk, "request_answered"), (place.eve.pk, "request_made")]
    services.give_back(inquiry=inquiry, grader=place.eve)
    assert services.take(inquiry=inquiry, grader=place.bob).handler == place.bob


def test_filters(place: Class) -> None:
    first, whole = place.ask(), place.ask("")
    services.take(inquiry=first, grader=place.eve)
    place.answer(whole, place.bob)

    assert selectors.counts(place.eve) == {"for_me": 1, "mine": 1, "open": 1, "ended": 1, "all": 2}
    assert selectors.counts(place.bob) == {"for_me": 0, "mine": 1, "open": 1, "ended": 1, "all": 2}
    assert list(selectors.asked_by(place.alice)) == [whole, first]


def test_twice_at_once_is_one_request_and_one_answer(transactional_db: None) -> None:
    place = Class()

    asked = run_together(3, place.ask)
    assert sorted(type(each).__name__ for each in asked) == ["Inquiry", "InquiryRefused", "InquiryRefused"]
    inquiry, seen = Inquiry.objects.get(), place.seen()

    def answer(grader: User) -> Inquiry:
        return services.answer(inquiry=inquiry, grader=grader, value=0.9, text="Yes.", seen_score_id=seen)

    answers = run_together(3, answer, [place.bob, place.eve, place.ines])
    assert sum(isinstance(each, InquiryRefused) for each in answers) == 2
    assert place.attempt.scores.filter(origin="inquiry").count() == 1


def test_privacy_hands_out_and_erases_the_words(place: Class) -> None:
    inquiry = place.ask(text="My grandmother wrote it.")
    services.allow_first(inquiry=inquiry, by=place.ines, text="About the grandmother.")
    place.answer(inquiry, place.eve, text="Your grandmother is right.")

    handed_out = str(privacy.export(user=place.alice)["requests"])
    assert ["My grandmother" in handed_out, "Your grandmother" in handed_out, "About the" in handed_out] == [
        True, True, False,
    ]  # fmt: skip
    privacy.erase(user=place.alice)
    words = list(inquiry.messages.exclude(text="").values_list("text", flat=True))
    assert not any("grandmother" in text for text in words)
    assert Inquiry.objects.get().outcome == "kept"
