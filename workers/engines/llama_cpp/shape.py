"""The shape of the embedded model and the names of its tensors."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """A llama-architecture decoder: RMSNorm, rotary positions, SwiGLU, tied embeddings, no biases."""

    vocabulary: int = 2048
    width: int = 256
    layers: int = 4
    heads: int = 4
    hidden: int = 704
    context: int = 2048
    rope_base: float = 100_000.0
    epsilon: float = 1e-5

    @property
    def head_width(self) -> int:
        return self.width // self.heads

    @property
    def parameters(self) -> int:
        """How many numbers the model has."""
        layer = 4 * self.width * self.width + 3 * self.width * self.hidden + 2 * self.width
        return self.vocabulary * self.width + self.layers * layer + self.width


def tensor_shapes(shape: Shape) -> dict[str, tuple[int, ...]]:
    """The GGUF name and the shape (rows, columns) of each tensor."""
    wide, deep = shape.width, shape.hidden
    found: dict[str, tuple[int, ...]] = {"token_embd.weight": (shape.vocabulary, wide)}
    for layer in range(shape.layers):
        found |= {
            f"blk.{layer}.attn_norm.weight": (wide,),
            f"blk.{layer}.attn_q.weight": (wide, wide),
            f"blk.{layer}.attn_k.weight": (wide, wide),
            f"blk.{layer}.attn_v.weight": (wide, wide),
            f"blk.{layer}.attn_output.weight": (wide, wide),
            f"blk.{layer}.ffn_norm.weight": (wide,),
            f"blk.{layer}.ffn_gate.weight": (deep, wide),
            f"blk.{layer}.ffn_up.weight": (deep, wide),
            f"blk.{layer}.ffn_down.weight": (wide, deep),
        }
    found["output_norm.weight"] = (wide,)
    return found
