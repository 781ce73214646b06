"""Names that were not given before in this process."""

from itertools import count

_numbers = count(1)


def fresh(word: str) -> str:
    return f"{word}-{next(_numbers)}"
