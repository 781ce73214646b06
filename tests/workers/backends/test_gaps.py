"""What an alias leads nowhere with."""

from workers.backends.gaps import OF_POOL, gaps
from workers.backends.routing import Limits, Purpose


def test_one_route_without_limits_leaves_no_gap() -> None:
    assert gaps([Limits()], "text") == gaps([], "text") == []


def test_lengths_between_two_routes() -> None:
    [gap] = gaps([Limits(most=100), Limits(least=200)], "text")
    assert (gap.purposes, gap.least, gap.below) == (OF_POOL["text"], 101, 200)


def test_lengths_of_some_work_only() -> None:
    [gap] = gaps([Limits(most=4000), Limits(purposes=("judge",))], "text")
    assert (gap.least, gap.below) == (4001, None)
    assert Purpose.CHAT in gap.purposes
    assert Purpose.JUDGE not in gap.purposes


def test_work_that_an_alias_takes_none_of_is_meant_so() -> None:
    assert gaps([Limits(purposes=("judge",))], "text") == []
