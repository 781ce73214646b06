"""A course on a model server that writes slowly, so that things can happen in the middle of an answer."""

import subprocess
import sys
import time
from pathlib import Path

import httpx

from athanor.launch.ports import free_port

WORDS, PAUSE = 40, 0.08  # an answer takes a bit more than three seconds
ANSWER = " ".join(str(number) for number in range(WORDS)) + " hello"

MAKE_COURSE = """
from athanor.accounts.models import ApiKey, User
from courses.people.models import Role
from tests.factories import make_course, make_enrolment, make_exercise, make_module
from workers.backends.services import register
server = register(name="slow", adapter="openai", url="http://127.0.0.1:{port}", slots=4, aliases={{"slow": ""}})
course = make_course(slug="slow", title={{"en": "Slow answers"}})
module = make_module(course=course, slug="m")
make_exercise(module=module, slug="talk", spec={{"alias": "slow"}})
probe = lambda name: {{"id": name, "turns": ["Say hello."]}}
spec = {{"alias": "slow", "student_system": {{"max_chars": 500}}, "probes": [probe("one"), probe("two")]}}
params = {{"of": "probe", "terms": ["hello"]}}
rubric = {{"items": [{{"id": "hello", "title": {{"en": "Says hello"}}, "criterion": "contains", "params": params}}]}}
make_exercise(module=module, slug="probes", spec=spec, rubric=rubric)
student = User.objects.get(username="student")
make_enrolment(course=course, user=student, role=Role.STUDENT)
make_enrolment(course=course, user=User.objects.get(username="grader"), role=Role.GRADER)
key = ApiKey.make(user=student, name="journey")[1]
[key, server.health]
"""


class SlowServer:
    """The model server, as a process that can be killed."""

    def __init__(self) -> None:
        self.port = free_port()
        self.start()

    def start(self) -> None:
        program = Path(__file__).with_name("slow_server.py")
        self.process = subprocess.Popen([sys.executable, str(program), str(self.port), str(WORDS), str(PAUSE)])
        deadline = time.monotonic() + 10
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{self.port}/health")
            except httpx.TransportError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
