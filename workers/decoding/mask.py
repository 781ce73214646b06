"""Which tokens may come next so that the whole answer fits a JSON schema. Pure.

The grammar and the mask are llguidance's (https://github.com/guidance-ai/llguidance); only compact JSON is allowed
(no space between its parts), so that a path through it is short enough to look at; the schema's own `x-guidance`
counts for nothing.
"""

import base64
import json
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from llguidance import LLMatcher, LLTokenizer, TokenizerWrapper

from workers.decoding.vocabulary import Vocabulary

Allowed = npt.NDArray[np.bool_]  # one per token of the vocabulary
LONGEST_SCHEMA = 20_000  # characters of JSON


class UnusableSchema(ValueError):
    """No text fits the schema, or it uses what cannot be turned into a grammar."""


def check_schema(schema: dict[str, Any]) -> None:
    """Raises UnusableSchema with the reason, in English: it names keywords of the schema."""
    fault = LLMatcher.validate_grammar(_grammar(schema))
    if fault and not fault.startswith("WARNING"):
        raise UnusableSchema(_reason(fault))


def _grammar(schema: dict[str, Any]) -> str:
    """Without forcing: where only one text may follow, every token that begins it is allowed, not only the one that
    the model's own tokenizer would choose."""
    told = {**schema, "x-guidance": {"whitespace_flexible": False, "item_separator": ",", "key_separator": ":"}}
    try:
        text = json.dumps(told)
    except (ValueError, TypeError, RecursionError) as error:
        raise UnusableSchema(str(error)) from error
    if len(text) > LONGEST_SCHEMA:
        raise UnusableSchema(f"longer than {LONGEST_SCHEMA} characters")
    return f'%llguidance {{"no_forcing": true}}\nstart: %json {text}'


def _reason(text: str) -> str:
    first = (text.strip().splitlines() or ["?"])[0]
    return first.partition("failed to compile JSON schema: ")[2][:300] or first[:300]


class Constraint:
    """The state after some tokens. `consume` moves it on."""

    def __init__(self, vocabulary: Vocabulary, schema: dict[str, Any]) -> None:
        """Raises UnusableSchema."""
        self._matcher = LLMatcher(_tokenizer(vocabulary), _grammar(schema), log_level=0)
        self._vocabulary = vocabulary
        if self._matcher.is_error():
            raise UnusableSchema(_reason(self._matcher.get_error()))

    @property
    def complete(self) -> bool:
        """May the answer end here?"""
        return bool(self._matcher.is_accepting())

    @property
    def closed(self) -> bool:
        """Must the answer end here?"""
        return bool(self._matcher.is_stopped())

    def allowed(self) -> Allowed:
        """Where the answer may end, its end token is allowed; where nothing else may come, only that one."""
        bits = np.frombuffer(self._matcher.compute_bitmask(), dtype=np.uint8)
        allowed = np.unpackbits(bits, bitorder="little")[: len(self._vocabulary)].astype(bool)
        if self.closed:
            allowed[:] = False
            allowed[self._vocabulary.end] = True
        return allowed

    def consume(self, token: int) -> bool:
        """False when the token is not allowed here: the state is then what it was."""
        if token == self._vocabulary.end:
            return self.complete
        return bool(self._matcher.try_consume_tokens([token]))


class _Plain:
    """A vocabulary as llguidance asks for it. It only splits texts for its own fast-forwarding, which we do not use."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.eos_token_id = vocabulary.end
        self.bos_token_id = None
        self.special_token_ids = [token for token in range(len(vocabulary)) if vocabulary.is_special(token)]
        self.tokens = [
            piece or vocabulary.names.get(token, f"<|{token}|>").encode()
            for token, piece in enumerate(vocabulary.pieces)
        ]

    def __call__(self, text: bytes) -> list[int]:
        single = {piece: token for token, piece in enumerate(self.tokens) if len(piece) == 1}
        return [single[text[place : place + 1]] for place in range(len(text)) if text[place : place + 1] in single]


@lru_cache(maxsize=4)
def _tokenizer(vocabulary: Vocabulary) -> LLTokenizer:
    return LLTokenizer(TokenizerWrapper(_Plain(vocabulary)), n_vocab=len(vocabulary), eos_token=vocabulary.end)


def packed(allowed: Allowed) -> str:
    """A mask as text: one bit for each token, lowest id first, in base64."""
    return base64.b64encode(np.packbits(allowed, bitorder="little").tobytes()).decode("ascii")


def is_allowed(mask: str, token: int) -> bool:
    """What `packed` says about one token; False for an id beyond it."""
    bits = base64.b64decode(mask)
    return 0 <= token < 8 * len(bits) and bool(bits[token // 8] >> (token % 8) & 1)
