"""Pictures in a message reach models that can see, in each dialect."""

from base64 import b64decode, b64encode
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from tests.workers.backends.dialects import DIALECTS
from tests.workers.backends.scripted import ScriptedServer
from workers.backends import errors, loop, pictures
from workers.backends.backend import Endpoint
from workers.backends.requests import ChatRequest, Message


@pytest.fixture
def stored(settings: Any, tmp_path: Any) -> str:
    settings.MEDIA_ROOT = tmp_path
    written = BytesIO()
    Image.new("RGB", (1200, 600), (10, 200, 30)).save(written, "PNG")
    return pictures.keep(written.getvalue())


def ask(server: ScriptedServer, dialect: str, digest: str) -> dict[str, Any]:
    """The message as the server got it."""
    kind = DIALECTS[dialect]
    script = server.play(kind.chat_path, kind.answer(["green"]))
    request = ChatRequest(messages=[Message(role="user", content="Which colour?", pictures=[digest])])
    loop.run(kind.adapter(Endpoint(server.url)).run(model="m", request=request, emit=lambda _: None))
    message: dict[str, Any] = script.requests[-1]["messages"][0]
    return message


def size_of(text: str) -> tuple[int, int]:
    return Image.open(BytesIO(b64decode(text))).size


def test_ollama_gets_bare_base64(server: ScriptedServer, stored: str) -> None:
    message = ask(server, "ollama", stored)
    assert message["content"] == "Which colour?"
    assert [size_of(text) for text in message["images"]] == [(896, 448)]


def test_openai_gets_parts_with_an_address_of_data(server: ScriptedServer, stored: str) -> None:
    text, picture = ask(server, "openai", stored)["content"]
    assert text == {"type": "text", "text": "Which colour?"}
    assert picture["type"] == "image_url"
    assert size_of(picture["image_url"]["url"].removeprefix("data:image/png;base64,")) == (896, 448)


def test_a_small_picture_is_sent_as_it_is(settings: Any, tmp_path: Any, server: ScriptedServer) -> None:
    settings.MEDIA_ROOT = tmp_path
    written = BytesIO()
    Image.new("RGB", (64, 64)).save(written, "PNG")
    message = ask(server, "ollama", pictures.keep(written.getvalue()))
    assert message["images"] == [b64encode(written.getvalue()).decode()]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_picture_that_is_gone_is_refused(server: ScriptedServer, stored: str, dialect: str) -> None:
    with pytest.raises(errors.RequestRefused):
        ask(server, dialect, "0" * 64)
