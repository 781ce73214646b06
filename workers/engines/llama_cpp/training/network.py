"""The model in torch: the same arithmetic as llama.cpp's ``llama`` architecture (interleaved rotary pairs)."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from workers.engines.llama_cpp.shape import Shape


class Attention(nn.Module):
    """Causal self-attention with rotary positions."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.q = nn.Linear(shape.width, shape.width, bias=False)
        self.k = nn.Linear(shape.width, shape.width, bias=False)
        self.v = nn.Linear(shape.width, shape.width, bias=False)
        self.output = nn.Linear(shape.width, shape.width, bias=False)

    def forward(self, states: Tensor, mask: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
        """``states`` is (batch, time, width); ``mask`` (batch, 1, time, time) is true where a token may look."""
        batch, time, width = states.shape

        def split(each: Tensor) -> Tensor:
            return each.view(batch, time, self.heads, -1).transpose(1, 2)

        query, key = rotate(split(self.q(states)), turns), rotate(split(self.k(states)), turns)
        mixed = functional.scaled_dot_product_attention(query, key, split(self.v(states)), attn_mask=mask)
        return self.output(mixed.transpose(1, 2).reshape(batch, time, width))


class Block(nn.Module):
    """One decoder layer."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.attn_norm = nn.RMSNorm(shape.width, shape.epsilon)
        self.attn = Attention(shape)
        self.ffn_norm = nn.RMSNorm(shape.width, shape.epsilon)
        self.gate = nn.Linear(shape.width, shape.hidden, bias=False)
        self.up = nn.Linear(shape.width, shape.hidden, bias=False)
        self.down = nn.Linear(shape.hidden, shape.width, bias=False)

    def forward(self, states: Tensor, mask: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
        states = states + self.attn(self.attn_norm(states), mask, turns)
        inner = self.ffn_norm(states)
        return states + self.down(functional.silu(self.gate(inner)) * self.up(inner))


class Network(nn.Module):
    """The whole decoder; the output matrix is the embedding matrix."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        layers = [Block(shape) for _ in range(shape.layers)]
        self.blocks = nn.ModuleList(layers)
        self.norm = nn.RMSNorm(shape.width, shape.epsilon)
        self.apply(_draw_weights)
        for block in layers:  # every layer starts by adding nothing
            nn.init.zeros_(block.attn.output.weight)
            nn.init.zeros_(block.down.weight)

    @property
    def attentions(self) -> list[Attention]:
        """The attention of each layer in order."""
        return [block.attn for block in self.blocks if isinstance(block, Block)]

    def forward(self, ids: Tensor, positions: Tensor, mask: Tensor) -> Tensor:
        """Logits (batch, time, vocabulary) for token ids and positions (batch, time)."""
        return self.logits(self.states(ids, positions, mask))

    def states(self, ids: Tensor, positions: Tensor, mask: Tensor) -> Tensor:
        """The normalised last states (batch, time, width)."""
        states = self.embedding(ids)
        turns = rotary_turns(positions, self.shape)
        for block in self.blocks:
            states = block(states, mask, turns)
        return self.norm(states)  # type: ignore[no-any-return]

    def logits(self, states: Tensor) -> Tensor:
        """Logits (…, vocabulary) of states (…, width)."""
        return functional.linear(states, self.embedding.weight)


def _draw_weights(module: nn.Module) -> None:
    if isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, std=0.5 * module.in_features**-0.5)
    elif isinstance(module, nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)


def rotary_turns(positions: Tensor, shape: Shape) -> tuple[Tensor, Tensor]:
    """Cosine and sine (batch, 1, time, head width / 2) of the angle of each pair at each position."""
    steps = torch.arange(0, shape.head_width, 2, dtype=torch.float32, device=positions.device)
    angles = positions[:, None, :, None].float() * shape.rope_base ** (-steps / shape.head_width)
    return angles.cos(), angles.sin()


def rotate(states: Tensor, turns: tuple[Tensor, Tensor]) -> Tensor:
    """Turn the neighbouring pairs of (batch, heads, time, head width) by their angles."""
    cosine, sine = turns[0].to(states.dtype), turns[1].to(states.dtype)
    even, odd = states[..., 0::2], states[..., 1::2]
    return torch.stack((even * cosine - odd * sine, even * sine + odd * cosine), dim=-1).flatten(-2)


def causal_mask(segments: Tensor) -> Tensor:
    """(batch, 1, time, time): a token sees the earlier tokens of its own example only."""
    same = segments[:, :, None] == segments[:, None, :]
    return torch.tril(same)[:, None]


def _gguf_names(layers: int) -> dict[str, str]:
    """Our parameter names and those of the GGUF file."""
    names = {"embedding.weight": "token_embd.weight", "norm.weight": "output_norm.weight"}
    inner = {
        "attn_norm": "attn_norm",
        "attn.q": "attn_q",
        "attn.k": "attn_k",
        "attn.v": "attn_v",
        "attn.output": "attn_output",
        "ffn_norm": "ffn_norm",
        "gate": "ffn_gate",
        "up": "ffn_up",
        "down": "ffn_down",
    }
    for layer in range(layers):
        names |= {f"blocks.{layer}.{ours}.weight": f"blk.{layer}.{theirs}.weight" for ours, theirs in inner.items()}
    return names


def to_arrays(network: Network) -> dict[str, npt.NDArray[np.float32]]:
    """The weights under their GGUF names, as float32."""
    names = _gguf_names(network.shape.layers)
    return {names[name]: value.detach().float().cpu().numpy() for name, value in network.state_dict().items()}


def from_arrays(shape: Shape, arrays: Mapping[str, npt.NDArray[np.float32]]) -> Network:
    """A network with the weights of a GGUF file."""
    network = Network(shape)
    names = _gguf_names(shape.layers)
    network.load_state_dict({name: torch.from_numpy(arrays[names[name]].copy()) for name in network.state_dict()})
    return network
