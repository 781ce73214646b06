"""Dates that authors write relative to the start of their course: `week 3 friday 23:59`. Pure.

Week 1 is the calendar week (Monday to Sunday) in which the course starts; the time is that of the course's time zone.
A time that the clock skips in spring means the same distance after midnight (02:30 becomes 03:30); one that it shows
twice in autumn means the first.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
RULE = re.compile(rf"week ([1-9]\d?) ({'|'.join(DAYS)}) ([01]?\d|2[0-3]):([0-5]\d)")
PATTERN = f"^{RULE.pattern}$"  # for the schema of editors


def is_rule(value: object) -> bool:
    """Is it meant as a relative date? It may still be written wrong."""
    return isinstance(value, str) and value.strip().lower().startswith("week")


@dataclass(frozen=True, slots=True)
class Calendar:
    starts_on: date | None = None
    time_zone: str = "UTC"

    def resolve(self, rule: str) -> datetime:
        """Raises ValueError that says what is wrong."""
        match = RULE.fullmatch(" ".join(rule.lower().split()))
        if match is None:
            raise ValueError("a date relative to the course's start is written like `week 3 friday 23:59`")
        if self.starts_on is None:
            raise ValueError("`week …` counts from the course's start: give `starts_on` in course.yml")
        monday = self.starts_on - timedelta(days=self.starts_on.weekday())
        day = monday + timedelta(weeks=int(match[1]) - 1, days=DAYS.index(match[2]))
        local = datetime.combine(day, time(int(match[3]), int(match[4])), ZoneInfo(self.time_zone))
        return local.astimezone(UTC)

    def written(self, moment: datetime) -> str:
        """A fixed moment as an author of this course would write it: local time with its offset."""
        return moment.astimezone(ZoneInfo(self.time_zone)).isoformat()
