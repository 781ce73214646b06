"""Model servers and the aliases that lead to them."""

from typing import Any

from tests.factories.names import fresh
from workers.backends.models import ModelAlias, Route, Server


def make_server(**fields: Any) -> Server:
    """A healthy one; nobody answers at its address."""
    return Server.objects.create(
        **{
            "name": fresh("server"),
            "adapter": "openai",
            "url": "http://127.0.0.1:9",
            "health": Server.Health.HEALTHY,
            **fields,
        }
    )


def make_alias(*, name: str = "chat-small", server: Server | None = None, model: str = "tiny") -> ModelAlias:
    alias, _new = ModelAlias.objects.get_or_create(name=name)
    Route.objects.create(alias=alias, server=server or make_server(), model=model)
    return alias
