"""How often one process looks at the answers that it writes, and passes them on.

Thirty times a second for a few. Every look wakes this process, Redis and the web, whatever it brings: with many
answers at once each is looked at less often, up to a pause that readers hardly see.
"""

from weakref import WeakSet

LEAST, MOST = 0.03, 0.12  # seconds
EACH = 0.003  # seconds of pause for each answer that is being written

# Touched on the I/O loop only. Weakly: an answer that was given up without a word does not count for ever.
_writing: "WeakSet[object]" = WeakSet()


def begin(answer: object) -> None:
    """This answer is being written from now on."""
    _writing.add(answer)


def end(answer: object) -> None:
    _writing.discard(answer)


def pause() -> float:
    """Seconds between two looks at one answer."""
    return min(MOST, max(LEAST, EACH * len(_writing)))
