"""Requests about marks on their pages: bad input is explained, and nobody sees what is not theirs."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from athanor.accounts.models import User
from courses.attempts.models import Attempt, Score
from courses.attempts.selectors import current_score
from courses.catalog.models import Course
from courses.inquiries import services
from courses.inquiries.models import Inquiry
from courses.people.models import Enrolment, Role
from tests.factories import make_enrolment, make_user
from tests.pages.conftest import School
from tests.pages.html import problems_of

As = Callable[[User | None], Client]


@pytest.fixture
def open_school(school: School) -> School:
    Course.objects.update(review={"requests": 7})
    school.course.refresh_from_db()
    school.marked.refresh_from_db()
    return school


def asked(school: School) -> Inquiry:
    return services.ask(attempt=Attempt.objects.get(pk=school.marked.pk), student=school.student, text="Look again.")


def test_journey_by_forms(open_school: School, as_: As) -> None:
    school = open_school
    client = as_(school.student)
    assert f"/attempts/{school.marked.pk}/ask/" in client.get(f"/attempts/{school.marked.pk}/").content.decode()
    sent = client.post(f"/attempts/{school.marked.pk}/ask/", {"criterion": "hello", "text": "I greet in line two."})
    inquiry = Inquiry.objects.get()
    assert sent["Location"] == f"/requests/{inquiry.pk}/"
    assert problems_of(client.get(f"/requests/{inquiry.pk}/").content.decode()) == []

    client = as_(school.grader)
    assert "I greet in line two." in client.get(f"/requests/{inquiry.pk}/").content.decode()
    seen = current_score(school.marked)
    assert seen is not None
    facts = {"do": "answer", "seen": str(seen.pk), "score": "0.5", "text": "No."}
    refused = client.post(f"/requests/{inquiry.pk}/act/", facts)
    assert (refused.status_code, "No." in refused.content.decode()) == (409, True)  # what was typed stays
    client.post(f"/requests/{inquiry.pk}/act/", facts | {"score": "1.0", "text": "Yes, it does."})

    page = as_(school.student).get(f"/requests/{inquiry.pk}/").content.decode()
    assert page.count("Yes, it does.") == 1
    assert Inquiry.objects.get().outcome == "kept"  # the machine had seen it, too


def test_closed_window_is_explained(open_school: School, as_: As) -> None:
    past = timezone.now() - timedelta(days=8)
    Attempt.objects.filter(pk=open_school.marked.pk).update(released_at=past)
    Score.objects.update(created_at=past)
    client = as_(open_school.student)

    assert "is over" in client.get(f"/attempts/{open_school.marked.pk}/ask/").content.decode()
    answer = client.post(f"/attempts/{open_school.marked.pk}/ask/", {"text": "Late."})
    assert answer.status_code == 409
    assert "that time is over" in answer.content.decode()


def test_course_without_requests_offers_none(school: School, as_: As) -> None:
    client = as_(school.student)

    assert "/ask/" not in client.get(f"/attempts/{school.marked.pk}/").content.decode()
    assert client.post(f"/attempts/{school.marked.pk}/ask/", {"text": "Please."}).status_code == 409


def test_other_students_and_strangers_find_nothing(open_school: School, as_: As) -> None:
    inquiry, charlie = asked(open_school), make_user()
    make_enrolment(course=open_school.course, user=charlie, role=Role.STUDENT)

    for person in (charlie, open_school.stranger):
        client = as_(person)
        assert client.get(f"/requests/{inquiry.pk}/").status_code == 404
        assert client.post(f"/requests/{inquiry.pk}/act/", {"do": "say", "text": "Hi"}).status_code == 404
        assert str(inquiry.pk) not in client.get("/requests/").content.decode()
    assert inquiry.messages.count() == 1


def test_student_cannot_act_as_a_grader(open_school: School, as_: As) -> None:
    inquiry = asked(open_school)
    client = as_(open_school.student)

    for do in ("answer", "take", "allow", "give_back"):
        assert client.post(f"/requests/{inquiry.pk}/act/", {"do": do, "text": "x"}).status_code == 403
    assert Inquiry.objects.get().state == "open"


def test_grader_whose_enrolment_ends_in_the_middle_is_turned_away(open_school: School, as_: As) -> None:
    inquiry = asked(open_school)
    client = as_(open_school.grader)
    client.post(f"/requests/{inquiry.pk}/act/", {"do": "take"})
    Enrolment.objects.filter(user=open_school.grader).update(active=False)

    assert client.post(f"/requests/{inquiry.pk}/act/", {"do": "answer", "text": "x"}).status_code == 404
    assert as_(open_school.instructor).post(f"/requests/{inquiry.pk}/act/", {"do": "take"}).status_code == 302


def test_blind_marking_hides_the_name(open_school: School, as_: As) -> None:
    Course.objects.update(review={"requests": 7, "blind": True})
    User.objects.filter(pk=open_school.student.pk).update(first_name="Samantha")
    inquiry = asked(open_school)
    client = as_(open_school.grader)

    pages = [
        client.get(address).content.decode() for address in (f"/requests/{inquiry.pk}/", "/requests/", "/notices/")
    ]

    assert ["Samantha" in page for page in pages] == [False, False, False]
    assert ["Look again." in pages[0], str(inquiry.pk) in pages[1]] == [True, True]


@pytest.mark.parametrize("points", ["-1", "11", "nan", "ten"])
def test_senseless_marks_are_refused(points: str, open_school: School, as_: As) -> None:
    inquiry = asked(open_school)
    facts = {"do": "answer", "points": points, "text": "x", "seen": "1"}

    assert as_(open_school.grader).post(f"/requests/{inquiry.pk}/act/", facts).status_code == 422
