"""The pictures that the messages of a request show to a model."""

import asyncio

from workers.backends import pictures
from workers.backends.errors import RequestRefused
from workers.backends.requests import ChatRequest

Attached = dict[str, str]  # digest: PNG in base64


async def read_attached(request: ChatRequest) -> Attached:
    """Raises RequestRefused when one is no longer stored."""
    digests = {digest for message in request.messages for digest in message.pictures}
    if not digests:
        return {}
    try:
        return await asyncio.to_thread(pictures.for_models, sorted(digests))
    except KeyError as error:
        raise RequestRefused(f"the picture {error} is not stored") from error
