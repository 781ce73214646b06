"""Ask a worker for the next step. A message that is lost is made up for by the sweep."""

import logging
from functools import partial
from uuid import UUID

from celery import current_app
from django.db import transaction
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)

STEP = "courses.regrade_step"


def ask_for_step(regrade_id: UUID | str) -> None:
    """Once the transaction is committed."""
    transaction.on_commit(partial(_send, str(regrade_id)), robust=True)


def _send(regrade_id: str) -> None:
    try:
        current_app.send_task(STEP, args=[regrade_id])
    except (KombuError, OSError) as error:
        logger.warning("regrade %s goes on at the next sweep: %s", regrade_id, error)
