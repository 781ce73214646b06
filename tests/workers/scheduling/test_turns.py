import threading

import pytest

from workers.scheduling.turns import Turns


def test_alone_everybody_has_a_turn() -> None:
    turns, mine = Turns(), []
    for _ in range(3):
        with turns.turn("a") as ours:
            mine.append(ours)
    assert mine == [True] * 3


def test_who_waits_works_for_those_who_come_meanwhile() -> None:
    turns, answers = Turns(), []
    begun, may_end = threading.Event(), threading.Event()

    def work() -> None:
        with turns.turn("a") as ours:
            answers.append(ours)
            begun.set()
            assert may_end.wait(5)

    first = threading.Thread(target=work)
    first.start()
    assert begun.wait(5)
    second = threading.Thread(target=work)
    second.start()
    while not turns._waiting:
        pass
    with turns.turn("a") as ours:
        assert ours is False
    with turns.turn("b") as ours:
        assert ours is True
    may_end.set()
    first.join()
    second.join()
    assert answers == [True, True]


def test_turn_ends_with_an_error_too() -> None:
    turns = Turns()
    with pytest.raises(KeyError), turns.turn("a"):
        raise KeyError
    with turns.turn("a") as ours:
        assert ours is True
