"""From a server's row to the object that talks to it."""

import os

from workers.backends.backend import Backend, Endpoint
from workers.backends.errors import Misconfigured
from workers.backends.models import Server
from workers.backends.registry import all_adapters
from workers.backends.sealing import unseal


def backend_of(server: Server) -> Backend:
    """Raises Misconfigured when the row cannot work on this machine."""
    adapter = all_adapters().get(server.adapter)
    if adapter is None:
        raise Misconfigured(f"there is no adapter {server.adapter!r}")
    return adapter(Endpoint(url=server.url, api_key=_api_key(server)))


def _api_key(server: Server) -> str:
    variable = server.api_key_variable
    if not variable:
        return unseal(server.sealed_key)
    key = os.environ.get(variable, "").strip()
    if not key:
        raise Misconfigured(f"the environment variable {variable} is not set where the workers run")
    return key
