from collections.abc import AsyncIterator

import pytest_asyncio

from workers.events.connection import close_async_clients


@pytest_asyncio.fixture(autouse=True)
async def closed_clients() -> AsyncIterator[None]:
    """Each test has an event loop of its own, and its connections end with it."""
    yield
    await close_async_clients()
