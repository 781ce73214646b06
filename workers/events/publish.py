"""Tell pages what happened: a row now, a wake-up after the commit."""

import logging
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

import redis
from django.db import transaction

from workers import prepared
from workers.events.connection import RedisAway, client, topic
from workers.events.message import Message, pack
from workers.events.models import Event

logger = logging.getLogger(__name__)

SECONDS_OF_SILENCE = 15.0

_silent_until = 0.0


def publish(*, channel: str, type: str, data: dict[str, Any]) -> Event:  # noqa: A002
    """Record an event with the caller's transaction; those who watch are woken once it is committed."""
    event = Event(channel=channel, type=type, data=data)
    prepared.insert(event)
    transaction.on_commit(partial(_send, channel, Message(event.pk, type, data)))
    return event


def publish_many(messages: Sequence[tuple[str, str, dict[str, Any]]]) -> None:
    """As `publish` for each (channel, type, data), written at once."""
    rows = [Event(channel=channel, type=type, data=data) for channel, type, data in messages]  # noqa: A001
    for event in Event.objects.bulk_create(rows):
        transaction.on_commit(partial(_send, event.channel, Message(event.pk, event.type, event.data)))


def nudge(*, channel: str, type: str, data: dict[str, Any]) -> None:  # noqa: A002
    """Tell those who watch right now; nothing is kept."""
    _send(channel, Message(None, type, data))


def _send(channel: str, message: Message) -> None:
    global _silent_until  # noqa: PLW0603 - one Redis per process
    if time.monotonic() < _silent_until:
        return
    try:
        client().publish(topic(channel), pack(message))
    except RedisAway as error:
        # Pages find the row by themselves when they do not hear of it.
        logger.warning("nobody could be woken on %s: %s", channel, error)
        if isinstance(error, redis.TimeoutError):
            # A Redis that hangs must not cost every request its patience.
            _silent_until = time.monotonic() + SECONDS_OF_SILENCE
