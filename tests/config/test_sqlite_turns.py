"""Transactions of one database file take turns."""

import multiprocessing
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.utils import OperationalError

from athanor.config.sqlite3 import base, turns
from athanor.config.sqlite3.turns import Turns
from tests.config.test_sqlite import wrapper

__all__ = ["wrapper"]
pytestmark = pytest.mark.django_db  # only then may anything connect at all
LONGEST = 10.0


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "a.sqlite3")


@pytest.fixture
def ours(path: str) -> Iterator[Turns]:
    found = Turns(path)
    yield found
    found.close()


def try_elsewhere(path: str, told: Any) -> None:
    told.put(Turns(path).take())


def is_taken(wrapper: Any) -> bool:
    [held] = [one for place, one in base._turns.items() if place[1] == wrapper.settings_dict["NAME"]]
    return held.taken


def test_turn_comes_when_the_one_before_is_given_back(ours: Turns) -> None:
    assert ours.take()
    came = threading.Event()

    def wait() -> None:
        ours.take()
        came.set()

    waiting = threading.Thread(target=wait)
    waiting.start()

    assert not came.wait(0.05)
    ours.give_back()
    assert came.wait(LONGEST)
    waiting.join()
    ours.give_back()


def test_who_waits_too_long_goes_on_without(ours: Turns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "SECONDS_TO_WAIT", 0.02)
    ours.take()

    assert not ours.take()
    ours.give_back()
    assert ours.take()
    ours.give_back()


@pytest.mark.parametrize("ours_is_first", [True, False])
def test_another_process_waits_too(
    path: str, ours: Turns, monkeypatch: pytest.MonkeyPatch, *, ours_is_first: bool
) -> None:
    monkeypatch.setattr(turns, "SECONDS_TO_WAIT", 0.05)
    if ours_is_first:
        ours.take()
    processes = multiprocessing.get_context("fork")
    told = processes.SimpleQueue()
    other = processes.Process(target=try_elsewhere, args=(path, told))
    other.start()

    assert told.get() is not ours_is_first
    other.join(LONGEST)
    if ours_is_first:
        ours.give_back()
    assert ours.take()  # the end of a process ends its turn
    ours.give_back()


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_transaction_holds_its_turn_to_its_end(wrapper: Any, end: str) -> None:
    wrapper.connect()
    wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    assert is_taken(wrapper)

    getattr(wrapper, end)()

    assert not is_taken(wrapper)
    wrapper.close()


def test_transaction_that_cannot_begin_gives_its_turn_back(wrapper: Any) -> None:
    wrapper.settings_dict["OPTIONS"] = {"timeout": 0.01, "transaction_mode": "IMMEDIATE"}
    blocker = sqlite3.connect(wrapper.settings_dict["NAME"], isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    wrapper.connect()

    with pytest.raises(OperationalError):
        wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)

    assert not is_taken(wrapper)
    blocker.close()
    wrapper.close()
