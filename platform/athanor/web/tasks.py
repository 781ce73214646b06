"""What Celery's clock asks the site for."""

from celery import shared_task

from athanor.web.digest import send_all


@shared_task(name="athanor.mail_notices")
def mail_notices() -> int:
    return send_all()
