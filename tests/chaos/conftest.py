"""Collected with CHAOS=1 only (`make chaos`): it takes minutes, and the machine for itself."""

import os
from collections.abc import Iterator

import pytest

from tests.chaos.world import ModelServer, World
from tests.flows.conftest import new_stack

collect_ignore_glob = [] if os.environ.get("CHAOS") else ["test_*.py"]

LEASE_SECONDS = "6"


@pytest.fixture(scope="session")
def shared_world() -> Iterator[World]:
    model = ModelServer()
    try:
        with new_stack(DJANGO_SETTINGS_MODULE="tests.chaos.settings", LEASE_SECONDS=LEASE_SECONDS) as stack:
            stack.start()
            yield World(stack, model)
    finally:
        model.kill()


@pytest.fixture
def world(shared_world: World) -> Iterator[World]:
    """The shared site; whatever a test held goes on afterwards, and is over before the next test."""
    yield shared_world
    shared_world.calm()
    shared_world.wait_for(lambda: not unfinished(shared_world))


def unfinished(world: World) -> list[tuple[object, ...]]:
    return world.stack.rows("select id from scheduling_job where state in ('queued', 'leased', 'running')")
