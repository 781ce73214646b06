"""How often one process looks at the answers that it writes, and passes them on.

Thirty times a second for a few. Every look wakes this process, Redis and the web, whatever it brings: with many
answers at once each is looked at less often, up to a pause that readers hardly see.
"""

LEAST, MOST = 0.03, 0.12  # seconds
EACH = 0.003  # seconds of pause for each answer that is being written

# Touched on the I/O loop only.
_writing: set[int] = set()


def begin(answer: object) -> None:
    """This answer is being written from now on."""
    _writing.add(id(answer))


def end(answer: object) -> None:
    _writing.discard(id(answer))


def pause() -> float:
    """Seconds between two looks at one answer."""
    return min(MOST, max(LEAST, EACH * len(_writing)))
