"""What the policy promises, whatever the queue."""

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from workers.backends.routing import Demand
from workers.scheduling.policy import URGENCY, Assignment, Place, Share, View, Waiting
from workers.scheduling.policy import choose as choose_in
from workers.scheduling.spec import Lane

NOW = datetime(2026, 1, 1, tzinfo=UTC)
A, B = Demand("a"), Demand("b")


def job(second: int = 0, *, lane: Lane = Lane.INTERACTIVE, owner: int | None = None, **more: object) -> Waiting:
    return Waiting(
        job=uuid.UUID(int=second * 1000 + (owner or 0)),
        lane=lane,
        target=more.pop("target", A),  # type: ignore[arg-type]
        owner=owner,
        created_at=NOW + timedelta(seconds=second),
        expected_seconds=1,
        avoid=frozenset(more.pop("avoid", ())),  # type: ignore[call-overload]
    )


def view(free: dict[int, int], places: dict[Demand, list[int]] | None = None, **more: object) -> View:
    routes = places if places is not None else {A: sorted(free)}
    return View(
        now=NOW,
        free=free,
        in_flight=more.get("in_flight", {}),  # type: ignore[arg-type]
        most_in_flight=more.get("most_in_flight", 2),  # type: ignore[arg-type]
        places={target: [Place(server, f"m{server}") for server in servers] for target, servers in routes.items()},
    )


def tree(jobs: Sequence[Waiting]) -> Share:
    """Everybody at zero: of equals the one whose job is oldest goes first."""
    ordered = sorted(jobs, key=lambda one: (one.created_at, one.job))
    lanes = []
    for rank, lane in enumerate(Lane):
        mine = [one for one in ordered if one.lane is lane]
        owners = sorted({one.owner for one in mine}, key=str)
        leaves = [
            Share(1000 * rank + n, jobs=tuple(one for one in mine if one.owner == owner))
            for n, owner in enumerate(owners)
        ]
        lanes.append(Share(10 + rank, lane=lane, children=(Share(100 + rank, children=tuple(leaves)),)))
    return Share(1, children=tuple(lanes))


def choose(seen: View, jobs: Sequence[Waiting]) -> tuple[Assignment, ...]:
    choice = choose_in(seen, tree(jobs))
    assert choice.complete
    return choice.assignments


def chosen(seen: View, *jobs: Waiting) -> list[tuple[Waiting, int]]:
    by_id = {one.job: one for one in jobs}
    return [(by_id[assignment.job], assignment.server) for assignment in choose(seen, jobs)]


def test_first_come_is_first_served() -> None:
    late, early = job(2), job(1)
    assert chosen(view({1: 1}), late, early) == [(early, 1)]


def test_urgent_lane_goes_before() -> None:
    jobs = [job(0, lane=Lane.BULK), job(1, lane=Lane.SUBMISSION), job(2), job(3, lane=Lane.LIVE)]
    assert [one.lane for one, _ in chosen(view({1: 4}), *jobs)] == [
        Lane.LIVE, Lane.INTERACTIVE, Lane.SUBMISSION, Lane.BULK,
    ]  # fmt: skip


def test_owner_over_the_cap_is_passed_over() -> None:
    greedy, other = [job(n, owner=1) for n in range(4)], job(9, owner=2)
    assert [one.owner for one, _ in chosen(view({1: 4}), *greedy, other)] == [1, 2, 1]


def test_jobs_in_flight_count() -> None:
    assert chosen(view({1: 4}, in_flight={1: 2}), job(owner=1)) == []


def test_work_of_nobody_has_no_cap() -> None:
    assert len(choose(view({1: 4}), [job(n) for n in range(4)])) == 4


def test_first_place_of_the_route_is_preferred_until_it_is_full() -> None:
    jobs = [job(n) for n in range(3)]
    assert [server for _, server in chosen(view({1: 9, 2: 1}, {A: [2, 1]}), *jobs)] == [2, 1, 1]


def test_server_that_failed_the_job_comes_last() -> None:
    one = job(avoid={1})
    assert chosen(view({1: 1, 2: 1}), one) == [(one, 2)]
    assert chosen(view({1: 1, 2: 0}), one) == [(one, 1)]


def test_job_without_a_place_does_not_hold_up_others() -> None:
    stuck, other = job(0, target=B), job(1)
    assert chosen(view({1: 1}), stuck, other) == [(other, 1)]


def test_model_and_reason_are_told() -> None:
    [assignment] = choose(view({1: 1}), [job()])
    assert (assignment.model, assignment.reason) == ("m1", "only")
    [assignment] = choose(view({1: 0, 2: 1}), [job()])
    assert (assignment.model, assignment.reason) == ("m2", "free")
    [assignment] = choose(view({1: 1, 2: 1}), [job(avoid={1})])
    assert assignment.server == 2


JOBS = st.lists(
    st.builds(
        lambda second, lane, owner, target, avoid: job(second, lane=lane, owner=owner, target=target, avoid=avoid),
        st.integers(0, 500),
        st.sampled_from(Lane),
        st.one_of(st.none(), st.integers(1, 4)),
        st.sampled_from([A, B]),
        st.sets(st.integers(1, 3)),
    ),
    max_size=30,
    unique_by=lambda one: one.job,
)
VIEWS = st.builds(
    lambda free, places, flying: view(free, places, in_flight=flying),
    st.dictionaries(st.integers(1, 3), st.integers(0, 4)),
    st.fixed_dictionaries({A: st.lists(st.integers(1, 3), unique=True), B: st.lists(st.integers(1, 3), unique=True)}),
    st.dictionaries(st.integers(1, 4), st.integers(0, 3)),
)


@given(VIEWS, JOBS)
def test_slots_and_caps_are_never_exceeded(seen: View, jobs: list[Waiting]) -> None:
    result = chosen(seen, *jobs)
    assert len({one.job for one, _ in result}) == len(result)
    used = Counter(server for _, server in result)
    assert all(count <= seen.free.get(server, 0) for server, count in used.items())
    assert all(server in [place.server for place in seen.places[one.target]] for one, server in result)
    for owner, count in Counter(one.owner for one, _ in result if one.owner is not None).items():
        assert count + seen.in_flight.get(owner, 0) <= seen.most_in_flight


@given(VIEWS, JOBS)
def test_no_slot_stays_free_while_somebody_could_use_it(seen: View, jobs: list[Waiting]) -> None:
    result = chosen(seen, *jobs)
    used = Counter(server for _, server in result)
    flying = Counter(seen.in_flight) + Counter(one.owner for one, _ in result if one.owner is not None)
    started = {one.job for one, _ in result}
    for one in jobs:
        may_run = one.owner is None or flying[one.owner] < seen.most_in_flight
        if one.job not in started and may_run:
            assert all(used[place.server] >= seen.free.get(place.server, 0) for place in seen.places[one.target])


@given(VIEWS, JOBS)
def test_nobody_is_overtaken_by_the_same_owner_and_target(seen: View, jobs: list[Waiting]) -> None:
    started = {one.job for one, _ in chosen(seen, *jobs)}

    def rank(one: Waiting) -> tuple[int, datetime]:
        return (URGENCY[one.lane], one.created_at)

    for one in jobs:
        if one.job in started:
            earlier = [o for o in jobs if (o.owner, o.target) == (one.owner, one.target) and rank(o) < rank(one)]
            assert all(o.job in started for o in earlier)
