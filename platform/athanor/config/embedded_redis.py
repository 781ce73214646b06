"""Where the embedded Redis of a state folder listens."""

from pathlib import Path

LONGEST_SOCKET_PATH = 100  # bytes; the system's own limit is 107 on Linux and 103 on macOS


def socket_path(var: Path) -> Path:
    return var / "redis.sock"


def fits_a_socket(path: Path) -> bool:
    return len(str(path).encode()) <= LONGEST_SOCKET_PATH


def address_file(var: Path) -> Path:
    """Written by the launcher when the socket's path would be too long: a port and its password."""
    return var / "redis-address"


def url(var: Path) -> str:
    file = address_file(var)
    if file.exists():
        return file.read_text(encoding="ascii").strip()
    return f"unix://{socket_path(var)}"
