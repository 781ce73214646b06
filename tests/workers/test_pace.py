"""The more answers at once, the less often each is looked at."""

from weakref import WeakSet

import pytest

from workers import pace


class Answer:
    pass


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[Answer]:
    monkeypatch.setattr(pace, "_writing", WeakSet())
    return [Answer() for _ in range(1000)]


def test_few_answers_are_looked_at_thirty_times_a_second(answers: list[Answer]) -> None:
    assert pace.pause() == pace.LEAST
    for one in answers[:10]:
        pace.begin(one)
    assert pace.pause() == pytest.approx(0.03)


def test_many_answers_share_the_looks_up_to_a_pause_that_nobody_minds(answers: list[Answer]) -> None:
    for one in answers[:20]:
        pace.begin(one)
        pace.begin(one)  # a run that begins again
    assert pace.pause() == pytest.approx(0.06)
    for one in answers:
        pace.begin(one)
    assert pace.pause() == pace.MOST


def test_answers_that_ended_do_not_count(answers: list[Answer]) -> None:
    for one in answers:
        pace.begin(one)
    for one in answers:
        pace.end(one)
        pace.end(one)
    assert pace.pause() == pace.LEAST


def test_answers_that_were_given_up_do_not_count(answers: list[Answer]) -> None:
    for one in answers:
        pace.begin(one)
    del one
    answers.clear()
    assert pace.pause() == pace.LEAST
