"""Predictions follow what servers tell of their own times."""

import pytest

from tests.workers.scheduling.conftest import Broker, ask, make_server, spec
from workers.backends.requests import (
    ChatOptions,
    ChatRequest,
    ChatResult,
    EmbedRequest,
    ImageRequest,
    ImageResult,
    Message,
    Timings,
    Usage,
)
from workers.scheduling import estimates, services
from workers.scheduling.models import Job, Rate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_server", "commits")]


def answer(tokens: int, seconds: float) -> ChatResult:
    return ChatResult(
        text="x",
        finish="stop",
        usage=Usage(prompt_tokens=100, completion_tokens=tokens),
        timings=Timings(load=30.0, prompt=0.2, generation=seconds),
    )


def run_one(result: ChatResult) -> None:
    [job] = ask(subject=f"attempt:{Job.objects.count()}")
    services.start(job_id=job.pk, token=1, worker="w", manifest={})
    assert services.finish(job_id=job.pk, token=1, result=result, first_output_at=None)


def request(characters: int, most: int = 512) -> ChatRequest:
    return ChatRequest(messages=[Message(role="user", content="x" * characters)], options=ChatOptions(max_tokens=most))


def test_first_answer_sets_the_speed_and_later_ones_move_it(broker: Broker) -> None:
    make_server()
    run_one(answer(50, 1.0))
    rate = Rate.objects.get()
    assert (rate.model, rate.prompt, rate.generation, rate.answer) == ("echo", 0.002, 0.02, 50.0)
    run_one(answer(100, 4.0))
    rate.refresh_from_db()
    assert rate.generation == pytest.approx(0.022)
    assert rate.answer == pytest.approx(55.0)


def test_new_job_is_predicted_from_the_speed(broker: Broker) -> None:
    make_server()
    run_one(answer(50, 1.0))
    [job] = ask(spec(text="x" * 400), subject="new")
    assert Job.objects.get(pk=job.pk).expected_seconds == pytest.approx(100 * 0.002 + 50 * 0.02)


def test_first_measured_server_of_the_route_counts(broker: Broker) -> None:
    make_server("slow", position=1)
    run_one(answer(50, 10.0))
    fast = make_server("fast", position=0)
    assert estimates.rates({"chat-small", "nowhere"})["chat-small"].server.name == "slow"
    Rate.objects.create(server=fast, model="echo", prompt=0, generation=0.001, answer=50)
    assert estimates.rates({"chat-small"})["chat-small"].server.name == "fast"


def test_prediction_is_never_longer_than_the_longest_answer(broker: Broker) -> None:
    make_server()
    run_one(answer(50, 1.0))
    assert estimates.expected_seconds(request(0, most=10), Rate.objects.get()) == pytest.approx(0.2)


def test_without_a_measurement_the_longest_answer_is_expected() -> None:
    assert estimates.expected_seconds(request(0, most=100), None) == pytest.approx(3.5)
    assert estimates.expected_seconds(EmbedRequest(texts=["a"]), None) == 0.5


def test_server_that_tells_nothing_teaches_nothing(broker: Broker) -> None:
    make_server()
    run_one(ChatResult(text="x", finish="stop"))
    assert Rate.objects.count() == 0


def test_pictures_are_predicted_from_pixels_and_steps(broker: Broker) -> None:
    make_server("painter", model="paint")
    asked = ImageRequest(prompt="x", width=1000 // 8 * 8, height=1000, steps=10, batch=2)
    assert estimates.megapixel_steps(asked) == pytest.approx(20)
    assert estimates.expected_seconds(asked, None) == pytest.approx(20 * estimates.SECONDS_PER_MEGAPIXEL_STEP)
    [job] = ask(spec(), subject="picture")
    Job.objects.filter(pk=job.pk).update(request=asked.model_dump(mode="json"))
    services.start(job_id=job.pk, token=1, worker="w", manifest={})
    made = ImageResult(pictures=[], timings=Timings(generation=4.0))
    assert services.finish(job_id=job.pk, token=1, result=made, first_output_at=None)
    rate = Rate.objects.get()
    assert rate.generation == pytest.approx(0.2)
    assert estimates.expected_seconds(asked.model_copy(update={"steps": 5}), rate) == pytest.approx(2.0)
