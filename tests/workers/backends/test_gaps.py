"""What an alias leads nowhere with."""

from workers.backends.gaps import OF_POOL, gaps
from workers.backends.routing import Limits, Purpose


def test_one_route_without_limits_leaves_no_gap() -> None:
    assert gaps([Limits()], "text") == gaps([], "text") == []


def test_lengths_between_two_routes() -> None:
    [gap] = gaps([Limits(most=100), Limits(least=200)], "text")
    assert (gap.purposes, gap.least, gap.below) == (OF_POOL["text"], 101, 200)


def test_purposes_that_nobody_takes() -> None:
    [gap] = gaps([Limits(purposes=("chat", "tools"))], "text")
    assert Purpose.JUDGE in gap.purposes
    assert Purpose.CHAT not in gap.purposes
    assert (gap.least, gap.below) == (0, None)
