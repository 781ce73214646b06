"""From enqueue to the final state, on a real database and Redis and the in-process backend."""

import pytest

from tests.workers.scheduling.conftest import Broker, ask, make_server, run_all, spec
from workers.events.models import Event
from workers.scheduling.models import Job
from workers.scheduling.states import State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_server", "commits")]


def states_told(channel: str = "attempt:1") -> list[str]:
    return [event.data["state"] for event in Event.objects.filter(channel=channel, type="job")]


def test_job_runs_and_tells_everybody(broker: Broker) -> None:
    server = make_server()
    [job] = ask(spec("turn", text="hello big world", temperature=0.5))
    run_all(broker)
    job.refresh_from_db()
    assert job.state == State.DONE
    assert job.result == {
        "task": "chat",
        "text": "hello big world",
        "reasoning": "",
        "tool_calls": [],
        "finish": "stop",
        "usage": {"prompt_tokens": 3, "completion_tokens": 3},
        "timings": {"load": None, "prompt": None, "generation": None},
    }
    assert (job.tries, job.server, job.model) == (1, server, "echo")
    moments = [job.created_at, job.leased_at, job.started_at, job.first_output_at, job.finished_at]
    assert moments == sorted(moment for moment in moments if moment)
    assert states_told() == ["queued", "running", "done"]
    assert broker.calls("courses.collect") == [[str(job.pk)]]


def test_manifest_says_what_ran(broker: Broker) -> None:
    make_server()
    [job] = ask(spec(temperature=0.5, seed=7))
    run_all(broker)
    job.refresh_from_db()
    assert job.manifest.pop("code_version")
    assert job.manifest == {
        "server": "one",
        "adapter": "fake",
        "server_version": "1",
        "demonstration": False,
        "alias": "chat-small",
        "model": "echo",
        "digest": "sha256:echo",
        "options": {"temperature": 0.5, "seed": 7, "max_tokens": 512, "stop": []},
        "seed": 7,
        "route": "only",
        "routing": {"loaded": True, "passed": []},
    }


def test_a_seed_is_always_chosen_and_written_down(broker: Broker) -> None:
    make_server()
    jobs = ask(spec(), spec())
    run_all(broker)
    seeds = [Job.objects.get(pk=job.pk).manifest["seed"] for job in jobs]
    assert all(isinstance(seed, int) and 0 <= seed < 2**31 for seed in seeds)
    assert seeds[0] != seeds[1]
