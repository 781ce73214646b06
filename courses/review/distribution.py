"""Handing out what waits: the only writer of assignments, besides decisions, which end them."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Q

from courses.attempts.models import Attempt
from courses.attempts.selectors import tries_of_staff
from courses.attempts.services import check_can_decide, lock
from courses.catalog.models import Course, Exercise
from courses.notices.services import notify
from courses.people.models import Enrolment, Group, Role
from courses.people.rules import check_can_manage
from courses.review.errors import NotYours
from courses.review.models import Assignment
from courses.review.shares import Piece, Reader, share_out
from courses.texts import LANGUAGES, localise

STAFF = (Role.GRADER, Role.INSTRUCTOR)


@transaction.atomic
def distribute(*, course: Course, by: AbstractUser, exercise: Exercise | None = None) -> int:
    """Assign what waits and is nobody's to the course's graders (to instructors where there are none), by section and
    load. How many pieces were handed out."""
    check_can_manage(by, course)
    # One distribution of a course at a time: the second finds nothing left to hand out.
    Course.objects.select_for_update().get(pk=course.pk)
    waiting = Attempt.objects.filter(waiting=True, exercise__module__course=course)
    waiting = waiting.exclude(pk__in=tries_of_staff().values("pk"))
    _forget_leavers(course)
    free = waiting.filter(assignment=None, **({"exercise": exercise} if exercise else {}))
    rows = list(free.order_by("exercise_id", "submitted_at", "pk").values_list("pk", "student_id"))
    sections = _sections(course)
    pieces = [Piece(pk, student, sections[student]) for pk, student in rows]
    shares = share_out(pieces, _readers(course, sections))
    Assignment.objects.bulk_create(
        [Assignment(attempt_id=pk, grader_id=reader, assigned_by_id=by.pk) for pk, reader in shares.items()],
        batch_size=500,
    )
    _tell(course, by, Counter(shares.values()))
    return len(shares)


def _tell(course: Course, by: AbstractUser, shares: Counter[int]) -> None:
    graders = {each.user_id: each.user for each in Enrolment.objects.filter(course=course).select_related("user")}
    english, french = (localise(course.title, code) for code in LANGUAGES)
    for user, count in shares.items():
        title = {
            "en": f"{english}: {count} pieces of work were assigned to you.",
            "fr": f"{french} : {count} travaux vous ont été confiés.",
        }
        if user != by.pk:
            notify([graders[user]], kind="review_work", title=title, link=("review", {}), subject=f"course:{course.pk}")


def _forget_leavers(course: Course) -> None:
    """What is assigned to somebody who is no longer of the staff is nobody's."""
    staff = Enrolment.objects.filter(course=course, active=True, role__in=STAFF).values("user_id")
    left = Assignment.objects.filter(attempt__exercise__module__course=course)
    left.exclude(Q(grader__in=staff) | Q(grader__is_superuser=True)).delete()


def _sections(course: Course) -> defaultdict[int, set[int]]:
    """User → groups of the course."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    rows = Group.members.through.objects.filter(group__course=course, enrolment__active=True)
    for user, group in rows.values_list("enrolment__user_id", "group_id"):
        found[user].add(group)
    return found


def _readers(course: Course, sections: defaultdict[int, set[int]]) -> list[Reader]:
    assigned = Assignment.objects.filter(attempt__exercise__module__course=course, attempt__waiting=True)
    loads = Counter(assigned.values_list("grader_id", flat=True))
    return [Reader(user, sections[user], loads[user]) for user in _graders(course)]


def _graders(course: Course) -> Iterable[int]:
    staff = Enrolment.objects.filter(course=course, active=True, user__is_active=True)
    for role in STAFF:
        found = list(staff.filter(role=role).values_list("user_id", flat=True))
        if found:
            return found
    return []


@transaction.atomic
def take(*, attempt: Attempt, grader: AbstractUser) -> Assignment:
    """Make it one's own work. Raises NotYours where it is another's: they give it back, or an instructor does."""
    check_can_decide(grader, lock(attempt.pk))
    present = Assignment.objects.select_related("grader").filter(attempt=attempt).first()
    if present is not None and present.grader_id != grader.pk:
        raise NotYours(present.grader)
    return present or Assignment.objects.create(attempt=attempt, grader_id=grader.pk, assigned_by_id=grader.pk)


@transaction.atomic
def give_back(*, attempt: Attempt, by: AbstractUser) -> None:
    """It is nobody's again. Another's work only an instructor gives back."""
    check_can_decide(by, lock(attempt.pk))
    present = Assignment.objects.filter(attempt=attempt).first()
    if present is not None and present.grader_id != by.pk:
        check_can_manage(by, attempt.exercise.module.course)
    if present is not None:
        present.delete()
