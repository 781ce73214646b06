"""Which jobs a decoding lab asks for: one per step while working, one per question after submission. Pure."""

from collections.abc import Sequence

from courses.kinds.decoding_lab import refusals, settings
from courses.kinds.decoding_lab.path import chosen, has_ended, last_step, path, prediction, runs_used, splitting
from courses.kinds.decoding_lab.schema import (
    TEXT_LIMIT,
    IdsQuestion,
    LabAnswer,
    LabRun,
    LabSpec,
    MaskQuestion,
    NumberQuestion,
    Question,
)
from courses.kinds.work import Run, Work, drafts, without_drafts
from workers.backends.requests import PredictRequest, PredictResult, Sampler, Step, Token, TokenizeRequest
from workers.decoding.mask import is_allowed
from workers.scheduling.spec import JobSpec, Lane

SEEN = 64  # candidates that are shown of one distribution
SEEN_WALKING = 8  # of each step of a walk
TOLD = 512  # candidates behind the answer to a question

AnyRequest = TokenizeRequest | PredictRequest


def plan_run(spec: LabSpec, work: Work, run: LabRun, run_id: str) -> JobSpec:
    """The job for one step. Raises Refusal."""
    if run.tool not in spec.tools:
        raise refusals.tool_not_allowed()
    older = drafts(each for each in work.runs if each.payload.get("tool") == run.tool)
    if runs_used(without_drafts(work, older)) >= spec.run_limit:
        raise refusals.run_limit(spec.run_limit)
    request = _split(run) if run.tool == "tokenize" else _predict(spec, work, run)
    return JobSpec(key=f"run:{run_id}", alias=spec.alias, request=request, lane=Lane.INTERACTIVE, replaces=older)


def _split(run: LabRun) -> TokenizeRequest:
    if run.ids.strip() and not run.text.strip():
        return TokenizeRequest(ids=settings.ids(run.ids))
    return TokenizeRequest(text=settings.checked_text(run.text, TEXT_LIMIT))


def _predict(spec: LabSpec, work: Work, run: LabRun) -> PredictRequest:
    before = _branch(work, run.parent)
    looking = run.tool == "look"
    # A walk under a schema stays under it: the beginning decides.
    first = before[0].payload if before else run.model_dump()
    schema = settings.json_schema(spec, str(first.get("schema_text") or ""))
    return PredictRequest(
        prompt=settings.checked_text(spec.prompt or str(first.get("text") or ""), TEXT_LIMIT),
        chat=spec.chat,
        after=_after(before, run),
        steps=0 if looking else settings.steps(spec, run.options),
        sampler=settings.sampler(spec, run.options, looking=looking),
        logit_bias=settings.bias(spec, run.bias),
        stop=settings.stop(spec, run.stop),
        json_schema=schema,
        beside=schema is not None and not looking,
        top=SEEN if looking else SEEN_WALKING,
    )


def _branch(work: Work, parent: str | None) -> list[Run]:
    try:
        before = path(work, parent)
    except KeyError as error:
        raise refusals.unknown_parent() from error
    if not all(prediction(run) for run in before):
        raise refusals.parent_unfinished()
    return before


def _after(before: Sequence[Run], run: LabRun) -> list[Token]:
    result = prediction(before[-1]) if before else None
    if result is None:
        if run.choose:
            raise refusals.look_first()
        return []
    if has_ended(result):
        raise refusals.ended()
    return [*chosen(result), *([_chosen(result, run.choose)] if run.choose else [])]


def _chosen(result: PredictResult, wanted: str) -> Token:
    """A token by its id, or by `#n`: the n-th candidate, where the server tells no ids."""
    step = last_step(result)
    if step is None:
        raise refusals.look_first()
    token = _found(step, wanted)
    if step.mask and token.id is not None and not is_allowed(step.mask, token.id):
        raise refusals.forbidden_by_schema(token.text or str(token.id))
    return token


def _found(step: Step, wanted: str) -> Token:
    place = wanted.removeprefix("#")
    if wanted != place:
        if not (place.isascii() and place.isdecimal() and 1 <= int(place[:6]) <= len(step.candidates)):
            raise refusals.not_ids(wanted)
        return _plain(step.candidates[int(place) - 1])
    [number] = settings.ids(wanted)[:1]
    known = (each for each in [*step.candidates, *step.permitted] if each.id == number)
    return _plain(next(known, Token(id=number, text="")))


def _plain(token: Token) -> Token:
    return Token(id=token.id, text=token.text, hex=token.hex, special=token.special)


def plan(spec: LabSpec, answer: LabAnswer, work: Work) -> Sequence[JobSpec]:
    """The questions are put to the server once the work is handed in. Raises Refusal."""
    check_answer(spec, answer, work)
    return [
        JobSpec(question_key(each), spec.alias, request_of(each), Lane.SUBMISSION)
        for each in spec.questions
        if question_key(each) not in work.results
    ]


def check_answer(spec: LabSpec, answer: LabAnswer, work: Work) -> None:
    known = {question.id for question in spec.questions}
    for name in answer.answers:
        if name not in known:
            raise refusals.unknown_question(name)
    if spec.hand_in == "questions":
        if not any("".join(values).strip() for values in answer.answers.values()):
            raise refusals.no_answer()
        return
    try:
        runs = path(work, answer.leaf)
    except KeyError as error:
        raise refusals.unknown_parent() from error
    if not runs:
        raise refusals.nothing_to_submit()
    wanted = prediction(runs[-1]) if spec.hand_in == "walk" else splitting(runs[-1])
    if wanted is None or (isinstance(wanted, PredictResult) and not chosen(wanted)):
        raise refusals.nothing_to_submit()


def question_key(question: Question) -> str:
    return f"question:{question.id}"


def request_of(question: Question) -> AnyRequest:
    """What the server is asked to find the right answer."""
    if isinstance(question, IdsQuestion):
        return TokenizeRequest(text=question.text, special=question.special)
    if isinstance(question, MaskQuestion):
        return PredictRequest(
            prompt="?", written=question.written, json_schema=question.json_schema, watch=question.tokens, top=1
        )
    sampler = Sampler(temperature=question.temperature) if isinstance(question, NumberQuestion) else question.sampler
    watch = [question.token] if isinstance(question, NumberQuestion) and question.token else []
    return PredictRequest(
        prompt=question.prompt, chat=question.chat, written=question.written, sampler=sampler, watch=watch, top=TOLD
    )
