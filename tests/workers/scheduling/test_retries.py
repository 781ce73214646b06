import pytest

from workers.backends import errors
from workers.scheduling.retries import Verdict, after
from workers.scheduling.states import State


def verdict(error: errors.BackendError, *, tries: int = 1, elsewhere: bool = False) -> Verdict:
    return after(error, tries=tries, most_tries=3, elsewhere=elsewhere)


@pytest.mark.parametrize("error", [errors.ServerFault, errors.Interrupted, errors.TookTooLong])
def test_what_may_pass_is_tried_three_times(error: type[errors.BackendError]) -> None:
    assert [verdict(error("x"), tries=tries).state for tries in (1, 2, 3)] == [State.QUEUED, State.QUEUED, State.DEAD]


def test_pauses_grow_and_are_left_out_where_another_server_waits() -> None:
    fault = errors.ServerFault("x")
    assert [verdict(fault, tries=tries).delay for tries in (1, 2)] == [2.0, 10.0]
    assert verdict(fault, elsewhere=True).delay == 0


@pytest.mark.parametrize("error", [errors.Busy("x"), errors.Unreachable("x")])
def test_waiting_for_a_server_is_never_counted(error: errors.BackendError) -> None:
    assert verdict(error, tries=3) == Verdict(State.QUEUED, 2.0, counted=False)


def test_server_says_when_to_come_back() -> None:
    assert verdict(errors.Busy("x", retry_after=7)).delay == 7
    assert verdict(errors.Busy("x", retry_after=9999)).delay == 60


@pytest.mark.parametrize("error", [errors.RequestRefused("x"), errors.TooLong("x")])
def test_wrong_request_fails_at_once_everywhere(error: errors.BackendError) -> None:
    assert verdict(error, elsewhere=True) == Verdict(State.FAILED)


def test_server_that_is_not_set_up_is_waited_for() -> None:
    verdicts = [verdict(errors.Misconfigured("x"), tries=tries) for tries in (1, 2, 3)]
    assert [(one.state, one.delay) for one in verdicts[:2]] == [(State.QUEUED, 2.0), (State.QUEUED, 10.0)]
    assert verdicts[2].state == State.FAILED


@pytest.mark.parametrize("error", [errors.WrongTask("image"), errors.ModelMissing("x")])
def test_wrong_setup_is_tried_elsewhere_only(error: errors.BackendError) -> None:
    assert verdict(error, elsewhere=True) == Verdict(State.QUEUED)
    assert verdict(error, elsewhere=False) == Verdict(State.FAILED)
    assert verdict(error, elsewhere=True, tries=3) == Verdict(State.FAILED)
