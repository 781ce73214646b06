"""What Celery carries: one short step per message, so that students' work finds its turn in between."""

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from courses.regrade import calibrating
from courses.regrade.asking import DONE
from courses.regrade.models import Calibration, Regrade
from courses.regrade.nudge import STEP, ask_for_step
from courses.regrade.steps import advance
from workers.scheduling.models import Job
from workers.scheduling.states import TERMINAL


@shared_task(name=STEP)
def regrade_step(regrade_id: str) -> None:
    if advance(regrade_id):
        ask_for_step(regrade_id)


@shared_task(name=DONE)
def regrade_answered(job_id: str) -> None:
    """A model answered: the regrade goes on once nothing more is to come about that attempt."""
    subject = Job.objects.filter(pk=job_id).values_list("subject", flat=True).first() or ""
    if not Job.objects.filter(subject=subject).exclude(state__in=TERMINAL).exists():
        regrade_id = subject.split(":")[1] if subject.count(":") == 2 else ""
        if regrade_id:
            ask_for_step(regrade_id)


@shared_task(name=calibrating.DONE)
def calibration_answered(job_id: str) -> None:
    """A judge answered: once it has answered everything, it is compared with people."""
    subject = Job.objects.filter(pk=job_id).values_list("subject", flat=True).first() or ""
    if subject.startswith("calibration:"):
        calibrating.conclude(subject.split(":")[1])


@shared_task(name="courses.sweep_regrades")
def sweep_regrades() -> int:
    """Regrades that nobody works on go on: their message was lost, or their worker is gone. Calibrations, too."""
    for made in Calibration.objects.filter(state=Calibration.State.ASKING).values_list("pk", flat=True):
        calibrating.conclude(str(made))
    free = Q(busy_until=None) | Q(busy_until__lte=timezone.now())
    waiting = Regrade.objects.filter(free, state__in=Regrade.WORKING, paused=False).values_list("pk", flat=True)
    for pk in (found := list(waiting)):
        ask_for_step(pk)
    return len(found)
