"""Models that a regrade asks, answered here instead of by a worker."""

from collections.abc import Callable
from typing import Any

from courses.regrade.models import Regrade
from courses.regrade.tasks import regrade_answered
from tests.courses.recorded import answer_job
from tests.courses.regrade.together import finish
from workers.scheduling.models import Job
from workers.scheduling.states import TERMINAL

Model = Callable[[Job], Any]  # the text of the answer, or a whole result


def waiting(regrade: Regrade) -> list[Job]:
    found = Job.objects.filter(subject__startswith=f"regrade:{regrade.pk}:").exclude(state__in=TERMINAL)
    return list(found.order_by("created_at", "key"))


def answered(regrade: Regrade, model: Model) -> Regrade:
    """Until nothing waits any more."""
    regrade = finish(regrade)
    while jobs := waiting(regrade):
        for job in jobs:
            said = model(job)
            answer_job(job, **(said if isinstance(said, dict) else {"text": said}))
            regrade_answered(str(job.pk))
        regrade = finish(regrade)
    return regrade
