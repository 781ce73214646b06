"""Asking for a certificate, and what a stranger may read of it."""

from collections.abc import Callable

from django.test import Client
from django.utils import timezone

from athanor.accounts.models import User
from courses.progress.models import Certificate
from tests.pages.conftest import School
from tests.pages.html import problems_of

As = Callable[[User | None], Client]


def test_student_gets_the_certificate(school: School, as_: As) -> None:
    Certificate.objects.all().delete()
    school.course.certificate = {"passed": 1.0}
    school.course.save()
    client = as_(school.student)
    page = client.get(f"/courses/{school.course.slug}/").content.decode()

    response = client.post(f"/courses/{school.course.slug}/certificate/", follow=True)

    made = Certificate.objects.get()
    assert page.count("Get the certificate") == 1
    assert response.content.decode().count(made.shown_code) == 1
    assert client.get(f"/certificates/{made.code}/pdf/").content.startswith(b"%PDF-")


def test_who_has_not_completed_is_told_what_is_left(school: School, as_: As) -> None:
    school.course.certificate = {"passed": 1.0}
    school.course.save()

    response = as_(school.grader).post(f"/courses/{school.course.slug}/certificate/", follow=True)

    assert response.content.decode().count("still to be passed: 1") == 1
    assert Certificate.objects.filter(student=school.grader).count() == 0


def test_stranger_reads_name_course_and_date_only(school: School, as_: As) -> None:
    client = as_(None)

    page = client.get(f"/certificates/{school.certificate.shown_code.lower()}/").content.decode()

    assert page.count("Sam") >= 1
    assert school.student.username not in page
    assert school.student.email not in page
    assert page.count("/pdf/") == 0
    assert client.get(f"/certificates/{school.certificate.code}/pdf/").status_code == 302
    assert as_(school.stranger).get(f"/certificates/{school.certificate.code}/pdf/").status_code == 404


def test_wrong_and_revoked_codes_are_told_apart_from_valid_ones(school: School, as_: As) -> None:
    client = as_(None)
    wrong = client.get("/certificates/AAAA-BBBB/")
    Certificate.objects.update(revoked_at=timezone.now())
    revoked = client.get(f"/certificates/{school.certificate.code}/")

    assert (wrong.status_code, revoked.status_code) == (404, 404)
    assert revoked.content.decode().count("taken back") == 1
    assert "Sam" not in revoked.content.decode()
    assert problems_of(wrong.content.decode()) == []
