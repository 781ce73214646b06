"""Pack examples into rows of one length: several short ones in a row, none of which sees another."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from workers.engines.llama_cpp.bpe import Tokenizer
from workers.engines.llama_cpp.corpus.example import Example
from workers.engines.llama_cpp.corpus.render import Segment, render

IGNORED = -100


@dataclass(frozen=True)
class Batch:
    """All (rows, time). ``targets`` holds the next token where it is part of an answer, else -100."""

    ids: Tensor
    targets: Tensor
    positions: Tensor
    segments: Tensor


def encode_example(example: Example, tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """Token ids of a rendered example, and for each the token to predict (-100 outside the answers)."""
    ids: list[int] = []
    learnt: list[bool] = []
    segment: Segment
    for segment in render(example):
        found = tokenizer.encode(segment.text)
        ids += found
        learnt += [segment.is_answer] * len(found)
    following = [token if wanted else IGNORED for token, wanted in zip(ids[1:], learnt[1:], strict=True)]
    return ids, [*following, IGNORED]


def make_batches(examples: Iterator[Example], tokenizer: Tokenizer, *, rows: int, length: int) -> Iterator[Batch]:
    """Endless batches of ``rows`` x ``length`` tokens. An example longer than a row is left out."""
    waiting: list[tuple[list[int], list[int]]] = []
    while True:
        while len(waiting) < rows * 12:
            ids, targets = encode_example(next(examples), tokenizer)
            if len(ids) <= length:
                waiting.append((ids, targets))
        yield _pack(waiting, rows, length, tokenizer.end_id)


def _pack(waiting: list[tuple[list[int], list[int]]], rows: int, length: int, filler: int) -> Batch:
    ids = np.full((rows, length), filler, dtype=np.int64)
    targets = np.full((rows, length), IGNORED, dtype=np.int64)
    positions = np.tile(np.arange(length), (rows, 1))
    segments = np.zeros((rows, length), dtype=np.int64)
    for row in range(rows):
        start, number = 0, 1
        while (index := _first_that_fits(waiting, length - start)) is not None:
            some, wanted = waiting.pop(index)
            stop = start + len(some)
            ids[row, start:stop], targets[row, start:stop] = some, wanted
            positions[row, start:stop] = np.arange(len(some))
            segments[row, start:stop] = number
            start, number = stop, number + 1
    return Batch(*(torch.from_numpy(each) for each in (ids, targets, positions, segments)))


def _first_that_fits(waiting: list[tuple[list[int], list[int]]], room: int) -> int | None:
    return next((index for index, (ids, _) in enumerate(waiting) if len(ids) <= room), None)
