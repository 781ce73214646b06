"""A person's own data: hand it out, and erase it.

Erasing keeps what a course's statistics need — that somebody tried, when, with what score — under a pseudonym, and
destroys everything that says who it was or what they wrote.
"""

import secrets
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from athanor.accounts.models import ApiKey, Theme, User
from athanor.accounts.redaction import ERASED, redact, redact_findings
from courses.attempts import selectors
from courses.attempts.models import Attempt, Run, Score
from courses.classroom import selectors as classroom
from courses.classroom import services as classroom_services
from courses.gradebook import erasure as gradebook
from courses.inquiries import erasure as inquiries
from courses.notices.models import Mailbox, Notice
from courses.people.models import Enrolment, Extension
from courses.playground import selectors as playground
from courses.playground import services as playground_services
from courses.progress.models import Certificate
from courses.readings.models import Reading
from courses.regrade import erasure as regrade
from courses.review import erasure as review
from courses.similarity import erasure as similarity
from courses.training.models import Piece, Trial
from workers.events.models import Event
from workers.scheduling import services as scheduling
from workers.scheduling.models import Job
from workers.scheduling.states import TERMINAL

BATCH = 500  # rows
EXTENSION = ("days", "due_at", "closes_at", "attempts", "reason", "expires_at", "created_at")
PERSONAL = (
    "username", "email", "first_name", "last_name", "language", "time_zone", "theme", "date_joined", "last_login",
)  # fmt: skip


class StillRunning(Exception):
    """An answer is just being made for this person. It was told to stop; try again in a minute."""


class LastAdministrator(Exception):
    """Without this person nobody could administer the site any more."""


# --- hand out ---------------------------------------------------------------------------------------------------


def export(*, user: User) -> dict[str, Any]:
    """Everything that is kept about a person, as JSON. Marks appear as the person may see them now."""
    return {
        "format": "athanor-personal-data/1",
        "exported_at": timezone.now().isoformat(),
        "person": _person(user),
        "extensions": list(Extension.objects.filter(student=user).values(*EXTENSION, "exercise__slug", "course__slug")),
        "certificates": list(Certificate.objects.filter(student=user).values("code", "name", "title", "issued_at")),
        "enrolments": [_enrolment(row) for row in Enrolment.objects.filter(user=user).select_related("course")],
        "attempts": [_attempt(row, user) for row in _attempts(user)],
        "playground": playground.exported_for(user),
        "classroom": classroom.kept_about(user),
        "decisions": [_decision(row) for row in Score.objects.filter(decided_by=user)],
        "api_keys": list(user.api_keys.values("name", "prefix", "created_at", "last_used_at", "revoked_at")),
        "sessions": _sessions(user),
        "review": review.kept_about(user),
        "requests": inquiries.kept_about(user),
        "gradebook": gradebook.kept_about(user),
        "regrades": regrade.kept_about(user),
        "pairs": similarity.kept_about(user),
        "second_readings": list(Reading.objects.filter(reader=user).values("attempt_id", "scores", "note", "read_at")),
        "training": list(Trial.objects.filter(grader=user).values("piece_id", "scores", "passed", "created_at")),
        "notices": list(Notice.objects.filter(user=user).values("kind", "title", "body", "created_at", "read_at")),
        "mails": list(Mailbox.objects.filter(user=user).values("pace", "sent_at")),
    }


def _person(user: User) -> dict[str, Any]:
    addresses = EmailAddress.objects.filter(user=user).values("email", "verified", "primary")
    return {**{field: getattr(user, field) for field in PERSONAL}, "addresses": list(addresses)}


def _sessions(user: User) -> list[dict[str, Any]]:
    return list(UserSession.objects.filter(user=user).values("ip", "user_agent", "created_at", "last_seen_at"))


def _enrolment(row: Enrolment) -> dict[str, Any]:
    return {
        "course": row.course.slug,
        "role": row.role,
        "active": row.active,
        "time_factor": row.time_factor,
        "joined_at": row.joined_at,
    }


def _attempts(user: User) -> Any:
    return (
        Attempt.objects.filter(student=user)
        .select_related("exercise__module__course")
        .prefetch_related("runs__job", "scores")
        .order_by("created_at")
    )


def _attempt(row: Attempt, user: User) -> dict[str, Any]:
    score = selectors.visible_score(row, user)
    return {
        "id": str(row.pk),
        "course": row.exercise.module.course.slug,
        "exercise": row.exercise.slug,
        "number": row.number,
        "state": row.state,
        "created_at": row.created_at,
        "submitted_at": row.submitted_at,
        "draft": row.draft,
        "answer": row.answer,
        "runs": [_run(run) for run in row.runs.all()],
        "score": None if score is None else {"value": score.value, "findings": score.findings, "reason": score.reason},
    }


def _run(run: Run) -> dict[str, Any]:
    return {"sent": run.payload, "at": run.created_at, "state": run.job.state, "answer": run.job.result}


def _decision(row: Score) -> dict[str, Any]:
    return {"attempt": str(row.attempt_id), "value": row.value, "reason": row.reason, "at": row.created_at}


# --- erase ------------------------------------------------------------------------------------------------------


def erase(*, user: User) -> None:
    """Erase a person: nobody can sign in as them again. Idempotent. Raises StillRunning, LastAdministrator."""
    _check_is_not_the_last_administrator(user)
    _stop_jobs(user)
    with transaction.atomic():
        _erase_identity(user)
        _erase_access(user)
        _erase_work(user)
        classroom_services.forget(student_id=user.pk)


def _check_is_not_the_last_administrator(user: User) -> None:
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    if user.is_superuser and not others.exists():
        raise LastAdministrator("Make somebody else an administrator first.")


def _stop_jobs(user: User) -> None:
    """A job that still runs would write its answer after the erasure."""
    running = Job.objects.filter(owner_id=user.pk).exclude(state__in=TERMINAL)
    for job_id in list(running.values_list("pk", flat=True)):
        scheduling.cancel(job_id=job_id)
    if running.exists():
        raise StillRunning("An answer was being made and is now told to stop. Try again in a minute.")


def _erase_identity(user: User) -> None:
    if user.erased_at is None:
        pseudonym = f"erased-{secrets.token_hex(6)}"
        user.username, user.email = pseudonym, f"{pseudonym}@erased.invalid"
    user.first_name = user.last_name = user.language = user.time_zone = ""
    user.theme = Theme.SYSTEM
    user.is_active = user.is_staff = user.is_superuser = False
    user.erased_at = user.erased_at or timezone.now()
    user.set_unusable_password()
    user.save()
    user.user_permissions.clear()
    user.groups.clear()
    mentions = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk))
    mentions.update(object_repr=user.username, change_message="")


def _erase_access(user: User) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()
    ApiKey.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    Enrolment.objects.filter(user=user).update(active=False, time_factor=1)  # why somebody has more time is private
    Extension.objects.filter(student=user).update(reason=ERASED)
    Certificate.objects.filter(student=user).delete()  # it carries the name
    review.erase(user, ERASED)
    inquiries.erase(user, ERASED)
    gradebook.erase(user, ERASED)
    regrade.erase(user, redact_findings)
    similarity.erase(user, ERASED)
    Reading.objects.filter(attempt__student=user).update(note=ERASED)
    Piece.objects.filter(attempt__student=user).delete()  # nobody trains on what is gone
    Trial.objects.filter(grader=user).delete()
    Notice.objects.filter(user=user).delete()
    Mailbox.objects.filter(user=user).delete()


def _erase_work(user: User) -> None:
    playground_services.erase(owner_id=user.pk)
    attempts = Attempt.objects.filter(student=user)
    for attempt in attempts.iterator(BATCH):
        answer = None if attempt.answer is None else redact(attempt.answer)
        Attempt.objects.filter(pk=attempt.pk).update(draft={}, answer=answer)
    for run in Run.objects.filter(attempt__in=attempts).iterator(BATCH):
        Run.objects.filter(pk=run.pk).update(payload=redact(run.payload), idempotency_key="")
    _erase_jobs(user, attempts)
    _erase_scores(attempts)
    channels = [attempt.channel for attempt in attempts]
    Event.objects.filter(Q(channel__in=channels) | Q(channel=f"user:{user.pk}")).delete()


def _erase_jobs(user: User, attempts: Any) -> None:
    # Written here and not through the scheduler: these jobs are final, so nobody else writes them any more.
    subjects = [attempt.subject for attempt in attempts]
    for job in Job.objects.filter(Q(owner_id=user.pk) | Q(subject__in=subjects)).iterator(BATCH):
        result = None if job.result is None else redact(job.result)
        error = None if job.error is None else {**job.error, "detail": ERASED}
        Job.objects.filter(pk=job.pk).update(request=redact(job.request), result=result, error=error)


def _erase_scores(attempts: Any) -> None:
    # The ledger is append-only for marks. A person's words inside it are what the law lets them take back; values,
    # versions and dates stay as they were.
    for score in Score.objects.filter(attempt__in=attempts).iterator(BATCH):
        reason = ERASED if score.reason else ""
        Score.objects.filter(pk=score.pk).update(findings=redact_findings(score.findings), reason=reason)
