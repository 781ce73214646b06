"""Byte-level byte-pair encoding: the trainer and the encoder of the embedded model.

The splitting rule is the one that llama.cpp calls ``smollm`` (single digits, then the GPT-2 rule).
White space is never merged with a word, so that "Paris" and " Paris" share their tokens: a small
model copies names far better that way, for about 17 % more tokens.
"""

import itertools
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

END = "<|end|>"
SYSTEM = "<|system|>"
USER = "<|user|>"
ASSISTANT = "<|assistant|>"
TOOLS = "<|tools|>"
CALL = "<|invoke|>"  # not "<|call|>": llama.cpp ends every answer at a token of that name
TOOL = "<|tool|>"
PAD = "<|pad|>"
SPECIALS = (END, SYSTEM, USER, ASSISTANT, TOOLS, CALL, TOOL, PAD)

_PIECES = re.compile(
    r"\d|(?<!\s)(?:'s|'t|'re|'ve|'m|'ll|'d)|[^\W\d_]+|(?:[^\s\w]|_)+|\s",
)
_SPECIAL = re.compile("(" + "|".join(re.escape(mark) for mark in SPECIALS) + ")")


def byte_alphabet() -> list[str]:
    """The printable character that stands for each of the 256 bytes (GPT-2's convention)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    spare = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(spare)) for byte in range(256)]


_ALPHABET = byte_alphabet()
_BYTE_OF = {character: byte for byte, character in enumerate(_ALPHABET)}


def split_pieces(text: str) -> list[str]:
    """Cut a text into the pieces inside which merges may happen; joined they give the text again."""
    return _PIECES.findall(text)


def to_alphabet(piece: str) -> str:
    """Write the UTF-8 bytes of a piece in the printable alphabet."""
    return "".join(_ALPHABET[byte] for byte in piece.encode("utf-8"))


@dataclass(frozen=True)
class Tokenizer:
    """A vocabulary (special tokens, 256 bytes, merged tokens) and the merges in order of rank."""

    tokens: tuple[str, ...]
    merges: tuple[tuple[str, str], ...]
    _cache: dict[str, tuple[int, ...]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def ids(self) -> dict[str, int]:
        return {token: index for index, token in enumerate(self.tokens)}

    @cached_property
    def ranks(self) -> dict[tuple[str, str], int]:
        return {pair: rank for rank, pair in enumerate(self.merges)}

    @property
    def size(self) -> int:
        return len(self.tokens)

    @property
    def end_id(self) -> int:
        return self.ids[END]

    def encode(self, text: str) -> list[int]:
        """Token ids of a text; special tokens written out in the text become their single id."""
        found: list[int] = []
        for part in _SPECIAL.split(text):
            if part in SPECIALS:
                found.append(self.ids[part])
                continue
            for piece in split_pieces(part):
                found.extend(self._encode_piece(piece))
        return found

    def decode(self, ids: Sequence[int]) -> str:
        """The text of some token ids; special tokens are left out, broken UTF-8 is replaced."""
        data = bytearray()
        for index in ids:
            token = self.tokens[index]
            if token not in SPECIALS:
                data.extend(_BYTE_OF[character] for character in token)
        return data.decode("utf-8", errors="replace")

    def _encode_piece(self, piece: str) -> tuple[int, ...]:
        known = self._cache.get(piece)
        if known is None:
            known = tuple(self.ids[token] for token in self._merge(list(to_alphabet(piece))))
            self._cache[piece] = known
        return known

    def _merge(self, symbols: list[str]) -> list[str]:
        never = len(self.ranks)
        while len(symbols) > 1:
            pairs = list(itertools.pairwise(symbols))
            best = min(pairs, key=lambda pair: self.ranks.get(pair, never))
            if best not in self.ranks:
                break
            symbols = merge_pair(symbols, best)
        return symbols

    def save(self, path: Path) -> None:
        """Write tokens and merges as JSON."""
        body = {"tokens": self.tokens, "merges": self.merges}
        path.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def from_lists(cls, tokens: Sequence[str], merges: Iterable[str]) -> "Tokenizer":
        """From the vocabulary and the ``left right`` merges that a GGUF file holds."""
        return cls(tuple(tokens), tuple((left, right) for left, _, right in (each.partition(" ") for each in merges)))

    @classmethod
    def load(cls, path: Path) -> "Tokenizer":
        """Read what :meth:`save` wrote."""
        body = json.loads(path.read_text(encoding="utf-8"))
        return cls(tuple(body["tokens"]), tuple((left, right) for left, right in body["merges"]))


def merge_pair(symbols: Sequence[str], pair: tuple[str, str]) -> list[str]:
    """Join every occurrence of a pair of neighbours."""
    joined: list[str] = []
    position = 0
    while position < len(symbols):
        if position + 1 < len(symbols) and (symbols[position], symbols[position + 1]) == pair:
            joined.append(symbols[position] + symbols[position + 1])
            position += 2
        else:
            joined.append(symbols[position])
            position += 1
    return joined


def train_tokenizer(texts: Iterable[str], size: int) -> Tokenizer:
    """Learn merges from texts until the vocabulary has ``size`` tokens (fewer if nothing repeats)."""
    words = _count_words(texts)
    symbols = {word: list(word) for word in words}
    counts: Counter[tuple[str, str]] = Counter()
    places: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for word, many in words.items():
        for pair in itertools.pairwise(word):
            counts[pair] += many
            places[pair].add(word)
    tokens = [*SPECIALS, *_ALPHABET]
    merges: list[tuple[str, str]] = []
    known = set(tokens)
    while len(tokens) < size and counts:
        pair = max(counts, key=lambda each: (counts[each], each))
        if counts[pair] < 2:
            break
        merges.append(pair)
        if "".join(pair) not in known:
            known.add("".join(pair))
            tokens.append("".join(pair))
        for word in places.pop(pair):
            _recount(symbols, counts, places, word, words[word], pair)
        counts.pop(pair, None)
    return Tokenizer(tuple(tokens), tuple(merges))


def _count_words(texts: Iterable[str]) -> Counter[str]:
    words: Counter[str] = Counter()
    for text in texts:
        for part in _SPECIAL.split(text):
            if part not in SPECIALS:
                words.update(to_alphabet(piece) for piece in split_pieces(part))
    return words


def _recount(
    symbols: dict[str, list[str]],
    counts: Counter[tuple[str, str]],
    places: defaultdict[tuple[str, str], set[str]],
    word: str,
    many: int,
    pair: tuple[str, str],
) -> None:
    old = symbols[word]
    new = merge_pair(old, pair)
    for each in itertools.pairwise(old):
        counts[each] -= many
        if counts[each] <= 0:
            del counts[each]
    for each in itertools.pairwise(new):
        counts[each] += many
        places[each].add(word)
    symbols[word] = new
