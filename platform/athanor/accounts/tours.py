"""Which first-visit tours a person has seen."""

from collections.abc import Iterable

from athanor.accounts.models import User


def seen(*, user: User, tours: Iterable[str]) -> None:
    """These need not be shown again."""
    user.toured = sorted({*user.toured, *tours})
    user.save(update_fields=["toured"])


def forget(*, user: User) -> None:
    """Show every tour again."""
    user.toured = []
    user.save(update_fields=["toured"])
