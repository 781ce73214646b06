"""Let many callers in one process share the next turn of the same work."""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """Work that looks at everything there is: whoever waits for the next turn does the work of all who come meanwhile.

    A caller whose rows are committed may leave as soon as somebody else waits, because that turn has not begun yet.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: set[str] = set()
        self._working: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    @contextmanager
    def turn(self, name: str) -> Iterator[bool]:
        """True: it is your turn. False: somebody else's next turn does it."""
        with self._guard:
            taken = name in self._waiting
            self._waiting.add(name)
            working = self._working[name]
        if taken:
            yield False
            return
        with working:
            with self._guard:
                self._waiting.discard(name)
            yield True
