"""What Celery's clock asks for."""

from celery import shared_task

from courses.notices.services import forget_old


@shared_task(name="courses.forget_old_notices")
def forget_old_notices() -> int:
    return forget_old()
