from collections.abc import Iterator

import pytest

from workers.engines.llama_cpp.process import running_server


@pytest.fixture(scope="module")
def engine() -> Iterator[str]:
    """The address of a real server with the shipped model."""
    with running_server() as url:
        yield url
