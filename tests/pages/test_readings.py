"""Second readings and training on their pages: blind before, both sides after; bad input is explained."""

from collections.abc import Callable

import pytest
from django.test import Client

from athanor.accounts.models import User
from courses.attempts.models import Attempt
from courses.attempts.selectors import current_score
from courses.catalog.models import Course
from courses.inquiries.services import ask
from courses.people.models import Enrolment, Role
from courses.readings.models import Reading
from courses.readings.selectors import to_read
from courses.readings.services import draw
from courses.review.comments import say
from courses.review.services import decide
from tests.factories import make_enrolment, make_user
from tests.pages.conftest import School
from tests.pages.html import problems_of

As = Callable[[User | None], Client]
WORDS = "Half a greeting only."


@pytest.fixture
def drawn(school: School) -> Reading:
    """Decided by another grader, who is not the school's."""
    gus = make_user(username="gus")
    make_enrolment(course=school.course, user=gus, role=Role.GRADER)
    Course.objects.update(review={"second_reading": 1.0})
    seen = current_score(school.marked)
    decide(attempt=school.marked, grader=gus, changes={"hello": 0.25}, reason=WORDS, seen_score_id=seen and seen.pk)
    draw(Course.objects.get())
    return Reading.objects.get()


def test_second_reader_sees_the_work_but_not_the_mark(drawn: Reading, school: School, as_: As) -> None:
    client = as_(school.grader)
    address = f"/readings/{drawn.pk}/"
    page = client.get(address).content.decode()

    assert address in client.get("/readings/").content.decode()
    assert ["Hello to you." in page, WORDS in page, "checked" in page.split("<form")[-1]] == [True, False, False]
    assert "sam" not in page.lower().replace("same", "").replace("sample", "")
    assert client.post(address, {"score-hello": "2"}).status_code == 422
    assert client.post(address, {}).status_code == 422
    client.post(address, {"score-hello": "1.0", "note": "It greets."})
    page = client.get(address).content.decode()
    assert [WORDS in page, "It greets." in page, problems_of(page)] == [True, True, []]


def test_instructor_settles_and_sees_the_agreement(drawn: Reading, school: School, as_: As) -> None:
    as_(school.grader).post(f"/readings/{drawn.pk}/", {"score-hello": "1.0"})
    assert as_(school.grader).post(f"/readings/{drawn.pk}/settle/", {"verdict": "first"}).status_code == 403
    client = as_(school.instructor)

    assert client.post(f"/readings/{drawn.pk}/settle/", {"verdict": "neither"}).status_code == 422
    assert client.post(f"/readings/{drawn.pk}/settle/", {"verdict": "second"}).status_code == 422
    client.post(f"/readings/{drawn.pk}/settle/", {"verdict": "second", "note": "It does greet."})
    score = current_score(school.marked)
    assert score is not None
    assert (score.value, score.reason) == (1.0, "It does greet.")
    page = client.get(f"/courses/{school.course.slug}/agreement/").content.decode()
    assert (page.count("gus"), "Says hello" in page, problems_of(page)) == (1, True, [])
    assert as_(school.grader).get(f"/courses/{school.course.slug}/agreement/").status_code == 403


def test_first_mark_is_nowhere_to_be_seen_while_the_reading_is_open(drawn: Reading, school: School, as_: As) -> None:
    say(attempt=school.marked, by=drawn.first.decided_by, text=f"Beside it: {WORDS}")
    client, attempt = as_(school.grader), school.marked.pk
    for address in (f"/review/{attempt}/", f"/attempts/{attempt}/", f"/readings/{drawn.pk}/"):
        page = client.get(address, follow=True)
        assert page.request["PATH_INFO"] == f"/readings/{drawn.pk}/"
        assert WORDS not in page.content.decode()
    assert "Mark it here first" in client.get(f"/review/{attempt}/", follow=True).content.decode()
    hidden = [f"/attempts/{attempt}/status/", f"/api/v1/attempts/{attempt}/score/",
              f"/api/v1/attempts/{attempt}/comments/"]  # fmt: skip
    assert [client.get(address).status_code for address in hidden] == [403, 403, 403]
    assert client.post(f"/review/{attempt}/", {"points": "1", "reason": "Mine."}).status_code == 302
    assert client.post(f"/review/{attempt}/release/").status_code == 403

    client.post(f"/readings/{drawn.pk}/", {"score-hello": "1.0"})
    assert WORDS in client.get(f"/review/{attempt}/").content.decode()
    assert client.get(hidden[1]).status_code == 200


def test_request_about_the_mark_is_answered_after_the_reading(drawn: Reading, school: School, as_: As) -> None:
    Course.objects.update(review={"second_reading": 1.0, "requests": 9})
    asked = ask(attempt=Attempt.objects.get(pk=school.marked.pk), student=school.student, text="Please look again.")
    client = as_(school.grader)

    assert client.get(f"/requests/{asked.pk}/")["Location"] == f"/readings/{drawn.pk}/"
    client.post(f"/readings/{drawn.pk}/", {"score-hello": "1.0"})
    assert "Please look again." in client.get(f"/requests/{asked.pk}/").content.decode()


def test_student_and_first_grader_see_the_mark_all_the_same(drawn: Reading, school: School, as_: As) -> None:
    for who in (school.student, drawn.first.decided_by):
        assert WORDS in as_(who).get(f"/attempts/{school.marked.pk}/").content.decode()
    assert WORDS in as_(drawn.first.decided_by).get(f"/review/{school.marked.pk}/").content.decode()


def test_instructor_may_rather_look_and_then_reads_it_second_no_more(drawn: Reading, school: School, as_: As) -> None:
    assert as_(school.grader).post(f"/readings/{drawn.pk}/look/").status_code == 403
    client = as_(school.instructor)
    assert "Show the first mark" in client.get(f"/readings/{drawn.pk}/").content.decode()

    page = client.post(f"/readings/{drawn.pk}/look/", follow=True).content.decode()

    assert WORDS in page
    refused = client.post(f"/readings/{drawn.pk}/", {"score-hello": "1.0"})
    assert (refused.status_code, "somebody else reads it" in refused.content.decode()) == (422, True)
    assert f"/readings/{drawn.pk}/" not in client.get("/readings/").content.decode()
    assert list(to_read(school.grader)) == [drawn]


def test_student_learns_nothing_of_the_second_reading(drawn: Reading, school: School, as_: As) -> None:
    assert as_(school.student).get(f"/readings/{drawn.pk}/").status_code == 403


def test_grader_trains_and_then_decides(school: School, as_: As) -> None:
    Course.objects.update(review={"training": True, "training_pieces": 1})
    address = f"/review/{school.marked.pk}/training/"
    assert as_(school.grader).get(address).status_code == 403
    client = as_(school.instructor)
    assert client.post(address, {"score-hello": "0.75"}).status_code == 422
    client.post(address, {"score-hello": "0.75", "reason": "Too short a greeting."})
    other = Attempt.objects.get(pk=school.marked.pk)
    seen = current_score(other)
    assert seen is not None
    decision = {"score-hello": "0.5", "reason": "Half.", "seen": str(seen.pk)}

    client = as_(school.grader)
    assert "train first" in client.post(f"/review/{other.pk}/", decision).content.decode()
    assert f"/courses/{school.course.slug}/training/" in client.get("/review/").content.decode()
    listed = client.get(f"/courses/{school.course.slug}/training/").content.decode()
    assert "once you have marked enough pieces well" in listed
    piece = f"/training/{school.marked.training_piece.pk}/"
    page = client.get(piece).content.decode()
    assert ["Hello to you." in page, "Too short" in page, "sam" in page.lower().replace("same", "")] == [
        True,
        False,
        False,
    ]
    assert client.post(piece, {"score-hello": "nan"}).status_code == 422
    client.post(piece, {"score-hello": "0.75"})
    page = client.get(piece).content.decode()
    assert ["Too short a greeting." in page, "Marked well" in page, problems_of(page)] == [True, True, []]
    assert client.post(piece, {"score-hello": "0.75"}).status_code == 422
    assert client.post(f"/review/{other.pk}/", decision).status_code == 302

    client = as_(school.instructor)
    client.post(f"/training/again/{school.course.slug}/", {"grader": str(school.grader.pk)})
    assert Enrolment.objects.get(user=school.grader).trained_at is None
