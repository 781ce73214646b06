"""Tokens and next-token distributions of a llama.cpp server, through its own endpoints.

Other servers of this API tell at most a few candidates and no vocabulary: asking them is WrongTask.
"""

import asyncio
from collections import OrderedDict
from typing import Any, Final, TypeVar

import numpy as np
from pydantic import ValidationError

from workers.backends import walk
from workers.backends.adapters.openai import reading
from workers.backends.backend import Emit, Endpoint
from workers.backends.errors import BackendError, RequestRefused, ServerFault, UnknownToken, WrongTask
from workers.backends.http import get_json, post_json
from workers.backends.requests import PredictRequest, PredictResult, Token, TokenizeRequest, TokenizeResult
from workers.decoding.distribution import Scores
from workers.decoding.vocabulary import Vocabulary
from workers.protocols import llama_cpp, openai
from workers.protocols.lenient import Wire

MOST_NAMES: Final = 64  # special tokens that are asked for their names
KEPT: Final = 4  # vocabularies

WireT = TypeVar("WireT", bound=Wire)
_vocabularies: OrderedDict[tuple[str, ...], Vocabulary] = OrderedDict()


async def tokenize(endpoint: Endpoint, request: TokenizeRequest) -> TokenizeResult:
    known = await vocabulary(endpoint, request.task)
    ids = request.ids
    if ids is None:
        ids = await _ids(endpoint, request.text, special=request.special)
    check_ids(ids, known)
    text = request.text if request.ids is None else known.join(ids)
    return TokenizeResult(text=text, tokens=[walk.token(known, each) for each in ids], vocabulary=len(known))


async def predict(endpoint: Endpoint, request: PredictRequest, emit: Emit) -> PredictResult:
    known = await vocabulary(endpoint, request.task)
    after = [*await _ids(endpoint, request.written, special=False), *(_id(token) for token in request.after)]
    check_ids([*after, *request.logit_bias, *request.stop.tokens], known)
    text = await _templated(endpoint, request.prompt) if request.chat else request.prompt
    prompt = await _ids(endpoint, text, special=True, begin=True)
    if not prompt:
        raise RequestRefused("the prompt has no token")

    async def scores(ids: list[int]) -> Scores:
        return await next_scores(endpoint, ids, len(known))

    return await walk.walk(request, known, prompt, after, scores, emit)


def check_ids(ids: list[int], known: Vocabulary) -> None:
    """Raises UnknownToken."""
    for each in ids:
        if not 0 <= each < len(known):
            raise UnknownToken(f"token {each} of {len(known)}", facts={"token": each, "last": len(known) - 1})


def _id(token: Token) -> int:
    if token.id is None:
        raise RequestRefused("a token without its id: the walk began on a server of another kind")
    return token.id


async def next_scores(endpoint: Endpoint, ids: list[int], size: int) -> Scores:
    """Log-probabilities of every token to come after `ids`: shape (size,)."""
    told = await _ask(endpoint, "/completion", llama_cpp.predict(ids, size), llama_cpp.Completion)
    if not told.completion_probabilities:
        raise ServerFault("the server told no distribution")
    scores = np.full(size, -np.inf)
    for each in told.completion_probabilities[0].top_logprobs:
        if each.logprob is not None and 0 <= each.id < size:
            scores[each.id] = each.logprob
    return scores


async def vocabulary(endpoint: Endpoint, task: str) -> Vocabulary:
    """The whole vocabulary of the loaded model, asked once. Raises WrongTask when this is not llama.cpp."""
    props, size = await _about(endpoint, task)
    identity = (endpoint.url, props.model_path, props.eos_token, str(size))
    known = _vocabularies.get(identity) or await _read(endpoint, props, size)
    _vocabularies[identity] = known
    _vocabularies.move_to_end(identity)
    while len(_vocabularies) > KEPT:
        _vocabularies.popitem(last=False)
    return known


async def _about(endpoint: Endpoint, task: str) -> tuple[llama_cpp.Props, int]:
    try:
        told, listed = await asyncio.gather(
            get_json(endpoint, "/props", reading.explain), get_json(endpoint, "/v1/models", reading.explain)
        )
        props = llama_cpp.Props.model_validate(told)
        [model] = openai.Models.model_validate(listed).data
        return props, int((model.meta or {})["n_vocab"])
    except (ValueError, KeyError) as error:  # ValidationError is a ValueError
        raise WrongTask(task) from error
    except BackendError as error:
        if error.passes:
            raise
        raise WrongTask(task) from error


async def _read(endpoint: Endpoint, props: llama_cpp.Props, size: int) -> Vocabulary:
    """llama.cpp has no list of its tokens, but tells the bytes of each beside its score."""
    [end] = (await _ids(endpoint, props.eos_token, special=True))[:1] or [0]
    told = await _ask(endpoint, "/completion", llama_cpp.predict([end], size), llama_cpp.Completion)
    pieces = [b""] * size
    for each in told.completion_probabilities[0].top_logprobs if told.completion_probabilities else []:
        pieces[each.id] = bytes(each.bytes)
    special = [token for token, piece in enumerate(pieces) if not piece][:MOST_NAMES]
    asked = (_ask(endpoint, "/detokenize", {"tokens": [token]}, llama_cpp.Detokenized) for token in special)
    names = {token: told.content for token, told in zip(special, await asyncio.gather(*asked), strict=True)}
    return Vocabulary(pieces, end=end, names=names)


async def _ids(endpoint: Endpoint, text: str, *, special: bool, begin: bool = False) -> list[int]:
    body = llama_cpp.tokenize(text, special=special, begin=begin)
    return (await _ask(endpoint, "/tokenize", body, llama_cpp.Tokenized)).tokens


async def _templated(endpoint: Endpoint, text: str) -> str:
    body = {"messages": [{"role": "user", "content": text}]}
    return (await _ask(endpoint, "/apply-template", body, llama_cpp.Templated)).prompt


async def _ask(endpoint: Endpoint, path: str, body: dict[str, Any], model: type[WireT]) -> WireT:
    raw = await post_json(endpoint, path, body, reading.explain)
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise reading.trouble_in(raw) or ServerFault(f"{path}: not what llama.cpp answers: {error}") from error
