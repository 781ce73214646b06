"""The table of job states has no dead end and no island."""

from workers.scheduling.states import ACTIVE, TERMINAL, TRANSITIONS, State, sources_of


def reachable_from(start: State) -> set[State]:
    found, queue = {start}, [start]
    while queue:
        new = TRANSITIONS[queue.pop()] - found
        found |= new
        queue.extend(new)
    return found


def test_every_state_is_in_the_table() -> None:
    assert set(TRANSITIONS) == set(State)


def test_every_state_is_reachable() -> None:
    assert reachable_from(State.QUEUED) == set(State)


def test_every_state_has_a_way_to_an_end() -> None:
    stuck = [state for state in State if not reachable_from(state) & TERMINAL]

    assert stuck == []


def test_ends_are_ends_and_hold_no_slot() -> None:
    assert {State.DONE, State.FAILED, State.CANCELLED, State.DEAD} == TERMINAL
    assert not ACTIVE & TERMINAL
    assert all(not TRANSITIONS[state] for state in TERMINAL)


def test_sources_mirror_the_table() -> None:
    assert all(state in TRANSITIONS[source] for state in State for source in sources_of(state))
