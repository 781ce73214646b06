"""Which job an image exercise asks for: one per generation; nothing more after submission. Pure."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import Any

from courses.kinds.image import refusals
from courses.kinds.image.pictures import chosen_pictures, pictures_of, pictures_used
from courses.kinds.image.schema import (
    LARGEST_SEED,
    OPTIONS,
    PROMPT_LIMIT,
    ImageAnswer,
    ImageRun,
    ImageSpec,
    Range,
    measures,
)
from courses.kinds.work import Work, drafts, without_drafts
from workers.backends.requests import ImageRequest
from workers.scheduling.spec import JobSpec, Lane


def plan_run(spec: ImageSpec, work: Work, run: ImageRun, run_id: str) -> JobSpec:
    """The job of one generation. Raises Refusal."""
    request = request_of(spec, run, run_id)
    older = drafts(work.runs)
    left = spec.budget - pictures_used(without_drafts(work, older))
    if request.batch > left:
        raise refusals.budget(spec.budget, max(0, left))
    return JobSpec(key=f"run:{run_id}", alias=spec.alias, request=request, lane=Lane.INTERACTIVE, replaces=older)


def request_of(spec: ImageSpec, run: ImageRun, run_id: str) -> ImageRequest:
    """What is asked of the server. Without a seed of the student's, the run's id gives one. Raises Refusal."""
    _check_prompts(spec, run)
    given = {name: value for name, value in run.options.items() if value not in (None, "")}
    for name in given:
        if name not in OPTIONS and name not in ("width", "height"):
            raise refusals.option_not_allowed(name)
    width, height = measures(_choice("size", _size(given), spec.sizes))
    return ImageRequest(
        prompt=run.prompt,
        negative_prompt=run.negative_prompt,
        width=width,
        height=height,
        steps=int(_number("steps", given, spec.steps, whole=True)),
        cfg_scale=_number("cfg_scale", given, spec.cfg_scale),
        sampler=_choice("sampler", given.get("sampler"), spec.samplers),
        scheduler=_choice("scheduler", given.get("scheduler"), spec.schedulers),
        seed=_seed(spec, given, run_id),
        batch=int(_number("batch", given, Range(min=1, max=spec.batch, default=1), whole=True)),
    )


def _check_prompts(spec: ImageSpec, run: ImageRun) -> None:
    for text in (run.prompt, run.negative_prompt):
        if len(text) > PROMPT_LIMIT:
            raise refusals.too_long(len(text))
    if not run.prompt.strip():
        raise refusals.empty()
    if run.negative_prompt.strip() and not spec.negative_prompt:
        raise refusals.negative_not_allowed()


def _size(given: Mapping[str, Any]) -> object:
    """A program may give `width` and `height` apart."""
    if "size" in given or not {"width", "height"} & set(given):
        return given.get("size")
    return f"{given.get('width', '')!s:.9}x{given.get('height', '')!s:.9}"


def _choice(name: str, value: object, allowed: Sequence[str]) -> str:
    if value is None:
        return allowed[0]
    if value not in allowed:
        raise refusals.not_a_choice(name, allowed)
    return str(value)


def _number(name: str, given: Mapping[str, Any], allowed: Range, *, whole: bool = False) -> float:
    if name not in given:
        return allowed.default
    value = _parsed(given[name])
    if value is None or not allowed.min <= value <= allowed.max or (whole and value != int(value)):
        raise refusals.out_of_range(name, allowed.min, allowed.max, whole=whole)
    return value


def _parsed(value: object) -> float | None:
    """A finite number from a number or from what stood in a field; a decimal comma is one, too."""
    if isinstance(value, bool) or not isinstance(value, int | float | str) or len(str(value)[:65]) > 64:
        return None
    try:
        number = float(value.strip().replace(",", ".") if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _seed(spec: ImageSpec, given: Mapping[str, Any], run_id: str) -> int:
    if "seed" not in given:
        return int.from_bytes(hashlib.sha256(run_id.encode()).digest()[:4], "big") & LARGEST_SEED
    if not spec.seed:
        raise refusals.option_not_allowed("seed")
    value = _parsed(given["seed"])
    if value is None or value != int(value) or not 0 <= value <= LARGEST_SEED:
        raise refusals.bad_seed()
    return int(value)


def plan(spec: ImageSpec, answer: ImageAnswer, work: Work) -> Sequence[JobSpec]:
    """No further job. Raises Refusal for an answer that cannot be submitted."""
    ready = sum(1 for run in work.runs if pictures_of(run))
    if not ready:
        raise refusals.nothing_to_submit()
    if ready < spec.least_runs:
        raise refusals.too_few_runs(spec.least_runs, ready)
    least, most = spec.handed_in
    if not least <= len(set(answer.chosen)) <= most:
        raise refusals.wrong_count(least, most, len(set(answer.chosen)))
    try:
        chosen_pictures(work, answer.chosen)
    except KeyError as error:
        raise refusals.unknown_picture() from error
    return ()
