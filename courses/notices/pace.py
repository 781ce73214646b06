"""When a person's news go out by mail. Pure."""

from datetime import datetime, timedelta, tzinfo

MORNING = 7  # o'clock, where the person lives
PAUSE = timedelta(minutes=10)  # between two mails to somebody who wants them at once: news come in bursts
FIRST_WAIT = timedelta(minutes=5)  # after a failure; doubled with each further one
LONGEST_WAIT = timedelta(hours=6)


def is_due(pace: str, *, oldest: datetime, sent_at: datetime | None, now: datetime, zone: tzinfo) -> bool:
    """`oldest`: when the oldest news was made that no mail has told yet; `sent_at`: when the last mail went out.

    Once a day means: in the morning, what was there by then. Who was missed in the morning gets it later that day.
    """
    match pace:
        case "at_once":
            return sent_at is None or now - sent_at >= PAUSE
        case "daily":
            morning = last_morning(now, zone)
            return oldest < morning and (sent_at is None or sent_at < morning)
    return False


def last_morning(now: datetime, zone: tzinfo) -> datetime:
    """The newest moment, not after `now`, at which it was seven in the morning there."""
    local = now.astimezone(zone)
    morning = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    if morning > local:
        morning = (local - timedelta(days=1)).replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return morning


def wait_after(failures: int) -> timedelta:
    """How long to leave a mail server alone that has failed so often in a row."""
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(failures - 1, 10)))
