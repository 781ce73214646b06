"""SQLite for servers: a connection that is given back is kept for whoever needs one next.

An ASGI server runs each request in a thread of its own, and Django ties connections to threads: each request would
open one and close it again. That costs more than the request's statements, above all when nobody else has the
database open: the last one who leaves writes the whole write-ahead log back.

Transactions take turns (`turns.py`).
"""

import os
import sqlite3
from threading import Lock
from typing import Any

from django.db.backends.sqlite3 import base

from athanor.config.sqlite3.turns import Turns

MOST_KEPT = 16  # per process and database; above it they are closed

_guard = Lock()
_kept: dict[tuple[int, str], list[sqlite3.Connection]] = {}  # by process (a fork must not share) and database
_turns: dict[tuple[int, str], Turns] = {}


class DatabaseWrapper(base.DatabaseWrapper):
    """Named by the settings as an engine."""

    _turn: Turns | None = None  # while a transaction is open

    def get_new_connection(self, conn_params: Any) -> Any:
        """A kept one, where there is one."""
        with _guard:
            kept = _kept.get(self._place())
            if kept:
                return kept.pop()
        return super().get_new_connection(conn_params)

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _take_turn(self) -> None:
        if self._turn is None and not self.is_in_memory_db():
            with _guard:
                place = self._place()
                turns = _turns.get(place) or _turns.setdefault(place, Turns(place[1]))
            self._turn = turns if turns.take() else None

    def _end_turn(self) -> None:
        turns, self._turn = self._turn, None
        if turns is not None:
            turns.give_back()

    def _close(self) -> None:
        self._end_turn()
        if self.connection is None or not self._keep():
            super()._close()  # type: ignore[misc]  # the stubs do not know it

    def _keep(self) -> bool:
        """Put it aside, unless somebody left something behind in it; returns whether it was."""
        if self.is_in_memory_db() or self.errors_occurred or self.connection.in_transaction:
            return False
        with _guard:
            kept = _kept.setdefault(self._place(), [])
            if len(kept) >= MOST_KEPT:
                return False
            kept.append(self.connection)
            return True

    def _place(self) -> tuple[int, str]:
        return os.getpid(), str(self.settings_dict["NAME"])


def close_kept() -> None:
    """Close what nobody uses, for whoever is about to move or delete the file."""
    with _guard:
        connections = [connection for kept in _kept.values() for connection in kept]
        _kept.clear()
        for place in [place for place, turns in _turns.items() if not turns.taken]:
            _turns.pop(place).close()
    for connection in connections:
        connection.close()
