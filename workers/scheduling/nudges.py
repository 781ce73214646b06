"""Ask a worker to stop a job right now. A nudge that is lost is made up for when the lease is renewed."""

import logging

from workers.events.connection import PREFIX, RedisAway, client

logger = logging.getLogger(__name__)

TOPIC = f"{PREFIX}:stop"


def ask_to_stop(job_id: str) -> None:
    try:
        client().publish(TOPIC, job_id)
    except RedisAway as error:
        logger.warning("job %s stops a little later: %s", job_id, error)
