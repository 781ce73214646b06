"""Train the embedded model from scratch, and write it as GGUF.

    python -m workers.engines.llama_cpp.training.train --folder runs/one --tokens 12000000

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
from workers.engines.llama_cpp.export import export_gguf
from workers.engines.llama_cpp.shape import Shape
from workers.engines.llama_cpp.training.batches import IGNORED, Batch, make_batches
from workers.engines.llama_cpp.training.copying import plant_copying
from workers.engines.llama_cpp.training.network import Network, causal_mask, to_arrays

TOKENIZER_EXAMPLES = 60_000


@dataclass(frozen=True)
class Plan:
    """What to train and for how long.

    ``tokens`` counts every token of the packed rows. With ``minutes`` a run ends after that time at the latest, its
    rates falling in time; how far it comes then depends on the machine.
    """

    folder: Path
    tokens: int = 12_000_000
    minutes: float = 0.0
    seed: int = 1
    rows: int = 8
    length: int = 512
    matrix_rate: float = 0.005
    vector_rate: float = 5e-4
    warm_up: float = 0.01
    cool_down: float = 0.5
    threads: int = 2
    compiled: bool = True
    vocabulary: int = 2048
    file_type: str = "q8_0"

    @property
    def steps(self) -> int:
        return max(1, self.tokens // (self.rows * self.length))


def rate_factor(step: int, plan: Plan, *, spent: float = 0.0) -> float:
    """The share of the learning rates at a step: a short rise, a plateau, and a linear fall to zero.

    ``spent`` is the share of the plan's minutes that has passed.
    """
    done = max(step / plan.steps, spent)
    rising = min(1.0, (step + 1) / max(1.0, plan.warm_up * plan.steps))
    return max(0.0, min(rising, (1.0 - done) / plan.cool_down))


def make_tokenizer(plan: Plan) -> Tokenizer:
    """The tokenizer of a run: learnt from a sample of the corpus, kept in the folder."""
    path = plan.folder / "tokenizer.json"
    if not path.exists():
        sample = itertools.islice(draw_examples(Split.TRAIN, seed=plan.seed), TOKENIZER_EXAMPLES)
        train_tokenizer(map(render_text, sample), plan.vocabulary).save(path)
    return Tokenizer.load(path)


def make_optimizers(network: Network, plan: Plan) -> list[torch.optim.Optimizer]:
    """Muon for the matrices between layers, AdamW for embeddings and norms."""
    named = dict(network.named_parameters())
    matrices = [value for name, value in named.items() if value.ndim == 2 and not name.startswith("embedding")]
    vectors = [value for name, value in named.items() if value.ndim == 1 or name.startswith("embedding")]
    return [
        torch.optim.Muon(matrices, lr=plan.matrix_rate, weight_decay=0.01, momentum=0.95, ns_steps=5),
        torch.optim.AdamW(vectors, lr=plan.vector_rate, betas=(0.9, 0.98), weight_decay=0.0),
    ]


def loss_of(network: Callable[..., Tensor], batch: Batch) -> Tensor:
    """Mean cross-entropy of the answers' tokens."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = network(batch.ids, batch.positions, causal_mask(batch.segments))
    return functional.cross_entropy(logits.float().flatten(0, 1), batch.targets.flatten(), ignore_index=IGNORED)


class Run:
    """A training run in a folder: the network, its optimizers and how far it has come."""

    def __init__(self, plan: Plan) -> None:
        plan.folder.mkdir(parents=True, exist_ok=True)
        torch.set_num_threads(plan.threads)
        torch.manual_seed(plan.seed)
        self.plan = plan
        self.tokenizer = make_tokenizer(plan)
        self.shape = replace(Shape(), vocabulary=self.tokenizer.size)
        self.network = Network(self.shape)
        plant_copying(self.network, seed=plan.seed)
        self.optimizers = make_optimizers(self.network, plan)
        self.step = 0
        self.started = time.monotonic()
        self._resume()

    @property
    def spent(self) -> float:
        """The share of the plan's minutes that has passed since this run was started or resumed."""
        return (time.monotonic() - self.started) / 60 / self.plan.minutes if self.plan.minutes else 0.0

    @property
    def is_over(self) -> bool:
        return self.step >= self.plan.steps or self.spent >= 1.0

    @property
    def checkpoint(self) -> Path:
        return self.plan.folder / "checkpoint.pt"

    def save(self) -> None:
        """Write the checkpoint atomically."""
        state: dict[str, Any] = {
            "step": self.step,
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
        self.step = state["step"]
        self.network.load_state_dict(state["network"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)

    def export(self, path: Path) -> None:
        """Write the weights of this moment as GGUF."""
        arrays = to_arrays(self.network)
        export_gguf(path, shape=self.shape, tokenizer=self.tokenizer, tensors=arrays, file_type=self.plan.file_type)

    def update(self, model: Callable[..., Tensor], batch: Batch) -> float:
        """One optimizer step; returns the loss before it."""
        factor = rate_factor(self.step, self.plan, spent=self.spent)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group.setdefault("full_rate", group["lr"])
                group["lr"] = group["full_rate"] * factor
        loss = loss_of(model, batch)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.step += 1
        return float(loss.detach())


def train(plan: Plan, *, every: int = 50, save_every: int = 100) -> Run:
    """Train until the plan's tokens are seen; returns the finished run (already exported)."""
    run = Run(plan)
    model = torch.compile(run.network, dynamic=False) if plan.compiled else run.network
    # A resumed run draws fresh examples: the corpus is endless, none needs to be seen twice.
    examples = draw_examples(Split.TRAIN, seed=plan.seed * 1_000_003 + run.step)
    batches = make_batches(examples, run.tokenizer, rows=plan.rows, length=plan.length)
    losses: list[float] = []
    first = run.step
    while not run.is_over:
        losses.append(run.update(model, next(batches)))
        if run.step % every == 0 or run.is_over:
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
    line = {"step": run.step, "tokens": tokens, "loss": round(loss, 4), "tokens_per_second": round(speed)}
    with (plan.folder / "curve.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    done = min(20, int(20 * max(run.step / plan.steps, run.spent)))
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
    return Plan(**vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    train(parse_plan(sys.argv[1:]))
