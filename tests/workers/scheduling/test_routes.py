"""Where jobs go: by length, by purpose, by weight, on our own premises; and what is written down about it."""

from collections import Counter
from typing import Any

import pytest

from tests.workers.scheduling.conftest import Broker, ask, make_server, run_all, spec
from workers.backends.models import Route, Server
from workers.backends.requests import ChatRequest, Message
from workers.backends.routing import Purpose
from workers.scheduling import selectors, services
from workers.scheduling.dispatch import dispatch
from workers.scheduling.explanation import in_words
from workers.scheduling.models import Job
from workers.scheduling.spec import JobSpec

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("commits")]

LONG = "word " * 4000  # 5,000 tokens


def limit(server: Server, **limits: Any) -> None:
    Route.objects.filter(server=server).update(**limits)


def ran(job: Job) -> tuple[str, str]:
    """Its server, and why."""
    job.refresh_from_db()
    return job.manifest["server"], in_words(job.manifest)["en"].partition(": ")[2]


def test_long_prompts_go_to_the_server_that_takes_them(broker: Broker) -> None:
    limit(make_server("small"), max_prompt_tokens=4000)
    make_server("large", position=1)
    short, long = ask(spec(), spec(text=LONG))
    run_all(broker)
    assert ran(short) == ("small", "the first server of the route, model already loaded.")
    reason = "the prompt is longer than the 4,000 tokens that small takes, model already loaded."
    assert ran(long) == ("large", reason)


def test_a_long_prompt_that_no_server_takes_waits_and_says_so(broker: Broker) -> None:
    server = make_server()
    limit(server, max_prompt_tokens=4000)
    stuck, served = ask(spec(text=LONG), spec())
    run_all(broker)
    served.refresh_from_db()
    assert served.state == "done"
    waiting = selectors.waiting(Job.objects.get(pk=stuck.pk))
    assert (waiting.reason, waiting.eta) == ("too_long", None)

    limit(server, max_prompt_tokens=None)
    dispatch("text")
    run_all(broker)
    stuck.refresh_from_db()
    assert stuck.state == "done"


def test_judges_and_tools_have_their_own_route(broker: Broker) -> None:
    limit(make_server("talk"), purposes=["chat"])
    limit(make_server("rest", position=1), purposes=["judge", "tools"])
    request = ChatRequest(messages=[Message(role="user", content="x")], tools=[{"type": "function"}])
    judged = JobSpec("judge", "chat-small", spec().request, purpose=Purpose.JUDGE)
    jobs = ask(spec(), JobSpec("tools", "chat-small", request), judged)
    run_all(broker)
    assert [ran(job)[0] for job in jobs] == ["talk", "rest", "rest"]
    assert ran(jobs[2])[1] == "talk is kept for other work, model already loaded."


def test_equal_routes_share_the_work_by_weight(broker: Broker) -> None:
    limit(make_server("big", slots=100), weight=3)
    limit(make_server("little", slots=100), weight=1)
    jobs = ask(*(spec() for _ in range(60)))
    found = Counter(Job.objects.values_list("server__name", flat=True))
    assert 30 <= found["big"] <= 57
    assert ran_by_lot(jobs) == {"lot"}


def ran_by_lot(jobs: list[Job]) -> set[str]:
    return set(Job.objects.filter(pk__in=[job.pk for job in jobs]).values_list("manifest__route", flat=True))


def test_a_job_that_is_tried_again_keeps_its_lot(broker: Broker) -> None:
    for name in ("one", "two", "three"):
        limit(make_server(name, slots=9), weight=1)
    [job] = ask()
    places = set()
    for _ in range(4):
        job.refresh_from_db()
        places.add(job.server_id)
        services.give_back(job_id=job.pk, token=job.lease_token)
        dispatch("text")
    assert len(places) == 1


def test_servers_that_are_away_are_named(broker: Broker) -> None:
    for name in ("lab-1", "lab-2"):
        make_server(name)
    Server.objects.update(health="down")
    Server.objects.filter(name="lab-2").update(health="healthy", paused=True)
    make_server("cloud-1", position=9)
    [job] = ask()
    run_all(broker)
    assert ran(job) == ("cloud-1", "lab-1 was not answering; lab-2 was paused, model already loaded.")


def test_private_work_waits_rather_than_leave(broker: Broker) -> None:
    Server.objects.filter(pk=make_server("cloud").pk).update(local=False)
    [private] = ask(local_only=True)
    [free] = ask(subject="attempt:2")
    run_all(broker)
    assert ran(free)[0] == "cloud"
    assert selectors.waiting(Job.objects.get(pk=private.pk)).reason == "premises"

    make_server("here", position=1)
    dispatch("text")
    run_all(broker)
    reason = "this work stays on our own premises, where cloud is not, model already loaded."
    assert ran(private) == ("here", reason)


def test_a_rule_holds_for_what_waits_already(broker: Broker) -> None:
    Server.objects.filter(pk=make_server("cloud").pk).update(local=False, paused=True)
    [job] = ask()
    services.keep_on_premises(groups=["course:1"], local_only=True)
    Server.objects.update(paused=False)
    dispatch("text")
    assert not broker.runs()
    assert selectors.waiting(Job.objects.get(pk=job.pk)).reason == "premises"

    services.keep_on_premises(groups=["course:1"], local_only=False)
    run_all(broker)
    job.refresh_from_db()
    assert job.state == "done"


def test_many_lengths_are_one_demand_where_no_route_asks(broker: Broker, django_assert_max_num_queries: Any) -> None:
    make_server(slots=1)
    make_server("other", alias="other")
    ask(*(spec(text="x" * number * 40) for number in range(1, 30)))
    with django_assert_max_num_queries(20):
        dispatch("text")
    assert Job.objects.filter(state="queued").count() == 28
