"""The only writers of second readings."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils import timezone

from courses.attempts import selectors as attempts
from courses.attempts.models import Attempt, Score
from courses.attempts.reasons import SECOND_READING, is_drawn
from courses.attempts.services import append_human_score, ask_for_review, lock, review_done
from courses.catalog.models import Course
from courses.grading.findings import Stored, leaves, overridden, total
from courses.notices.services import notify
from courses.notices.services import settle as settle_notices
from courses.people.models import Enrolment, Role
from courses.people.rules import STAFF, check_can_manage
from courses.readings import errors
from courses.readings.models import Reading
from courses.readings.rules import check_can_read
from courses.texts import both
from workers.scheduling.storable import storable

State, Verdict = Reading.State, Reading.Verdict
RECENT = timedelta(days=14)  # decisions that the draw looks at
LIMIT = 4000  # characters
NEAR = 1e-9


def draw(course: Course) -> int:
    """Draw among the recent decisions of graders, by the course's share; how many. Drawing again draws no more.

    Whether an attempt is drawn depends on nothing but its id, so nobody can steer it. Where there is no other grader
    nothing is drawn.
    """
    share = course.review_rules.second_reading
    staff = _staff(course, STAFF)
    if not share or len(staff) < 2:
        return 0
    decisions = Score.objects.filter(
        origin=Score.Origin.HUMAN, created_at__gte=timezone.now() - RECENT, attempt__exercise__module__course=course,
        attempt__state=Attempt.State.GRADED, attempt__reading=None,
    ).exclude(attempt__in=attempts.tries_of_staff().values("pk"))  # fmt: skip
    drawn = {pk for pk in decisions.values_list("attempt_id", flat=True) if is_drawn(pk, share, SECOND_READING)}
    rows = [Reading(attempt_id=pk, first=score) for pk in sorted(drawn) if (score := _decision(pk))]
    Reading.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    if rows:
        _tell(course, staff)
    return len(rows)


def _decision(attempt_id: Any) -> Score | None:
    score = attempts.current_score(Attempt(pk=attempt_id))
    return score if score and score.by_person and score.value is not None else None


def _tell(course: Course, staff: list[int]) -> None:
    title = both("Work waits for a second reading", "Des travaux attendent une seconde lecture")
    people = get_user_model().objects.filter(pk__in=staff)
    notify(people, kind="second_reading", title=title, link=("readings", {}), subject=f"readings:{course.pk}")


def _staff(course: Course, roles: tuple[Role, ...]) -> list[int]:
    rows = Enrolment.objects.filter(course=course, active=True, role__in=roles, user__is_active=True)
    return list(rows.values_list("user_id", flat=True))


@transaction.atomic
def look(*, reading: Reading, by: AbstractUser) -> None:
    """An instructor would rather see the mark now than read second; another one reads. Raises Denied."""
    fresh = _locked(reading)
    check_can_manage(by, fresh.attempt.exercise.module.course)
    fresh.looked_by.add(by.pk)


@transaction.atomic
def read(*, reading: Reading, reader: AbstractUser, scores: Mapping[str, float], note: str = "") -> Reading:
    """What the second reader would give, for every criterion (0..1 by id). The mark does not move."""
    fresh = _locked(reading)
    check_can_read(reader, fresh)
    if fresh.state != State.WAITING:
        raise errors.already_read()
    value = total(_marked(fresh.first.findings, scores)).score
    if value is None:
        raise errors.incomplete()
    difference = value - _raw(fresh.first)
    differs = abs(difference) > fresh.attempt.exercise.module.course.review_rules.second_reading_limit + NEAR
    _set(
        fresh, state=State.DIFFERS if differs else State.DONE, reader_id=reader.pk, scores=dict(scores), value=value,
        difference=difference, note=storable(note.strip()[:LIMIT]), read_at=timezone.now(),
    )  # fmt: skip
    _tell_result(fresh, differs=differs)
    return fresh


def _marked(findings: list[Stored], scores: Mapping[str, float]) -> list[Stored]:
    wanted = {found["id"] for found in leaves(findings)}
    if set(scores) != wanted or any(not 0.0 <= score <= 1.0 for score in scores.values()):
        raise errors.incomplete()
    return overridden(findings, scores)


def _raw(score: Score) -> float:
    """Before lateness: what the work is worth."""
    return float(score.raw_value if score.raw_value is not None else score.value or 0.0)


def _tell_result(reading: Reading, *, differs: bool) -> None:
    """The first grader sees the difference; the instructors decide where it is large."""
    link = ("reading", {"reading": reading.pk})
    subject = f"reading:{reading.pk}"
    title = both("Your mark was read by a second grader", "Votre note a été relue par une seconde personne")
    notify([reading.first.decided_by], kind="second_reading", title=title, link=link, subject=subject)
    if differs:
        ask_for_review(attempt=reading.attempt, reason=SECOND_READING)
        course = reading.attempt.exercise.module.course
        people = get_user_model().objects.filter(pk__in=_staff(course, (Role.INSTRUCTOR,)))
        title = both("Two readings differ: decide", "Deux lectures diffèrent : décidez")
        notify(people, kind="review_work", title=title, link=link, subject=subject)


@transaction.atomic
def settle(*, reading: Reading, by: AbstractUser, verdict: str, note: str = "") -> Reading:
    """An instructor says which reading counts. `second` appends it to the ledger, with `note` as its reason; the others
    append nothing. Raises ReadingRefused, Denied, ValueError for a word that is no verdict."""
    wanted, fresh = Verdict(verdict), _locked(reading)
    check_can_manage(by, fresh.attempt.exercise.module.course)
    if fresh.state == State.WAITING:
        raise errors.not_read()
    if fresh.state == State.SETTLED:
        raise errors.already_read()
    if wanted == Verdict.SECOND:
        _let_second_count(fresh, by, note)
    _set(fresh, state=State.SETTLED, verdict=wanted, settled_by_id=by.pk, settled_at=timezone.now())
    review_done(attempt=fresh.attempt, reason=SECOND_READING)
    settle_notices(kind="review_work", subject=f"reading:{fresh.pk}")
    return fresh


def _let_second_count(reading: Reading, by: AbstractUser, note: str) -> None:
    current = attempts.current_score(reading.attempt)
    if current is None or current.pk != reading.first_id:
        raise errors.changed()
    if not note.strip():
        raise errors.words_missing()
    findings = overridden(reading.first.findings, reading.scores)
    append_human_score(
        attempt=reading.attempt, by=by, value=float(reading.value or 0.0), findings=findings, reason=note,
        of_rubric=True,
    )  # fmt: skip


def _locked(reading: Reading) -> Reading:
    """The row with its attempt, locked in this order."""
    lock(reading.attempt_id)
    related = ("attempt__exercise__module__course", "attempt__student", "first__decided_by", "reader")
    return Reading.objects.select_related(*related).select_for_update(of=("self",)).get(pk=reading.pk)


def _set(reading: Reading, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(reading, name, value)
    reading.save(update_fields=list(fields))
