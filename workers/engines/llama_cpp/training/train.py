"""Train the embedded model from scratch, and write it as GGUF.

    python -m workers.engines.llama_cpp.training.train --folder runs/one --minutes 180

Seeded, resumable (the folder keeps the last checkpoint), with a log of the curve in ``curve.jsonl``. Needs the
dependency group ``train`` (torch); the running platform never imports this module.
"""

import argparse
import itertools
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from workers.engines.llama_cpp.bpe import Tokenizer, train_tokenizer
from workers.engines.llama_cpp.corpus.mixture import draw_examples
from workers.engines.llama_cpp.corpus.render import render_text
from workers.engines.llama_cpp.corpus.split import Split
from workers.engines.llama_cpp.export import export_gguf, read_tensors, tokenizer_of
from workers.engines.llama_cpp.shape import Shape
from workers.engines.llama_cpp.training.batches import IGNORED, Batch, make_batches
from workers.engines.llama_cpp.training.copying import plant_copying
from workers.engines.llama_cpp.training.muon import Muon
from workers.engines.llama_cpp.training.network import Network, causal_mask, from_arrays, to_arrays

TOKENIZER_EXAMPLES = 60_000


@dataclass(frozen=True)
class Plan:
    """What to train and for how long.

    ``tokens`` counts every token of the packed rows, ``minutes`` the time that the run trains, with what it trained
    before it was interrupted; it ends, its rates fallen to zero, when the first of the two is used up. 0 is no limit.
    ``start_from`` is a GGUF file of this shape whose weights and tokenizer are taken over.
    """

    folder: Path
    tokens: int = 0
    minutes: float = 0.0
    start_from: str = ""
    seed: int = 1
    rows: int = 8
    length: int = 512
    matrix_rate: float = 0.005
    vector_rate: float = 5e-4
    warm_up: int = 30
    cool_down: float = 0.5
    threads: int = 2
    compiled: bool = True
    half: bool = False
    vocabulary: int = 2048
    file_type: str = "q8_0"

    def done(self, step: int, seconds: float) -> float:
        """The share of the run that is behind it after so many steps and seconds; 1 or more is its end."""
        by_tokens = step * self.rows * self.length / self.tokens if self.tokens else 0.0
        by_time = seconds / 60 / self.minutes if self.minutes else 0.0
        return max(by_tokens, by_time)


def rate_factor(step: int, plan: Plan, *, seconds: float = 0.0) -> float:
    """The share of the learning rates at a step: a rise over ``warm_up`` steps, a plateau, and a linear fall to zero.

    By time the fall ends when the minutes are over, however few steps a busy machine made of them.
    """
    rising = min(1.0, (step + 1) / max(1, plan.warm_up))
    return max(0.0, min(rising, (1.0 - plan.done(step, seconds)) / plan.cool_down))


def make_tokenizer(plan: Plan) -> Tokenizer:
    """The tokenizer of a run: learnt from a sample of the corpus, kept in the folder."""
    path = plan.folder / "tokenizer.json"
    if not path.exists() and plan.start_from:
        tokenizer_of(Path(plan.start_from)).save(path)
    elif not path.exists():
        sample = itertools.islice(draw_examples(Split.TRAIN, seed=plan.seed), TOKENIZER_EXAMPLES)
        train_tokenizer(map(render_text, sample), plan.vocabulary).save(path)
    return Tokenizer.load(path)


def make_optimizers(network: Network, plan: Plan) -> list[torch.optim.Optimizer]:
    """Muon for the matrices between layers, AdamW for embeddings and norms."""
    named = dict(network.named_parameters())
    matrices = [value for name, value in named.items() if value.ndim == 2 and not name.startswith("embedding")]
    vectors = [value for name, value in named.items() if value.ndim == 1 or name.startswith("embedding")]
    return [
        Muon(matrices, lr=plan.matrix_rate, momentum=0.95, weight_decay=0.01),
        torch.optim.AdamW(vectors, lr=plan.vector_rate, betas=(0.9, 0.98), weight_decay=0.0),
    ]


def loss_of(network: Network, states_of: Callable[..., Tensor], batch: Batch, *, half: bool = False) -> Tensor:
    """Mean cross-entropy of the answers' tokens; logits are computed for these alone.

    ``states_of`` is ``network.states``, perhaps compiled. ``half`` multiplies in bfloat16, for processors that can.
    """
    wanted = batch.targets != IGNORED
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
        states = states_of(batch.ids, batch.positions, causal_mask(batch.segments))
        logits = network.logits(states[wanted])
    return functional.cross_entropy(logits.float(), batch.targets[wanted])


class Run:
    """A training run in a folder: the network, its optimizers and how far it has come."""

    def __init__(self, plan: Plan) -> None:
        plan.folder.mkdir(parents=True, exist_ok=True)
        torch.set_num_threads(plan.threads)
        torch.manual_seed(plan.seed)
        self.plan = plan
        self.tokenizer = make_tokenizer(plan)
        self.shape = replace(Shape(), vocabulary=self.tokenizer.size)
        self.network = self._first_network()
        self.optimizers = make_optimizers(self.network, plan)
        self.step = 0
        self.earlier = 0.0
        self.started = time.monotonic()
        self._resume()

    def _first_network(self) -> Network:
        if self.plan.start_from:
            return from_arrays(self.shape, read_tensors(Path(self.plan.start_from)))
        network = Network(self.shape)
        plant_copying(network, seed=self.plan.seed)
        return network

    @property
    def seconds(self) -> float:
        """How long this run has trained, with what it trained before it was resumed."""
        return self.earlier + time.monotonic() - self.started

    @property
    def done(self) -> float:
        return self.plan.done(self.step, self.seconds)

    @property
    def checkpoint(self) -> Path:
        return self.plan.folder / "checkpoint.pt"

    def save(self) -> None:
        """Write the checkpoint atomically."""
        state: dict[str, Any] = {
            "step": self.step,
            "seconds": self.seconds,
            "network": self.network.state_dict(),
            "optimizers": [each.state_dict() for each in self.optimizers],
        }
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self.checkpoint)

    def _resume(self) -> None:
        if not self.checkpoint.exists():
            return
        state = torch.load(self.checkpoint, weights_only=True)
        self.step, self.earlier = state["step"], state["seconds"]
        self.network.load_state_dict(state["network"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)

    def export(self, path: Path) -> None:
        """Write the weights of this moment as GGUF."""
        arrays = to_arrays(self.network)
        export_gguf(path, shape=self.shape, tokenizer=self.tokenizer, tensors=arrays, file_type=self.plan.file_type)

    def update(self, states_of: Callable[..., Tensor], batch: Batch) -> float:
        """One optimizer step; returns the loss before it."""
        factor = rate_factor(self.step, self.plan, seconds=self.seconds)
        rates = (self.plan.matrix_rate, self.plan.vector_rate)
        for optimizer, rate in zip(self.optimizers, rates, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = rate * factor
        loss = loss_of(self.network, states_of, batch, half=self.plan.half)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.step += 1
        return float(loss.detach())


def train(plan: Plan, *, every: int = 20, save_every: int = 20) -> Run:
    """Train until the plan's tokens or minutes are used up; returns the finished run (already exported)."""
    if not plan.tokens and not plan.minutes:
        raise ValueError("a run needs a number of tokens or of minutes after which it ends")
    run = Run(plan)
    states_of = torch.compile(run.network.states, dynamic=False) if plan.compiled else run.network.states
    # A resumed run draws fresh examples: the corpus is endless, none needs to be seen twice.
    examples = draw_examples(Split.TRAIN, seed=plan.seed * 1_000_003 + run.step)
    batches = make_batches(examples, run.tokenizer, rows=plan.rows, length=plan.length)
    losses: list[float] = []
    first = run.step
    while run.done < 1.0:
        losses.append(run.update(states_of, next(batches)))
        if run.step % every == 0 or run.done >= 1.0:
            speed = (run.step - first) * plan.rows * plan.length / (time.monotonic() - run.started)
            _report(run, sum(losses) / len(losses), speed)
            losses.clear()
        if run.step % save_every == 0:
            run.save()
    run.save()
    run.export(plan.folder / "athanor-tiny.gguf")
    return run


def _report(run: Run, loss: float, speed: float) -> None:
    plan = run.plan
    tokens = run.step * plan.rows * plan.length
    line = {
        "step": run.step,
        "tokens": tokens,
        "seconds": round(run.seconds),
        "loss": round(loss, 4),
        "tokens_per_second": round(speed),
    }
    with (plan.folder / "curve.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    done = min(20, int(20 * run.done))
    bar = "#" * done + "." * (20 - done)
    print(f"[{bar}] step {run.step} loss {loss:.3f} {speed:.0f} tokens/s", flush=True)  # noqa: T201


def parse_plan(arguments: Sequence[str]) -> Plan:
    """Read the command line: one flag for each field of :class:`Plan`."""
    parser = argparse.ArgumentParser(description="Train the embedded language model from scratch.")
    parser.add_argument("--folder", type=Path, required=True)
    for name, value in asdict(Plan(Path())).items():
        if name == "folder":
            continue
        if isinstance(value, bool):
            parser.add_argument(f"--{name.replace('_', '-')}", action=argparse.BooleanOptionalAction, default=value)
        else:
            parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    plan = Plan(**vars(parser.parse_args(arguments)))
    if not plan.tokens and not plan.minutes:
        parser.error("give --tokens or --minutes: a run must end")
    return plan


if __name__ == "__main__":
    train(parse_plan(sys.argv[1:]))
