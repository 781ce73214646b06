"""The address of the database."""

import dj_database_url
from django.core.exceptions import ImproperlyConfigured


def parse(url: str) -> dict[str, object]:
    """Django's settings for this address. The message of a wrong one does not repeat it: it holds a password."""
    try:
        return dict(dj_database_url.parse(url))
    except (ValueError, KeyError):  # dj_database_url's own errors are ValueErrors
        raise ImproperlyConfigured(
            "DATABASE_URL is no address of a database. It looks like postgres://user:password@host:5432/name."
        ) from None
