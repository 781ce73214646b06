"""Start with heads that copy: what a small model needs longest to find by itself.

Two heads of layer 0 write down which tokens stood one and two places before; two heads of layer 2 look for the place
where the same tokens stood before and repeat what came next there (an induction head). Training goes on from there.
"""

import math

import torch
from torch import Tensor

from workers.engines.llama_cpp.training.network import Attention, Network

# The residual stream at the start: one constant channel, the token itself, the token before, the one before that.
_CONSTANT = 0
_SELF = slice(1, 129)
_BEFORE = slice(129, 177)
_BEFORE_THAT = slice(177, 225)
_NOTE = 48  # channels of a note about an earlier token


def plant_copying(network: Network, *, seed: int) -> None:
    """Overwrite the embeddings and two heads of layers 0 and 2. Needs heads of 64 channels and a width of 256."""
    if network.shape.head_width != 64 or network.shape.width < 256:
        raise ValueError("copying heads are laid out for a width of at least 256 and heads of 64 channels")
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        _plant_embedding(network, draw)
        layers = network.attentions
        for head, (offset, note) in enumerate(((1, _BEFORE), (2, _BEFORE_THAT))):
            _plant_looking_back(layers[0], head, offset, note, network.shape.rope_base)
        for head, copied in enumerate((slice(1, 65), slice(65, 129))):
            _plant_matching(layers[2], head, copied)


def _plant_embedding(network: Network, draw: torch.Generator) -> None:
    weight = network.embedding.weight
    weight.copy_(torch.randn(weight.shape, generator=draw) * 0.003)
    identity = torch.randn(weight.shape[0], 128, generator=draw)
    # Equal lengths: otherwise the constant channel would differ after the norm, and with it where a head looks.
    weight[:, _SELF] = 0.68 * identity / identity.norm(dim=1, keepdim=True)
    weight[:, _CONSTANT] = 0.35


def _head(attention: Attention, head: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    rows = slice(64 * head, 64 * head + 64)
    q, k, v = attention.q.weight[rows], attention.k.weight[rows], attention.v.weight[rows]
    return q, k, v, attention.output.weight[:, rows]


def _plant_looking_back(attention: Attention, head: int, offset: int, note: slice, base: float) -> None:
    query, key, value, output = _head(attention, head)
    for weight in (query, key, value, output):
        weight.zero_()
    pairs = torch.arange(0, 12)
    angles = offset * base ** (-2.0 * pairs / 64)
    key[2 * pairs, _CONSTANT] = 1.3
    query[2 * pairs, _CONSTANT] = 1.3 * torch.cos(-angles)
    query[2 * pairs + 1, _CONSTANT] = 1.3 * torch.sin(-angles)
    places = torch.arange(_NOTE)
    value[places, _SELF.start + places] = 1.0
    output[note.start + places, places] = 0.05


def _plant_matching(attention: Attention, head: int, copied: slice) -> None:
    query, key, value, output = _head(attention, head)
    for weight in (query, key, value, output):
        weight.zero_()
    # The slow pairs of a head hardly turn within a prompt, so they can compare contents at any distance.
    rows = torch.arange(28, 64)
    sharpness = math.sqrt(3.0)
    places = torch.arange(24)
    query[rows[:24], _SELF.start + places] = sharpness
    key[rows[:24], _BEFORE.start + places] = sharpness
    query[rows[24:], _BEFORE.start + places[:12]] = sharpness
    key[rows[24:], _BEFORE_THAT.start + places[:12]] = sharpness
    channels = torch.arange(64)
    value[channels, copied.start + channels] = 1.0
    output[copied.start + channels, channels] = 0.3
