"""Servers that are wrong, broken or gone, each a real one on loopback, from the question to the page and back to work.

For each: what becomes of the job, what its student reads in both languages, what the staff sees, that nothing is
counted, and that it goes on by itself once the server is put right.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.attempts.models import Attempt
from tests.pages.conftest import School
from tests.workers.backends.dialects import DIALECTS
from tests.workers.backends.scripted import Break, Hang, Script, ScriptedServer, document
from tests.workers.scheduling.conftest import Broker, broker, commits, run_all  # noqa: F401 - fixtures
from workers.backends import endpoints
from workers.backends.backend import Backend, Endpoint, Patience
from workers.backends.messages import REASONS, Texts
from workers.backends.models import Route, Server
from workers.backends.registry import all_adapters
from workers.backends.services import probe
from workers.events.models import Event
from workers.scheduling.models import Job, Spending
from workers.scheduling.sweep import sweep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("commits", "quick")]

OLLAMA = DIALECTS["ollama"]
ANSWER = ["Hello ", "there."]
AWAY, AGAIN, NOWHERE, PREMISES = (REASONS[code] for code in ("no_server", "retry", "no_route", "premises"))
HTML = Script(body=[b"<html>Welcome</html>"], content_type="text/html")


@dataclass(frozen=True)
class Trouble:
    """A way to be wrong. `health`: of the server afterwards; `detail`: for staff."""

    name: str
    chat: Script | None = None  # how it answers a question
    probe: Script | None = None  # how it answers anything else; None: as a server that is well
    address: str = ""  # where its row says that it is
    health: str = "down"
    code: str = ""
    detail: str = ""
    told: Texts = field(default_factory=lambda: AWAY)  # while the server rests


def refused(status: int, **more: Any) -> Script:
    return document({"error": "no"}, status=status, **more)


TROUBLES = [
    Trouble("nobody at the address", address="http://127.0.0.1:9", code="unreachable", detail="connect"),
    Trouble("wrong credentials", chat=refused(401), probe=refused(401), health="misconfigured", code="misconfigured",
            detail="401"),
    Trouble("a web page", chat=HTML, probe=HTML, health="misconfigured", code="misconfigured",
            detail="web page"),
    Trouble("hangs", chat=Script(mute=True), probe=Script(mute=True), health="healthy", code="timeout", told=AGAIN),
    Trouble("drops in mid-answer", chat=OLLAMA.broken(["Hel"], Break()), health="healthy", code="interrupted",
            told=AGAIN),
    Trouble("stops in mid-answer", chat=OLLAMA.broken(["Hel"], Hang()), health="healthy", code="interrupted",
            told=AGAIN),
    Trouble("refuses for now", chat=refused(503, headers={"retry-after": "7"}), health="busy", code="busy",
            told=AGAIN),
]  # fmt: skip


def play_well(little: ScriptedServer, digest: str = "1" * 64) -> None:
    """An Ollama that is well."""
    tags = {"models": [{"name": "tiny", "digest": digest, "details": {}}]}
    little.play("/api/version", document({"version": "0.33.0"}))
    little.play("/api/tags", document(tags))
    little.play("/api/ps", document({"models": []}))
    little.play("/api/show", document({"capabilities": ["completion"], "model_info": {}}))
    little.play(OLLAMA.chat_path, OLLAMA.answer(ANSWER))


def play(little: ScriptedServer, trouble: Trouble) -> None:
    if trouble.probe is not None:
        for path in ("/api/version", "/api/tags", "/api/ps", "/api/show"):
            little.play(path, replace(trouble.probe, requests=[], request_headers=[]))
    if trouble.chat is not None:
        little.play(OLLAMA.chat_path, replace(trouble.chat, requests=[], request_headers=[]))


@pytest.fixture(scope="module")
def one_server() -> Iterator[ScriptedServer]:
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # broken connections are part of the play
    server = ScriptedServer()
    yield server
    server.close()


@pytest.fixture
def little(one_server: ScriptedServer) -> ScriptedServer:
    one_server.scripts.clear()
    play_well(one_server)
    return one_server


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits ten minutes for the first word."""
    patience = Patience(connect=1, first=0.3, between=0.3, probe=0.3)

    def backend_of(server: Server) -> Backend:
        return all_adapters()[server.adapter](Endpoint(server.url, patience=patience))

    monkeypatch.setattr(endpoints, "backend_of", backend_of)
    for module in ("workers.scheduling.runner", "workers.backends.services"):
        monkeypatch.setattr(f"{module}.backend_of", backend_of)


@pytest.fixture
def server(school: School, little: ScriptedServer) -> Server:
    """The only server of the exercise's alias: the little one, and it is well."""
    found = school.server
    found.adapter, found.url, found.demonstration = "ollama", little.url, False
    found.save()
    Spending.objects.all().delete()
    probe(found)
    return found


def later() -> None:
    """All pauses are over."""
    past = timezone.now() - timedelta(seconds=1)
    Job.objects.update(not_before=past)
    Server.objects.filter(retry_at__isnull=False).update(retry_at=past)


def asked(client: Client, attempt: Attempt) -> Job:
    """A question, sent from the page."""
    answer = client.post(reverse("runs", args=[attempt.pk]), {"text": "Say hello."}, HTTP_ACCEPT="application/json")
    assert answer.status_code < 400, answer.content
    return Job.objects.filter(subject=attempt.subject).latest("created_at")


def words(client: Client, school: School, language: str) -> str:
    school.student.language = language
    school.student.save()
    cache.clear()
    client.cookies["django_language"] = language
    page = client.get(school.address, HTTP_ACCEPT_LANGUAGE=language)
    return " ".join(page.content.decode().replace("&#x27;", "'").split())


def seen_by_staff(school: School) -> str:
    client = Client()
    client.force_login(school.administrator)
    return client.get(reverse("servers")).content.decode()


def check_nothing_is_counted(school: School) -> None:
    """No mark, no attempt used up, nothing spent."""
    assert not Spending.objects.filter(settled=True, seconds__gt=0).exists()
    assert Attempt.objects.get(pk=school.working.pk).state == Attempt.State.OPEN


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_trouble_is_told_and_passes(
    trouble: Trouble, school: School, server: Server, little: ScriptedServer,
    broker: Broker, as_: Callable[[Any], Client],  # noqa: F811
) -> None:  # fmt: skip
    student = as_(school.student)
    play(little, trouble)
    if trouble.address:
        Server.objects.update(url=trouble.address)

    job = asked(student, school.working)
    run_all(broker)

    job.refresh_from_db()
    assert (job.state, (job.error or {})["code"]) == ("queued", trouble.code)
    assert trouble.detail in job.error["detail"].lower()
    server.refresh_from_db()
    assert server.health == trouble.health
    assert AGAIN["en"] in words(student, school, "en")
    check_nothing_is_counted(school)

    Job.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    if trouble.told == AWAY:
        assert AWAY["en"] in words(student, school, "en")
        assert AWAY["fr"] in words(student, school, "fr")
        assert trouble.detail in seen_by_staff(school).lower()
    else:
        assert AGAIN["fr"] in words_while_resting(student, school)

    play_well(little)
    Server.objects.update(url=little.url)
    later()
    sweep()
    later()
    sweep()
    run_all(broker)
    job.refresh_from_db()
    assert (job.state, (job.result or {})["text"], job.error) == ("done", "".join(ANSWER), None)
    assert "Hello there." in words(student, school, "en")
    server.refresh_from_db()
    assert server.health == "healthy"
    assert not server.health_detail


def words_while_resting(client: Client, school: School) -> str:
    Job.objects.update(not_before=timezone.now() + timedelta(seconds=20))
    return words(client, school, "fr")


def test_alias_without_a_server_waits_for_one(
    school: School,
    server: Server,
    broker: Broker,  # noqa: F811
    as_: Callable[[Any], Client],
) -> None:
    student, route = as_(school.student), Route.objects.get()
    Route.objects.all().delete()
    job = asked(student, school.working)
    run_all(broker)
    assert NOWHERE["en"] in words(student, school, "en")
    assert NOWHERE["fr"] in words(student, school, "fr")
    assert "nowhere" in seen_by_staff(school)
    check_nothing_is_counted(school)

    Route.objects.create(alias=route.alias, server=server, model="tiny")
    sweep()
    run_all(broker)
    job.refresh_from_db()
    assert job.state == "done"


def test_work_that_must_stay_waits_for_a_server_of_our_own(
    school: School,
    server: Server,
    broker: Broker,  # noqa: F811
    as_: Callable[[Any], Client],
) -> None:
    student = as_(school.student)
    Server.objects.update(local=False)
    school.course.local_only = True
    school.course.save()
    job = asked(student, school.working)
    run_all(broker)
    assert PREMISES["en"] in words(student, school, "en")
    assert PREMISES["fr"] in words(student, school, "fr")
    check_nothing_is_counted(school)

    school.course.local_only = False
    school.course.save()
    run_all(broker)
    job.refresh_from_db()
    assert job.state == "done"


def test_other_weights_under_the_same_name_are_noticed(
    school: School,
    server: Server,
    little: ScriptedServer,
    broker: Broker,  # noqa: F811
    as_: Callable[[Any], Client],
) -> None:
    student = as_(school.student)
    first = asked(student, school.working)
    run_all(broker)
    play_well(little, digest="2" * 64)
    probe(server)
    second = asked(student, school.working)
    run_all(broker)
    digests = [Job.objects.get(pk=job.pk).manifest["digest"][-64:] for job in (first, second)]
    assert digests == ["1" * 64, "2" * 64]
    [told] = Event.objects.filter(channel="staff", type="model_changed")
    assert (told.data["server"], told.data["model"]) == (server.name, "tiny")
