"""What Celery carries."""

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from courses.similarity.models import Comparison
from courses.similarity.services import STEP, advance, ask_for_step


@shared_task(name=STEP)
def compare_work(exercise_id: int) -> None:
    if advance(exercise_id):
        ask_for_step(exercise_id)


@shared_task(name="courses.sweep_comparisons")
def sweep_comparisons() -> int:
    """Comparisons that nobody works on go on: their message was lost, or their worker is gone."""
    free = Q(busy_until=None) | Q(busy_until__lte=timezone.now())
    found = list(Comparison.objects.filter(free, done_at=None).values_list("exercise_id", flat=True))
    for exercise_id in found:
        ask_for_step(exercise_id)
    return len(found)
