"""Runs that take longer than was predicted, on simulated queues: what is charged meanwhile, and what that prevents."""

import uuid
from collections import Counter
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from workers.backends.routing import Demand
from workers.scheduling.ledger import Ledger
from workers.scheduling.policy import Place, View, Waiting
from workers.scheduling.simulate import RENEWAL, Ask, Fair, Policy, Site, State, play
from workers.scheduling.spec import Lane

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CHAT = Demand("chat")
SECONDS = st.floats(0.1, 90.0)
ASKS = st.lists(
    st.builds(
        Ask, at=st.floats(0.0, 100.0), student=st.integers(0, 4), course=st.sampled_from(["a", "b"]), seconds=SECONDS,
        model=st.sampled_from(["one", "two"]), expected=SECONDS,
    ),
    min_size=1,
    max_size=40,
)  # fmt: skip


class Watched(Fair):
    """Looks at the books before each choice."""

    def choose(self, now: float, state: State) -> list[tuple[int, int]]:
        self._renew(now)
        for number, began in self._began.items():
            assert now - began - self.ledger.charges[uuid.UUID(int=number)] <= RENEWAL + 1e-6
        return super().choose(now, state)


class Deaf(Fair):
    """Corrects at the end only."""

    def _renew(self, now: float) -> None:
        pass


@settings(max_examples=80, deadline=None)
@given(asks=ASKS, slots=st.lists(st.integers(1, 3), min_size=1, max_size=3))
def test_books_are_behind_the_truth_by_one_renewal_at_most(asks: list[Ask], slots: list[int]) -> None:
    assert len(play(asks, Site(tuple(slots)), Watched())) == len(asks)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(SECONDS, st.lists(SECONDS, max_size=4), SECONDS, st.booleans()), min_size=1, max_size=8))
def test_charges_add_up_to_what_was_used_however_they_grew(
    jobs: list[tuple[float, list[float], float, bool]],
) -> None:
    ledger = Ledger()
    ledger.held = {}
    for number, (expected, *_) in enumerate(jobs):
        ledger.arrive(Waiting(uuid.UUID(int=number), Lane.BULK, CHAT, 1, NOW, expected), group="c")
    places = {CHAT: [Place(1, "m", loaded=True)]}
    begun = [job for job, _, _ in ledger.choose(View(NOW, {1: len(jobs)}, {}, 99, places))]
    assert len(begun) == len(jobs)
    for job in begun:
        for taken in jobs[job.job.int][1]:
            ledger.grow(job, taken)
    used = 0.0
    for job in begun:
        *_, seconds, gave = jobs[job.job.int]
        used += seconds if gave else 0.0
        ledger.end(job, seconds if gave else 0.0)  # what failed, was lost or was stopped before a word costs nothing
    assert abs(ledger.counter(1, group="c", lane=Lane.BULK) - used) < 1e-6
    assert all(abs(node.charged) < 1e-6 for node in ledger.nodes)
    assert ledger.charges == {}


def test_long_runs_that_seemed_short_leave_the_second_slot_to_others() -> None:
    long = [Ask(0.0, 0, "c", 60.0, expected=1.0) for _ in range(5)]
    short = [Ask(0.0, student, "c", 12.0) for student in (1, 2) for _ in range(10)]

    def begun(chooser: Policy) -> Counter[int]:
        """Who began how often while the first long run went on."""
        return Counter(one.ask.student for one in play(long + short, Site((2,)), chooser) if one.at < 60.0)

    assert begun(Fair()) == {0: 1, 1: 3, 2: 2}
    assert begun(Deaf()) == {0: 2, 1: 1, 2: 1}
