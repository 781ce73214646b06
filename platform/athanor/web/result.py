"""What the page of a submitted attempt shows: the mark with its reasons, the work, how it was made."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from athanor.accounts.models import User
from athanor.web.exercise import report_of
from athanor.web.talk import talk_about
from athanor.web.workspace import Thread, spec_of, thread_of
from courses.attempts import selectors
from courses.attempts.models import Attempt
from courses.inquiries import selectors as inquiries
from courses.people import rules
from courses.regrade.layers import new_answers
from courses.review.rules import can_see_name
from courses.review.selectors import undone
from workers.scheduling.models import Job
from workers.scheduling.states import TERMINAL


@dataclass(frozen=True, slots=True)
class Grading:
    """How far the machine is."""

    jobs: int
    finished: int

    @property
    def text(self) -> str:
        return _("%(done)s of %(all)s") % {"done": self.finished, "all": self.jobs}


def result_context(attempt: Attempt, user: User) -> dict[str, Any]:
    staff = rules.can_review(user, attempt.exercise.module.course)
    jobs = selectors.submission_jobs(attempt)
    kind, spec = selectors.kind_of(attempt.exercise), spec_of(attempt.exercise, attempt)
    mark = selectors.visible_score(attempt, user)
    # Nothing is told of the runs before the mark is shown.
    shown = kind.answer.model_validate(attempt.answer) if kind.report and attempt.answer and mark else None
    return {
        "attempt": attempt,
        "exercise": attempt.exercise,
        "course": attempt.exercise.module.course,
        "spec": spec,
        "view": kind.view(spec, attempt.answer or {}, str(attempt.pk)) if kind.view else None,
        "report": report_of(kind, spec, attempt, shown, reveal=staff),
        "report_template": f"kinds/{attempt.exercise.kind}/report.html" if kind.report else "",
        "thread": _branch(attempt),
        "mark": mark,
        "history": _history(attempt, staff=staff),
        "grading": Grading(len(jobs), sum(job.state in TERMINAL for job in jobs)),
        "probes": probes_of(jobs),
        "made_again": new_answers(attempt) if mark else [],
        "requests": inquiries.of_attempt(attempt) if mark else [],
        "offer": inquiries.offer(attempt, user) if mark else None,
        "attempts_left": selectors.attempts_left(attempt.student, attempt.exercise),
        "talk": talk_about(attempt, user),
        "taken_back": undone(attempt),
        "named": can_see_name(user, attempt),
        "is_mine": attempt.student_id == user.pk,
        "staff": staff,
        "result_template": f"kinds/{attempt.exercise.kind}/result.html",
        "review_template": f"kinds/{attempt.exercise.kind}/review.html",
    }


def _branch(attempt: Attempt) -> Thread:
    """What was handed in: nothing where the answer names no run. While the attempt is open, the newest branch."""
    leaf = str((attempt.answer or {}).get("leaf") or "")
    thread = thread_of(attempt, leaf)
    if leaf or attempt.state == Attempt.State.OPEN:
        return thread
    return Thread(last_event_id=thread.last_event_id, every=thread.every)


def probes_of(jobs: list[Job]) -> dict[str, Job]:
    """The jobs that were planned after the submission, by key."""
    return {job.key: job for job in jobs}


def _history(attempt: Attempt, *, staff: bool) -> list[selectors.Mark]:
    """The ledger, newest first; a student sees it from the release on."""
    if not (staff or attempt.released_at):
        return []
    return [selectors.mark(score, attempt.exercise, full=staff) for score in reversed(selectors.history(attempt))]
