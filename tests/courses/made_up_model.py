"""A model of a hundred tokens that computes in this process, for tests that need whole distributions."""

from typing import Any

import numpy as np

from workers.backends import loop, walk
from workers.backends.requests import PredictRequest, TokenizeRequest, TokenizeResult
from workers.decoding.distribution import Scores, log_softmax
from workers.decoding.vocabulary import Vocabulary

WORDS = [b"", *(bytes([byte]) for byte in range(32, 127)), b'{"', b"ok", b'":', b"true", b"yes"]
VOCABULARY = Vocabulary(WORDS, end=0, names={0: "<|end|>"})


def token(text: str) -> int:
    return VOCABULARY.find(text)


async def scores(ids: list[int]) -> Scores:
    """The model likes `yes` at first, then its last token a little less each time, and the end after three."""
    logits = np.linspace(0, -8, len(WORDS))
    logits[token("yes")] = 4.0 - len(ids)
    logits[0] = 9.0 if len(ids) > 4 else -9.0
    return log_softmax(logits)


def answer(request: PredictRequest | TokenizeRequest) -> dict[str, Any]:
    """What a server with this model would say."""
    if isinstance(request, TokenizeRequest):
        ids = request.ids or [token(letter) for letter in request.text]
        tokens = [walk.token(VOCABULARY, each) for each in ids]
        return TokenizeResult(text=request.text, tokens=tokens, vocabulary=len(WORDS)).model_dump(mode="json")
    after = [*map(token, request.written), *(each.id for each in request.after if each.id is not None)]
    made = loop.run(walk.walk(request, VOCABULARY, [token("?")], after, scores, lambda _piece: None))
    return made.model_dump(mode="json")
