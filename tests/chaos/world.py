"""The site under chaos: a stack with hold points, a model server that stands still, students who hand in."""

import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Thread
from typing import Any

import httpx

from athanor.launch.ports import free_port
from tests.chaos import course, holds
from tests.chaos.course import Told
from tests.flows.stack import Stack

LONGEST = 60.0  # seconds until something must have happened, on a machine that does other things, too
PATIENCE = httpx.Timeout(30.0, connect=10.0)


class ModelServer:
    """`model_server.py` as a process that can be killed."""

    def __init__(self) -> None:
        self.port = free_port()
        self.start()

    def start(self) -> None:
        program = Path(__file__).with_name("model_server.py")
        self.process = subprocess.Popen([sys.executable, str(program), str(self.port)])
        deadline = time.monotonic() + 10
        while not self._answers():
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return httpx.get(self._url("held")).is_success
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def hold(self) -> None:
        httpx.post(self._url("hold"))

    def go(self) -> None:
        httpx.post(self._url("go"))

    def held(self) -> int:
        """Answers that stand still in the middle."""
        return int(httpx.get(self._url("held")).json()["held"])

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"


class Sent:
    """A request that may be held or cut off. It is repeated with the same key until the site has answered."""

    def __init__(self, site: Stack, key: str, path: str, body: dict[str, Any]) -> None:
        self._url = f"{site.url}/api/v1/{path}"
        self._headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": uuid.uuid4().hex}
        self._body = body
        self.answers: list[dict[str, Any]] = []
        self._thread = Thread(target=self._send, daemon=True)
        self._thread.start()

    def _send(self) -> None:
        deadline = time.monotonic() + LONGEST
        while not self.answers and time.monotonic() < deadline:
            try:
                answer = httpx.post(self._url, headers=self._headers, json=self._body, timeout=PATIENCE)
                assert answer.is_success, f"{answer.status_code} {answer.text[:300]}"
                self.answers.append(answer.json())
            except httpx.TransportError:
                time.sleep(0.1)  # the web process is gone: the key makes it safe to ask again

    def wait(self) -> dict[str, Any]:
        self._thread.join(LONGEST)
        assert self.answers, "no answer"
        return self.answers[0]


class World:
    def __init__(self, stack: Stack, model: ModelServer) -> None:
        self.stack, self.model = stack, model
        self.gates = holds.Gates(stack.var / holds.FOLDER)
        keys, health = stack.ask(course.MAKE.format(port=model.port, people=course.PEOPLE))
        assert health == "healthy"
        self.keys: list[str] = keys
        self.said: Counter[str] = Counter()  # turns of each conversation
        self.begun: dict[str, int] = {}  # attempt: how many this student had begun at this exercise, with it

    def begin(self, student: int, exercise: str = "probes") -> str:
        """A fresh attempt; gives its id."""
        path = f"courses/chaos/modules/m/exercises/{exercise}/attempts/"
        begun = Sent(self.stack, self.keys[student], path, {}).wait()
        self.begun[begun["id"]] = begun["number"]
        return str(begun["id"])

    def submit(self, student: int, attempt: str) -> Sent:
        body = {"system": "Greet everybody.", "leaf": None}
        return Sent(self.stack, self.keys[student], f"attempts/{attempt}/submit/", body)

    def say(self, student: int, attempt: str) -> Sent:
        self.said[attempt] += 1
        return Sent(self.stack, self.keys[student], f"attempts/{attempt}/runs/", {"text": "Hello!"})

    def wait_for(self, condition: Callable[[], Any]) -> None:
        self.stack.wait_for(condition, LONGEST)

    def deliver(self, calls: Iterable[tuple[str, list[Any]]]) -> None:
        """Put messages into the site's broker."""
        lines = "\n".join(f"app.send_task({name!r}, args={args!r})" for name, args in calls)
        self.stack.ask(f"from athanor.config.celery_app import app\n{lines}\nTrue")

    def leases(self, attempt: str) -> list[tuple[str, int]]:
        """Jobs with the tokens of their last leases."""
        query = f"select id, lease_token from scheduling_job where subject = 'attempt:{attempt}'"
        return [(str(uuid.UUID(str(pk))), token) for pk, token in self.stack.rows(query)]

    def change(self, statement: str) -> None:
        """Write into the site's database behind its back."""
        program = "from django.db import connection\nwith connection.cursor() as cursor:"
        self.stack.ask(f"{program}\n    cursor.execute({statement!r})\nTrue")

    def job_states(self, attempt: str) -> list[str]:
        query = f"select state from scheduling_job where subject = 'attempt:{attempt}'"
        return [state for (state,) in self.stack.rows(query)]

    def are_graded(self, attempts: Iterable[str]) -> bool:
        names = {uuid.UUID(one).hex for one in attempts}
        rows = self.stack.rows("select id from attempts_attempt where state = 'graded'")
        return names <= {uuid.UUID(str(pk)).hex for (pk,) in rows}

    def have_ended(self, attempts: Iterable[str]) -> bool:
        return all(state == "done" for one in attempts for state in self.job_states(one))

    def told(self, attempts: Iterable[str]) -> dict[str, Told]:
        found = self.stack.ask(course.READ.format(attempts=list(attempts)))
        return {pk: Told(**fields) for pk, fields in found.items()}

    def calm(self) -> None:
        """Nothing is held any more."""
        self.gates.open_all()
        self.gates.set_clock(0)
        self.model.go()
