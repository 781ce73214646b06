"""The tokens that a model knows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, eq=False)  # compared by identity: one object for one model
class Vocabulary:
    """`pieces[id]` are the bytes of a token; a special token has none, and a name instead."""

    pieces: Sequence[bytes]
    end: int  # the token that ends an answer
    names: Mapping[int, str] = field(default_factory=dict)  # of special tokens

    def __len__(self) -> int:
        return len(self.pieces)

    def is_special(self, token: int) -> bool:
        return not self.pieces[token]

    def text(self, token: int) -> str:
        """What a page shows: a part of a character becomes a replacement mark."""
        piece = self.pieces[token]
        return piece.decode("utf-8", "replace") if piece else self.names.get(token, "")

    def find(self, text: str) -> int:
        """The token that stands for exactly this text, a special one by its name; -1 when there is none."""
        return self._ids.get(text.encode("utf-8", "replace"), -1)

    @cached_property
    def _ids(self) -> dict[bytes, int]:
        named = {name.encode("utf-8", "replace"): token for token, name in self.names.items()}
        return named | {piece: token for token, piece in reversed([*enumerate(self.pieces)]) if piece}

    def join(self, tokens: Sequence[int]) -> str:
        """The text of some tokens; special ones are left out, a broken character becomes a replacement mark."""
        return b"".join(self.pieces[token] for token in tokens).decode("utf-8", "replace")
