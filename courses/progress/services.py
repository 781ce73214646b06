"""The only writers of certificates."""

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils import timezone

from courses.catalog.models import JOIN_ALPHABET, Course
from courses.catalog.schema import CertificateRule
from courses.people.rules import Person, check_can_manage, check_can_open_course
from courses.progress import errors
from courses.progress.completion import completion_of
from courses.progress.models import Certificate


@transaction.atomic
def issue(*, student: AbstractUser, course: Course) -> Certificate:
    """The student's certificate, made if there is none. Raises NotCompleted, Hidden.

    A mark that falls afterwards does not take it back; staff can (`revoke`).
    """
    check_can_open_course(student, course)
    present = Certificate.objects.filter(course=course, student_id=student.pk).first()
    if present is not None:
        return present
    completion = completion_of(student, course)
    if completion is None:
        raise errors.no_certificates()
    if not completion.complete:
        raise errors.some_left(max(1, completion.needed - completion.passed))
    rule = CertificateRule.model_validate(course.certificate)
    facts = {"name": _name_of(student), "title": course.title, "issuer": rule.issuer}
    return Certificate.objects.get_or_create(course=course, student_id=student.pk, defaults=facts)[0]


def _name_of(student: AbstractUser) -> str:
    return (student.get_full_name() or student.get_username())[:300]


@transaction.atomic
def revoke(*, certificate: Certificate, by: Person) -> Certificate:
    """Its page says from now on that it is not valid."""
    check_can_manage(by, certificate.course)
    if certificate.revoked_at is None:
        certificate.revoked_at = timezone.now()
        certificate.save(update_fields=["revoked_at"])
    return certificate


def find(code: str) -> Certificate | None:
    """By what somebody copied from paper: case, spaces and dashes do not matter."""
    wanted = "".join(letter for letter in code.upper()[:64] if letter in JOIN_ALPHABET)
    return Certificate.objects.select_related("course").filter(code=wanted).first() if wanted else None
