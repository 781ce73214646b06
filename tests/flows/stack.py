"""The whole site as a person starts it: `manage.py up` as a real process."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import psycopg
import redis

ROOT = Path(__file__).resolve().parents[2]
LONGEST_START = 240.0  # seconds, on a machine that does other things, too


class Stack:
    """One `manage.py up` with a state folder of its own."""

    def __init__(self, var: Path, port: int, *, own_redis: Any = None, **environment: str) -> None:
        self.var = var
        self.port = port
        self.own_redis = own_redis  # with REDIS_URL: the Redis beside it
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "PYTEST_XDIST_WORKER"},
            "ATHANOR_VAR": str(var),
            "PORT": str(port),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "platform"), str(ROOT)]),
            "DJANGO_SETTINGS_MODULE": "athanor.config.settings",
            "LEASE_SECONDS": "6",  # what a killed worker held is given to another after this time
            **environment,
        }
        self.lines: list[str] = []
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Wait for the ready line."""
        self.lines = []
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        threading.Thread(target=self._read, args=(self.process,), daemon=True).start()
        self.wait_for(lambda: self.has_said("Athanor is ready: ") or self.process_ended(), LONGEST_START)
        assert self.has_said("Athanor is ready: "), self.console()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                self.lines.append(line.rstrip("\n"))

    def process_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def console(self) -> str:
        return "\n".join(self.lines)

    def has_said(self, words: str) -> bool:
        return any(words in line for line in self.lines)

    def stop(self, number: int = signal.SIGTERM, within: float = 15.0) -> int:
        """Ask it to stop; return its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(within)

    @property
    def url(self) -> str:
        line = next(line for line in self.lines if line.startswith("Athanor is ready: "))
        return line.removeprefix("Athanor is ready: ")

    def accounts(self) -> dict[str, dict[str, str]]:
        """The demo people by role."""
        content = json.loads((self.var / "demo-accounts.json").read_text(encoding="utf-8"))
        return {account["role"]: account for account in content["accounts"]}

    def services(self) -> frozenset[str]:
        """The names of what the launcher looks after."""
        return frozenset(json.loads((self.var / "services.json").read_text(encoding="utf-8")))

    def pid_of(self, service: str) -> int:
        """The process of a service; waits while it is being started again."""

        def pid() -> int | None:
            status = json.loads((self.var / "services.json").read_text(encoding="utf-8"))
            found = status[service]["pid"] if status[service]["ready"] else None
            return found if isinstance(found, int) else None

        self.wait_for(lambda: pid() is not None, 30)
        found = pid()
        assert found is not None
        return found

    def kill(self, service: str) -> None:
        os.kill(self.pid_of(service), signal.SIGKILL)

    def redis(self) -> "redis.Redis":
        return redis.Redis.from_url(self.environment.get("REDIS_URL") or f"unix://{self.var / 'redis.sock'}")

    def ask(self, code: str) -> Any:
        """Run Python in the site's environment; the value of the last line, an expression, comes back through JSON."""
        *before, last = code.strip().splitlines()
        program = "\n".join(["import django, json", "django.setup()", *before, f"print(json.dumps({last}))"])
        environment = {**self.environment, "ATHANOR_DEMO": "1"}
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env=environment, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.strip().splitlines()[-1])

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The answer of the site's database, at once (`ask` takes a second or two)."""
        if address := self.environment.get("DATABASE_URL"):
            with psycopg.connect(address) as postgres:
                return postgres.execute(query.encode()).fetchall()
        with closing(sqlite3.connect(self.var / "athanor.sqlite3", timeout=20)) as sqlite:
            return sqlite.execute(query).fetchall()

    def sign_in(self, role: str) -> httpx.Client:
        """A client that has followed the one-click link of this demo person."""
        client = httpx.Client(base_url=self.url, follow_redirects=True, timeout=20)
        answer = client.get(self.accounts()[role]["login_url"])
        assert answer.status_code == 200, answer.text[:500]
        client.headers["X-CSRFToken"] = client.cookies.get("csrftoken", "")
        return client

    def wait_for(self, condition: Callable[[], Any], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited {seconds} s in vain. The console says:\n{self.console()}"
            time.sleep(0.1)
