"""Work as students leave it, made by the services that they use; only the model's part is written by hand."""

from django.utils import timezone

from athanor.accounts.models import User
from courses.attempts import services
from courses.attempts.models import Attempt, Run
from courses.catalog.models import Exercise
from workers.scheduling.models import Job
from workers.scheduling.states import State


def asked(student: User, exercise: Exercise, text: str = "Say hello.", parent: Run | None = None) -> Run:
    """A question that waits in the queue."""
    attempt = services.begin(student=student, exercise=exercise)
    return services.start_run(attempt=attempt, payload={"text": text, "parent": str(parent.pk) if parent else None})


def answer(run: Run, text: str) -> Run:
    """The model's answer, as a worker would have written it."""
    now = timezone.now()
    usage = {"prompt_tokens": 9, "completion_tokens": 4}
    result = {"task": "chat", "text": text, "finish": "stop", "usage": usage, "reasoning": "", "tool_calls": []}
    Job.objects.filter(pk=run.job_id).update(
        state=State.DONE, result=result, model="tiny", started_at=now, first_output_at=now, finished_at=now
    )
    return Run.objects.select_related("job", "attempt").get(pk=run.pk)


def answered(student: User, exercise: Exercise, text: str = "Hello!") -> Run:
    return answer(asked(student, exercise), text)


def handed_in(student: User, exercise: Exercise, text: str = "Hello!") -> Attempt:
    """A graded attempt: its rubric asks no model, so handing in grades at once."""
    run = answered(student, exercise, text)
    services.submit(attempt=run.attempt, answer={"leaf": str(run.pk)}, idempotency_key=str(run.pk))
    return Attempt.objects.get(pk=run.attempt_id)
