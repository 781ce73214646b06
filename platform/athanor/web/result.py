"""What the page of a submitted attempt shows: the mark with its reasons, the work, how it was made."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from athanor.accounts.models import User
from athanor.web.exercise import report_of
from athanor.web.talk import talk_about
from athanor.web.workspace import Thread, last_event_of, spec_of, thread_of
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
    """The whole page: the work, and what it was given."""
    last_event_id = last_event_of(attempt)  # before the rows: what happens in between comes again by the stream
    with rules.asked_once():
        mark, history = selectors.visible_history(attempt, user)
        return {
            **work_context(attempt, user, judged=mark is not None),
            "mark": mark,
            "history": history,
            "made_again": new_answers(attempt) if mark else [],
            "requests": inquiries.of_attempt(attempt) if mark else [],
            "last_event_id": last_event_id,
            "offer": inquiries.offer(attempt, user) if mark else None,
            "attempts_left": selectors.attempts_left(attempt.student, attempt.exercise),
            "taken_back": undone(attempt),
        }


def work_context(attempt: Attempt, user: User, *, judged: bool) -> dict[str, Any]:
    """The work as the student made it. `judged`: the reader may see what came of it; nothing is told of the runs
    before."""
    staff = rules.can_review(user, attempt.exercise.module.course)
    jobs = selectors.submission_jobs(attempt)
    kind, spec = selectors.kind_of(attempt.exercise), spec_of(attempt.exercise, attempt)
    shown = kind.answer.model_validate(attempt.answer) if kind.report and attempt.answer and judged else None
    return {
        "attempt": attempt,
        "exercise": attempt.exercise,
        "course": attempt.exercise.module.course,
        "spec": spec,
        "view": kind.view(spec, attempt.answer or {}, str(attempt.pk)) if kind.view else None,
        "report": report_of(kind, spec, attempt, shown, reveal=staff),
        "report_template": f"kinds/{attempt.exercise.kind}/report.html" if kind.report else "",
        "thread": _branch(attempt),
        "grading": Grading(len(jobs), sum(job.state in TERMINAL for job in jobs)),
        "probes": probes_of(jobs),
        "talk": talk_about(attempt, user),
        "named": can_see_name(user, attempt),
        "is_mine": attempt.student_id == user.pk,
        "staff": staff,
        "result_template": f"kinds/{attempt.exercise.kind}/result.html",
        "review_template": f"kinds/{attempt.exercise.kind}/review.html",
    }


def _branch(attempt: Attempt) -> Thread:
    """What was handed in: nothing where the answer names no run. While the attempt is open, the newest branch."""
    leaf = str((attempt.answer or {}).get("leaf") or "")
    thread = thread_of(attempt, leaf, follows=False)
    return thread if leaf or attempt.state == Attempt.State.OPEN else Thread(every=thread.every)


def probes_of(jobs: list[Job]) -> dict[str, Job]:
    """The jobs that were planned after the submission, by key."""
    return {job.key: job for job in jobs}
