import socket

import pytest

from athanor.launch import ports


def test_listen_takes_the_wanted_port() -> None:
    wanted = ports.free_port()
    with ports.listen(wanted) as listener:
        assert ports.port_of(listener) == wanted
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_listen_takes_the_next_port_when_the_wanted_one_is_taken() -> None:
    with ports.listen(ports.free_port()) as first, ports.listen(ports.port_of(first)) as second:
        assert ports.port_of(second) > ports.port_of(first)


def test_listen_says_which_ports_it_has_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "TRIED", 1)
    with ports.listen(ports.free_port()) as first, pytest.raises(ports.NoPort, match=str(ports.port_of(first))):
        ports.listen(ports.port_of(first))


def test_free_port_prefers_the_port_of_last_time() -> None:
    port = ports.free_port()
    assert ports.free_port(port) == port
    with ports.listen(port):
        assert ports.free_port(port) != port
