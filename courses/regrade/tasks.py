"""What Celery carries: one short step per message, so that students' work finds its turn in between."""

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from courses.regrade.models import Regrade
from courses.regrade.nudge import STEP, ask_for_step
from courses.regrade.steps import advance


@shared_task(name=STEP)
def regrade_step(regrade_id: str) -> None:
    if advance(regrade_id):
        ask_for_step(regrade_id)


@shared_task(name="courses.sweep_regrades")
def sweep_regrades() -> int:
    """Regrades that nobody works on go on: their message was lost, or their worker is gone."""
    free = Q(busy_until=None) | Q(busy_until__lte=timezone.now())
    waiting = Regrade.objects.filter(free, state__in=Regrade.WORKING, paused=False).values_list("pk", flat=True)
    for pk in (found := list(waiting)):
        ask_for_step(pk)
    return len(found)
