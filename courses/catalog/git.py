"""Course files from a git repository elsewhere: HTTPS only, to public addresses only, one commit, nothing executed."""

import ipaddress
import os
import re
import socket
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

TIMEOUT = 60.0  # seconds for the whole fetch
PACK_LIMIT = 200_000  # blocks of 512 bytes: no file that git writes may be larger
REF = re.compile(r"(?!-)(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]{0,199}")
SLUG_OF_URL = re.compile(r"[^a-z0-9]+")

Resolve = Callable[[str, int], Sequence[str]]


class GitRefused(Exception):
    """Why nothing was fetched, as a sentence."""


@dataclass(frozen=True, slots=True)
class Fetched:
    commit: str  # 40 hexadecimal digits
    archive: bytes  # a zip of the tree


@dataclass(frozen=True, slots=True)
class Remote:
    url: str
    host: str
    port: int
    address: str  # the IP address that was checked; git is told to use this one and no other

    @property
    def slug(self) -> str:
        """For a course at the top of the repository: named like the repository."""
        last = self.url.rstrip("/").rpartition("/")[2].removesuffix(".git").lower()
        return SLUG_OF_URL.sub("-", last).strip("-") or "course"


def looks_remote(text: str) -> bool:
    """Is it meant as the address of a repository rather than a folder's path?"""
    return "://" in text or "::" in text or text.startswith("git@")


def split_ref(text: str) -> tuple[str, str]:
    """`https://host/repo.git@v2` → (`https://host/repo.git`, `v2`); without one: `HEAD`."""
    url, mark, ref = text.rpartition("@")
    return (url, ref) if mark and "/" in url.partition("://")[2] else (text, "HEAD")


def resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def check(url: str, *, resolve: Resolve = resolve) -> Remote:
    """The repository, if this server may ask it. Raises GitRefused."""
    if any(letter.isspace() or not letter.isprintable() for letter in url) or len(url) > 400:
        raise GitRefused("The address of a repository has no spaces and at most 400 characters.")
    parts = urlsplit(url)
    if parts.scheme != "https":
        raise GitRefused("Only https:// addresses are read: no local folders, no ssh, no other transports.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise GitRefused("Leave names, passwords and everything after ? or # out of the address.")
    try:
        host, port = (parts.hostname or "").rstrip("."), parts.port or 443
    except ValueError as error:
        raise GitRefused("The port in the address is no number.") from error
    if not re.fullmatch(r"[A-Za-z0-9.-]+|[0-9A-Fa-f:.]+", host):
        raise GitRefused("The address names no host.")
    try:
        addresses = resolve(host, port)
    except OSError as error:
        raise GitRefused(f"The host {host} is not known.") from error
    private = [address for address in addresses if not _is_public(address)]
    if private or not addresses:
        raise GitRefused(f"The host {host} is in a private network; only public ones are asked.")
    return Remote(url, host, port, addresses[0])


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    return parsed.is_global and not parsed.is_multicast and (mapped is None or mapped.is_global)


def fetch(remote: Remote, ref: str, *, protocols: str = "https") -> Fetched:
    """One commit of the repository. Raises GitRefused. `protocols` is widened by tests only."""
    if not REF.fullmatch(ref):
        raise GitRefused("A branch, tag or commit has letters, digits, dots, dashes and slashes.")
    with TemporaryDirectory(prefix="course-git-") as folder:
        git = _Git(Path(folder), remote, protocols)
        git.run("init", "--bare", "--quiet", "--template=", "repository")
        git.run("-C", "repository", "fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules",
                "--no-write-fetch-head", "--end-of-options", remote.url, f"{ref}:refs/heads/fetched")  # fmt: skip
        commit = git.run("-C", "repository", "rev-parse", "refs/heads/fetched").decode().strip()
        return Fetched(commit, git.run("-C", "repository", "archive", "--format=zip", commit))


class _Git:
    """git without this machine's configuration, credentials, hooks and proxies."""

    def __init__(self, folder: Path, remote: Remote, protocols: str) -> None:
        self.folder = folder
        pinned = f"http.curloptResolve={remote.host}:{remote.port}:{_bracketed(remote.address)}"
        self.options = [
            "-c", "http.followRedirects=false", "-c", pinned, "-c", "http.lowSpeedLimit=1000",
            "-c", "http.lowSpeedTime=20", "-c", "core.hooksPath=/dev/null", "-c", "credential.helper=",
            "-c", "protocol.allow=never",
        ]  # fmt: skip
        for protocol in protocols.split(":"):
            self.options += ["-c", f"protocol.{protocol}.allow=always"]
        self.environment = {
            "PATH": os.defpath,
            "HOME": str(folder),
            "LC_ALL": "C",
            "GIT_ALLOW_PROTOCOL": protocols,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "true",
        }

    def run(self, *arguments: str) -> bytes:
        limited = ["/bin/sh", "-c", f'ulimit -f {PACK_LIMIT} && exec git "$@"', "git", *self.options, *arguments]
        try:
            done = subprocess.run(  # noqa: S603  # every argument is ours or was checked
                limited, cwd=self.folder, env=self.environment, capture_output=True, timeout=TIMEOUT, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise GitRefused(f"The repository did not answer within {TIMEOUT:.0f} seconds.") from error
        except FileNotFoundError as error:
            raise GitRefused("git is not installed on the server.") from error
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise GitRefused(f"git says: {said[-1][:300] if said else 'it failed without a word'}")
        return done.stdout


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address
