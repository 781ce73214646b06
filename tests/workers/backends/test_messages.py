import pytest

from workers.backends import messages
from workers.backends.errors import BackendError
from workers.scheduling.states import State


def every_error(root: type[BackendError] = BackendError) -> set[str]:
    return {root.code}.union(*(every_error(child) for child in root.__subclasses__()))


def test_every_error_has_its_message() -> None:
    assert set(messages.ERRORS) == every_error() | {"lost", "replaced"}


def test_every_state_has_its_message() -> None:
    assert set(messages.STATES) == set(State.values)


@pytest.mark.parametrize("table", [messages.ERRORS, messages.STATES, messages.REASONS])
def test_every_message_is_in_both_languages(table: dict[str, dict[str, str]]) -> None:
    assert all(set(texts) == {"en", "fr"} and all(texts.values()) for texts in table.values())


def test_sizes_are_told() -> None:
    texts = messages.for_error("too_long", {"prompt_tokens": 9000, "context": 2048})
    assert "9000" in texts["en"]
    assert "2048" in texts["fr"]
    assert messages.for_error("too_long") == messages.ERRORS["too_long"]


def test_unknown_code_gets_the_general_sentence() -> None:
    assert messages.for_error("surprise") == messages.ERRORS["backend"]
