"""Which jobs a chat exercise asks for: one per question while working, the probes after submission. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from courses.kinds.chat import refusals
from courses.kinds.chat.conversation import is_answered, messages, path, tokens_used
from courses.kinds.chat.schema import MESSAGE_LIMIT, ChatAnswer, ChatRun, ChatSpec, Probe
from courses.kinds.work import Run, Work, option_not_allowed, option_out_of_range
from workers.backends.requests import ChatOptions, ChatRequest, Message
from workers.scheduling.spec import JobSpec, Lane


def plan_run(spec: ChatSpec, work: Work, run: ChatRun, run_id: str) -> JobSpec:
    """The job for one question. Raises Refusal."""
    check_text(run.text, MESSAGE_LIMIT)
    system = system_prompt(spec, run.system)
    before = _continued(work, run.parent)
    if spec.turn_limit is not None and len(before) >= spec.turn_limit:
        raise refusals.turn_limit(spec.turn_limit)
    request = ChatRequest(
        messages=messages(system=system, spec=spec, runs=before, user=run.text),
        options=chosen_options(spec, run.options, left=_tokens_left(spec, work)),
    )
    return JobSpec(key=f"run:{run_id}", alias=spec.alias, request=request, lane=Lane.INTERACTIVE)


def check_text(text: str, limit: int) -> None:
    if len(text) > limit:
        raise refusals.too_long(len(text), limit)
    if not text.strip():
        raise refusals.empty()


def system_prompt(spec: ChatSpec, given: str | None) -> str:
    """The system prompt that counts; empty where there is none. Raises Refusal."""
    if spec.student_system is None:
        if given:
            raise refusals.system_not_allowed()
        return spec.system.text if spec.system else ""
    text = given or ""
    if len(text) > spec.student_system.max_chars:
        raise refusals.too_long(len(text), spec.student_system.max_chars)
    if spec.student_system.required and not text.strip():
        raise refusals.system_missing()
    return text


def chosen_options(spec: ChatSpec, given: Mapping[str, Any], *, left: int | None) -> ChatOptions:
    """Fixed options, then defaults, then what the student chose; `left` is what the token budget still allows."""
    chosen = spec.fixed.model_dump(exclude={"max_tokens"})
    chosen |= {name: allowed.default for name, allowed in spec.options.items() if allowed.default is not None}
    chosen |= {name: _checked(spec, name, value) for name, value in given.items() if value is not None}
    limit = int(chosen.get("max_tokens") or spec.max_tokens)
    chosen["max_tokens"] = limit if left is None else min(limit, left)
    for name in ("top_k", "seed"):
        chosen[name] = None if chosen.get(name) is None else int(chosen[name])
    return ChatOptions.model_validate(chosen)


def _checked(spec: ChatSpec, name: str, value: Any) -> float:
    allowed = {str(option): bounds for option, bounds in spec.options.items()}.get(name)
    if allowed is None:
        raise option_not_allowed(name[:40])
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    whole = name in ("top_k", "seed", "max_tokens")
    if not is_number or not allowed.min <= value <= allowed.max or (whole and value != int(value)):
        raise option_out_of_range(name, allowed.min, allowed.max)
    try:
        ChatOptions.model_validate({name: value})
    except ValidationError as error:
        raise option_out_of_range(name, allowed.min, allowed.max) from error
    return float(value)


def _continued(work: Work, parent: str | None) -> list[Run]:
    try:
        before = path(work, parent)
    except KeyError as error:
        raise refusals.unknown_parent() from error
    if not all(is_answered(run) for run in before):
        raise refusals.parent_unfinished()
    return before


def _tokens_left(spec: ChatSpec, work: Work) -> int | None:
    if spec.token_budget is None:
        return None
    left = spec.token_budget - tokens_used(work)
    if left <= 0:
        raise refusals.token_budget(spec.token_budget)
    return left


def plan(spec: ChatSpec, answer: ChatAnswer, work: Work) -> Sequence[JobSpec]:
    """The next turn of each probe. Raises Refusal for an answer that cannot be submitted."""
    system = system_prompt(spec, answer.system)
    if answer.leaf is None and not spec.by_prompt_alone:
        raise refusals.nothing_to_submit()
    before = _continued(work, answer.leaf)
    # A prompt of the student's is tested alone; otherwise the probes continue the conversation.
    base = [] if spec.student_system else before
    found = (_probe_job(spec, probe, work, messages(system=system, spec=spec, runs=base, user="")[:-1])
             for probe in spec.probes)  # fmt: skip
    return [job for job in found if job is not None]


def probe_key(probe: Probe, number: int) -> str:
    return f"probe:{probe.id}:{number}"


def _probe_job(spec: ChatSpec, probe: Probe, work: Work, history: list[Message]) -> JobSpec | None:
    for number, text in enumerate(probe.turns, start=1):
        history = [*history, Message(role="user", content=text)]
        result = work.results.get(probe_key(probe, number))
        if result is None:
            request = ChatRequest(messages=history, options=spec.probe_options)
            return JobSpec(probe_key(probe, number), spec.alias, request, Lane.SUBMISSION)
        history = [*history, Message(role="assistant", content=str(result.get("text", "")))]
    return None
