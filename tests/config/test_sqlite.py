"""Connections to SQLite are used again by whoever comes next."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.utils import OperationalError

from athanor.config.sqlite3 import base

pytestmark = pytest.mark.django_db  # only then may anything connect at all


@pytest.fixture
def wrapper(tmp_path: Path) -> Iterator[Any]:
    settings = {
        "NAME": str(tmp_path / "a.sqlite3"), "OPTIONS": {}, "TIME_ZONE": None, "AUTOCOMMIT": True, "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False, "ATOMIC_REQUESTS": False,
    }  # fmt: skip
    yield base.DatabaseWrapper(settings)
    base.close_kept()


def opened(wrapper: Any) -> sqlite3.Connection:
    wrapper.connect()
    found: sqlite3.Connection = wrapper.connection
    return found


def test_connection_that_was_given_back_is_used_again(wrapper: Any) -> None:
    first = opened(wrapper)
    wrapper.close()

    assert opened(wrapper) is first


def test_two_at_once_have_two_connections(wrapper: Any, tmp_path: Path) -> None:
    other = base.DatabaseWrapper(wrapper.settings_dict)

    assert opened(wrapper) is not opened(other)
    wrapper.close()
    other.close()


def test_connection_with_an_open_transaction_is_not_kept(wrapper: Any) -> None:
    first = opened(wrapper)
    first.execute("BEGIN IMMEDIATE")
    wrapper.close()

    assert opened(wrapper) is not first
    with pytest.raises(sqlite3.ProgrammingError):
        first.execute("SELECT 1")


def test_connection_that_failed_is_not_kept(wrapper: Any) -> None:
    first = opened(wrapper)
    with pytest.raises(OperationalError), wrapper.cursor() as cursor:
        cursor.execute("SELECT * FROM nothing_of_that_name")
    wrapper.close()

    assert opened(wrapper) is not first


def test_connection_of_another_file_is_not_taken(wrapper: Any, tmp_path: Path) -> None:
    first = opened(wrapper)
    wrapper.close()
    other = base.DatabaseWrapper({**wrapper.settings_dict, "NAME": str(tmp_path / "b.sqlite3")})

    assert opened(other) is not first
    other.close()
