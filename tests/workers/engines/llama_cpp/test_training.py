"""Training from scratch, and the equality of torch and llama.cpp. Needs the dependency group ``train``."""

import itertools
import json
from pathlib import Path

import httpx
import pytest

torch = pytest.importorskip("torch")

from workers.engines.llama_cpp.bpe import ASSISTANT, Tokenizer  # noqa: E402  # only where torch is installed
from workers.engines.llama_cpp.corpus.mixture import draw_examples  # noqa: E402  # only where torch is installed
from workers.engines.llama_cpp.corpus.render import render  # noqa: E402  # only where torch is installed
from workers.engines.llama_cpp.corpus.split import Split  # noqa: E402  # only where torch is installed
from workers.engines.llama_cpp.export import export_gguf, read_tensors, tokenizer_of  # noqa: E402  # only where torch is installed
from workers.engines.llama_cpp.gguf_file import check_complete, read_header  # noqa: E402  # only where torch is installed
from workers.engines.llama_cpp.process import running_server  # noqa: E402  # only where torch is installed
from workers.engines.llama_cpp.server import default_model_path  # noqa: E402  # only where torch is installed
from workers.engines.llama_cpp.shape import Shape  # noqa: E402  # only where torch is installed
from workers.engines.llama_cpp.training import train as training  # noqa: E402  # only where torch is installed
from workers.engines.llama_cpp.training.batches import IGNORED, make_batches  # noqa: E402  # only where torch is installed
from workers.engines.llama_cpp.training.copying import plant_copying  # noqa: E402  # only where torch is installed
from workers.engines.llama_cpp.training.muon import Muon, orthogonalize  # noqa: E402  # only where torch is installed
from workers.engines.llama_cpp.training.network import Network, causal_mask, from_arrays, to_arrays  # noqa: E402  # only where torch is installed

PROMPTS, LONGEST = 50, 40


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> training.Run:
    """200 steps from scratch, on one thread."""
    folder = tmp_path_factory.mktemp("run")
    plan = training.Plan(folder, tokens=200 * 2 * 256, rows=2, length=256, threads=1, compiled=False, file_type="f16")
    return training.train(plan, every=50, save_every=100)


def test_200_steps_learn_something(run: training.Run) -> None:
    lines = [json.loads(line) for line in (run.plan.folder / "curve.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [50, 100, 150, 200]
    assert lines[-1]["loss"] < 0.85 * lines[0]["loss"]
    assert check_complete(run.plan.folder / "athanor-tiny.gguf").context_length == Shape().context


def test_a_finished_run_resumes_where_it_stopped(run: training.Run) -> None:
    again = training.Run(run.plan)
    assert again.step == 200
    for name, value in again.network.state_dict().items():
        assert torch.equal(value, run.network.state_dict()[name])


@pytest.fixture(scope="module")
def network() -> Network:
    """The shipped weights in torch, in 32-bit arithmetic. On one thread: two would fight with the server's."""
    torch.set_num_threads(1)
    return from_arrays(Shape(), read_tensors(default_model_path()))


def test_torch_and_llama_cpp_write_the_same_text(network: Network, tmp_path: Path) -> None:
    """Greedy answers on 50 prompts, the same weights in 32 bits on both sides: no token differs."""
    file = tmp_path / "exact.gguf"
    tokenizer = tokenizer_of(default_model_path())
    export_gguf(file, shape=Shape(), tokenizer=tokenizer, tensors=to_arrays(network), file_type="f32")
    with running_server(file, slots=1) as url:
        losses = [_lost_by(network, tokenizer, url, prompt) for prompt in itertools.islice(_prompts(), PROMPTS)]
    assert losses == [0.0] * PROMPTS


def test_the_shipped_file_differs_in_near_ties_only(network: Network) -> None:
    """Products of 8-bit numbers may decide otherwise than 32-bit ones, but only between tokens that are nearly tied."""
    tokenizer = tokenizer_of(default_model_path())
    with running_server(slots=1) as url:
        losses = [_lost_by(network, tokenizer, url, prompt) for prompt in itertools.islice(_prompts(), PROMPTS)]
    assert sum(loss == 0.0 for loss in losses) >= PROMPTS - 5
    assert max(losses) < 0.5


def _prompts() -> "itertools.chain[str]":
    examples = draw_examples(Split.VALIDATION, seed=3)
    texts = ("".join(segment.text for segment in render(example)[:-1]) for example in examples)
    return itertools.chain(text for text in texts if text.endswith(ASSISTANT) and len(text) < 800)


def _lost_by(network: Network, tokenizer: Tokenizer, url: str, prompt: str) -> float:
    """By how much torch's best logit exceeds that of the token which llama.cpp wrote, where it first does; 0 if never.

    0 means that the greedy answers are equal: each token is torch's own choice after the ones before it.
    """
    start, written = tokenizer.encode(prompt), _served(url, prompt)
    ids = torch.tensor([start + written])
    with torch.no_grad():
        logits = network(ids, torch.arange(ids.shape[1])[None], causal_mask(torch.zeros_like(ids)))[0]
    chosen = logits[len(start) - 1 : -1]
    lost = chosen.max(dim=1).values - chosen.gather(1, torch.tensor(written)[:, None])[:, 0]
    return next((float(each) for each in lost if each > 0.0), 0.0)


def _served(url: str, prompt: str) -> list[int]:
    """The tokens of a greedy answer, with the end mark where it ended by itself."""
    body = {"prompt": prompt, "n_predict": LONGEST, "temperature": 0, "return_tokens": True, "cache_prompt": False}
    found: list[int] = httpx.post(f"{url}/completion", json=body, timeout=60).json()["tokens"]
    return found


def test_planted_heads_copy_before_any_training() -> None:
    torch.manual_seed(1)
    network = Network(Shape())
    plant_copying(network, seed=1)
    once = torch.randint(8, 2048, (4, 60))
    ids = torch.cat([once, once], dim=1)
    positions = torch.arange(120)[None].expand(4, -1)
    with torch.no_grad():
        logits = network(ids, positions, causal_mask(torch.zeros_like(ids)))
    copied = logits.argmax(-1)[:, 60:-1] == ids[:, 61:]
    assert float(copied.float().mean()) > 0.9


def test_weights_survive_their_gguf_names() -> None:
    network = Network(Shape())
    again = from_arrays(network.shape, to_arrays(network))
    assert all(torch.equal(value, again.state_dict()[name]) for name, value in network.state_dict().items())


def test_examples_in_a_row_do_not_see_each_other() -> None:
    mask = causal_mask(torch.tensor([[1, 1, 2, 2]]))[0, 0]
    assert mask.int().tolist() == [[1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 1, 1]]


def test_batches_learn_answers_only(run: training.Run) -> None:
    batch = next(make_batches(draw_examples(Split.TRAIN, seed=1), run.tokenizer, rows=2, length=256))
    learnt = batch.targets != IGNORED
    assert 0.05 < float(learnt.float().mean()) < 0.6
    assert int(batch.positions[batch.segments > 0].max()) < 256
    follows = batch.ids[:, 1:][learnt[:, :-1]]
    assert torch.equal(follows, batch.targets[:, :-1][learnt[:, :-1]])


@pytest.mark.parametrize(("step", "factor"), [(0, 0.25), (3, 1.0), (40, 1.0), (50, 1.0), (75, 0.5), (100, 0.0)])
def test_rates_rise_stay_and_fall(step: int, factor: float) -> None:
    plan = training.Plan(Path("unused"), tokens=100 * 8 * 512, warm_up=4, cool_down=0.5)
    assert training.rate_factor(step, plan) == pytest.approx(factor)


@pytest.mark.parametrize("step", [100, 100_000])
@pytest.mark.parametrize(("seconds", "factor"), [(0, 1.0), (300, 1.0), (450, 0.5), (599, 1 / 300), (720, 0.0)])
def test_rates_fall_by_the_clock_however_many_steps_were_made(step: int, seconds: float, factor: float) -> None:
    plan = training.Plan(Path("unused"), minutes=10, cool_down=0.5)
    assert training.rate_factor(step, plan, seconds=seconds) == pytest.approx(factor)


def test_what_is_used_up_first_ends_a_run() -> None:
    plan = training.Plan(Path("unused"), tokens=10 * 8 * 512, minutes=10)
    assert plan.done(step=5, seconds=60) == pytest.approx(0.5)
    assert plan.done(step=5, seconds=540) == pytest.approx(0.9)


def test_a_run_without_an_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="tokens or of minutes"):
        training.train(training.Plan(tmp_path))
    with pytest.raises(SystemExit):
        training.parse_plan(["--folder", "x"])


def test_a_run_goes_on_from_a_file_and_stops_by_the_clock(tmp_path: Path) -> None:
    plan = training.Plan(
        tmp_path, minutes=0.02, rows=1, length=128, threads=1, compiled=False, start_from=str(default_model_path())
    )
    run = training.train(plan)
    shipped = read_tensors(default_model_path())
    assert run.done >= 1.0
    assert json.loads((tmp_path / "curve.jsonl").read_text().splitlines()[-1])["loss"] < 2.0
    assert run.tokenizer.tokens == tuple(read_header(default_model_path()).tokens)
    assert training.Run(plan).seconds >= run.plan.minutes * 60
    moved = to_arrays(run.network)["blk.0.attn_q.weight"] - shipped["blk.0.attn_q.weight"]
    assert 0.0 < float(abs(moved).max()) < 0.5


def test_muon_steps_along_half_orthogonal_matrices() -> None:
    stacked = torch.randn(2, 24, 16, generator=torch.Generator().manual_seed(1))
    for values in torch.linalg.svdvals(orthogonalize(stacked)):
        assert 0.6 < float(values.min()) < float(values.max()) < 1.3
    weight = torch.nn.Parameter(torch.zeros(24, 16))
    weight.grad = stacked[0]
    Muon([weight], lr=0.1).step()
    moved = weight.detach()
    assert float((moved * stacked[0]).sum()) < 0.0
    assert float(torch.linalg.svdvals(moved)[0]) == pytest.approx(0.1 * 1.5**0.5, rel=0.3)


def test_plan_is_read_from_flags() -> None:
    plan = training.parse_plan(["--folder", "x", "--tokens", "500", "--no-compiled"])
    assert (plan.folder, plan.tokens, plan.compiled, plan.seed) == (Path("x"), 500, False, 1)
