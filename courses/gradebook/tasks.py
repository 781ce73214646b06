"""What Celery carries."""

import logging

from celery import shared_task

from courses.gradebook import releasing

logger = logging.getLogger(__name__)


@shared_task(name="courses.carry_out_releases")
def carry_out_releases() -> int:
    """Whatever is due; one that fails stops no other."""
    found = list(releasing.due())
    for release_id in found:
        try:
            releasing.carry_out(release_id)
        except Exception:
            logger.exception("Release %s could not be carried out.", release_id)
    return len(found)
