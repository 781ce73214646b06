"""Work as the platform records it: jobs enqueued by the services, answered here instead of by a worker."""

from typing import Any

from django.utils import timezone

from athanor.accounts.models import User
from courses.attempts import services
from courses.attempts.models import Attempt, Run
from courses.attempts.selectors import submission_jobs
from courses.catalog.models import Exercise
from tests.factories.courses import make_exercise
from tests.factories.servers import make_alias
from workers.scheduling.models import Job
from workers.scheduling.states import State


def answer_job(job: Job, text: str = "hello", *, state: State = State.DONE, **more: Any) -> None:
    result = {"task": "chat", "text": text, "finish": "stop", "usage": {"completion_tokens": 4}, **more}
    has_result = state in (State.DONE, State.CANCELLED)
    Job.objects.filter(pk=job.pk).update(
        state=state, result=result if has_result else None, finished_at=timezone.now(), lease_token=1
    )


def say(attempt: Attempt, text: str = "Say hello", *, answer: str | None = "hello", **payload: Any) -> Run:
    """One turn, answered unless `answer` is None."""
    run = services.start_run(attempt=attempt, payload={"text": text, **payload})
    if answer is not None:
        answer_job(run.job, answer)
    return run


def exercise_for(**fields: Any) -> Exercise:
    make_alias()
    return make_exercise(**fields)


def submitted(student: User, exercise: Exercise, *, answer: str = "hello") -> Attempt:
    """A whole attempt of one turn, handed in."""
    attempt = services.begin(student=student, exercise=exercise)
    run = say(attempt, answer=answer)
    return services.submit(attempt=attempt, answer={"leaf": str(run.pk)}, idempotency_key="")


def answer_submission(attempt: Attempt, text: str = "hello", *, state: State = State.DONE) -> int:
    """Every job of the submission that is not final gets this answer; how many there were."""
    waiting = [job for job in submission_jobs(attempt) if job.state == State.QUEUED]
    for job in waiting:
        answer_job(job, text, state=state)
    return len(waiting)
