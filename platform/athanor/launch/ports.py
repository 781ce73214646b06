"""Ports on the loopback interface."""

import socket

LOOPBACK = "127.0.0.1"
TRIED = 200  # ports after the wanted one


class NoPort(Exception):
    """Every port that was tried is taken."""


def listen(wanted: int) -> socket.socket:
    """A listening socket on `wanted`, or on the next port that is free. Raises NoPort.

    The launcher keeps it open while the web process behind it is restarted, so that a browser waits instead of
    being refused.
    """
    for port in range(wanted, min(wanted + TRIED, 65536)):
        try:
            listener = socket.create_server((LOOPBACK, port), backlog=2048)
        except OSError:
            continue
        # Accepted connections inherit it: a streamed word must not wait for the one before to be acknowledged.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    raise NoPort(f"No free port between {wanted} and {min(wanted + TRIED, 65536) - 1}. Choose another one: PORT=9000.")


def port_of(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


def is_free(port: int) -> bool:
    try:
        socket.create_server((LOOPBACK, port)).close()
    except OSError:
        return False
    return True


def free_port(preferred: int = 0) -> int:
    """`preferred` when nobody listens there, else one that the system chooses."""
    if preferred and is_free(preferred):
        return preferred
    with socket.create_server((LOOPBACK, 0)) as probe:
        return int(probe.getsockname()[1])
