"""The ledger of marks, read: which entry counts, now or on any date. Pure.

Entries are only ever appended. What a person decided counts before anything that a machine writes, however late.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar

PEOPLE = ("human", "inquiry")  # origins of decisions that a person made


class Entry(Protocol):
    @property
    def id(self) -> int: ...  # grows with every entry
    @property
    def origin(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...


EntryT = TypeVar("EntryT", bound=Entry)


def is_decision(entry: Entry) -> bool:
    """Did a person make it?"""
    return entry.origin in PEOPLE


def current(entries: Iterable[EntryT], *, at: datetime | None = None) -> EntryT | None:
    """The newest decision of a person if there is one, else the newest entry; `at`: as it was at that moment."""
    known = (entry for entry in entries if at is None or entry.created_at <= at)
    return max(known, key=lambda entry: (is_decision(entry), entry.id), default=None)
