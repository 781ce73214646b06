"""Cut a stream of bytes into lines and server-sent events. Pure.

Lines end at LF only: text may hold U+2028 and other characters at which `str.splitlines` would cut.
"""

from collections.abc import Iterator

LONGEST_LINE = 4 * 1024 * 1024  # bytes


class LineTooLong(ValueError):
    """A line grew beyond every reasonable size."""


class Lines:
    """Bytes in, complete lines out (without their end; blank ones too)."""

    def __init__(self, longest: int = LONGEST_LINE) -> None:
        self._rest = bytearray()
        self._longest = longest

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Raises LineTooLong."""
        searched = len(self._rest)
        self._rest += data
        start = 0
        while (end := self._rest.find(b"\n", max(start, searched))) >= 0:
            self._check(end - start)
            yield bytes(self._rest[start:end]).removesuffix(b"\r")
            start = end + 1
        del self._rest[:start]
        self._check(len(self._rest))

    def rest(self) -> bytes:
        """What came after the last line end."""
        return bytes(self._rest)

    def _check(self, length: int) -> None:
        if length > self._longest:
            raise LineTooLong(f"a line of more than {self._longest} bytes")


class Events:
    """Lines in, the data of server-sent events out. Comments, names and ids are skipped."""

    def __init__(self) -> None:
        self._data: list[bytes] = []

    def feed(self, line: bytes) -> bytes | None:
        """The data of the event that this line ends, if it ends one."""
        if not line:
            return self.rest()
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
        return None

    def rest(self) -> bytes | None:
        """The data of an event that no blank line ended."""
        data, self._data = self._data, []
        return b"\n".join(data) if data else None
