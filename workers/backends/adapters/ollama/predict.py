"""The best candidates for each next token, as far as Ollama tells them: at most 20, without ids, and no vocabulary."""

import numpy as np
from pydantic import ValidationError

from workers.backends.adapters.ollama import reading
from workers.backends.backend import Endpoint
from workers.backends.errors import ServerFault, TopOnly
from workers.backends.http import post_json
from workers.backends.requests import Candidate, PredictRequest, PredictResult, Step, Token, Trace
from workers.decoding.distribution import survivors
from workers.decoding.outline import Outline
from workers.protocols import ollama

MOST = 20  # what the API gives


async def predict(endpoint: Endpoint, model: str, request: PredictRequest) -> PredictResult:
    """Raises TopOnly for what needs every score."""
    if request.logit_bias or request.json_schema is not None or request.stop.tokens:
        raise TopOnly("logit_bias, json_schema and token ids are not for Ollama")
    chat, body = request.chat, _body(model, request)
    raw = await post_json(
        endpoint, "/api/chat" if chat else "/api/generate", body.model_dump(exclude_none=True), reading.explain
    )
    try:
        told = ollama.Predicted.model_validate(raw)
    except ValidationError as error:
        raise ServerFault(f"these are no candidates: {error}") from error
    if not told.logprobs:
        raise ServerFault("no log-probabilities came: Ollama tells them from release 0.12.11 on")
    return _result(request, told)


def _body(model: str, request: PredictRequest) -> ollama.ChatPrediction | ollama.RawPrediction:
    sampler, written = request.sampler, _written(request)
    options = ollama.Options(
        num_predict=request.steps or 1,
        seed=sampler.seed,
        temperature=sampler.temperature,
        top_k=sampler.top_k,
        top_p=sampler.top_p,
        stop=request.stop.texts or None,
    )
    top = min(request.top, MOST)
    if not request.chat:
        return ollama.RawPrediction(model=model, prompt=request.prompt + written, options=options, top_logprobs=top)
    messages = [ollama.SentMessage(role="user", content=request.prompt)]
    if written:
        messages.append(ollama.SentMessage(role="assistant", content=written))  # the model goes on with it
    return ollama.ChatPrediction(model=model, messages=messages, options=options, top_logprobs=top)


def _written(request: PredictRequest) -> str:
    return request.written + "".join(token.text for token in request.after)


def _result(request: PredictRequest, told: ollama.Predicted) -> PredictResult:
    steps = [_step(request, score) for score in told.logprobs]
    chosen = [step.chosen for step in steps if step.chosen]
    text = _written(request) + "".join(token.text for token in chosen)
    finish = "end" if request.steps and told.done_reason == "stop" else "steps"
    trace = Trace.model_validate({"steps": steps, "tokens": chosen, "text": text, "finish": finish})
    return PredictResult(text=text, prompt=[], after=request.after, traces=[trace], complete=False)


def _step(request: PredictRequest, score: ollama.TokenScore) -> Step:
    best = sorted(score.top_logprobs or [score], key=lambda each: -each.logprob)
    logprobs = np.array([each.logprob for each in best])
    sampler, look = request.sampler, not request.steps
    left = survivors(logprobs, temperature=sampler.temperature, top_k=sampler.top_k, top_p=sampler.top_p)
    candidates = [
        Candidate(**_token(each).model_dump(), logprob=each.logprob, share=share)
        for each, share in zip(best, np.exp(left).tolist(), strict=True)
    ]
    chosen = None if look else _token(score)
    return Step(
        candidates=candidates,
        watched=[each for text in request.watch for each in candidates if each.text == text],
        entropy=Outline(logprobs.tolist()).entropy(),  # among the candidates that are told
        chosen=chosen,
        logprob=None if look else score.logprob,
        share=None if look else next((each.share for each in candidates if each.text == score.token), None),
    )


def _token(score: ollama.PlainScore) -> Token:
    return Token(text=score.token, hex=bytes(score.bytes or score.token.encode("utf-8", "replace")).hex())
