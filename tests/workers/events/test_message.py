import json

import pytest

from workers.events.message import PING, Message, encode, pack, unpack


def test_frame_has_id_event_and_one_line_of_data() -> None:
    frame = encode(Message(7, "job", {"state": "done"}))
    assert frame == b'id: 7\nevent: job\ndata: {"state":"done"}\n\n'


def test_frame_without_row_has_no_id() -> None:
    assert encode(Message(None, "delta", {})) == b"event: delta\ndata: {}\n\n"


def test_ping_is_a_comment() -> None:
    assert encode(Message(None, PING, {})) == b": ping\n\n"


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\u2028b", "data: [DONE]\n\nevent: x", "\U0001f600", "\x00"])
def test_frame_survives_text(text: str) -> None:
    frame = encode(Message(None, "delta", {"text": text})).decode()
    head, data, *rest = frame.split("\n")
    assert (head, rest) == ("event: delta", ["", ""])
    assert json.loads(data.removeprefix("data: ")) == {"text": text}


def test_unpack_reads_what_pack_wrote() -> None:
    message = Message(None, "delta", {"text": "é\u2028"})
    assert unpack(pack(message)) == message


@pytest.mark.parametrize("text", ["", "{", "[1]", "3"])
def test_unpack_refuses_anything_else(text: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        unpack(text)
