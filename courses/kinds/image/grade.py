"""What the rubric looks at in pictures: the pixels, and the parameters as the server recorded them. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from courses.grading.evidence import Evidence, Part
from courses.kinds.image.pictures import Made, all_pictures, chosen_pictures, first_prompts, pictures_of
from courses.kinds.image.plan import request_of
from courses.kinds.image.schema import ImageAnswer, ImageRun, ImageSpec
from courses.kinds.image.targets import target_png
from courses.kinds.work import Refusal, Work
from courses.texts import both
from workers.backends.requests import ImageRequest

PARTS = {
    "picture": both("every picture that was handed in", "chaque image rendue"),
    "prompt": both("the prompt of each of them", "le prompt de chacune"),
    "negative": both("the negative prompt of each of them", "le prompt négatif de chacune"),
    "made": both("every picture of the attempt, oldest first", "chaque image de la tentative, de la plus ancienne"),
    "target": both("the reference pictures of the exercise", "les images de référence de l'exercice"),
}
AUTOMATIC = "Automatic"
RECORDED = ("width", "height", "steps", "cfg_scale", "sampler", "scheduler")


def evidence(spec: ImageSpec, answer: ImageAnswer, work: Work) -> Evidence:
    chosen = chosen_pictures(work, answer.chosen)
    return Evidence((*_handed_in(spec, work, chosen), *_rest(spec, work)), work.results, work.picture)


def draft_evidence(spec: ImageSpec, work: Work, run_id: str) -> Evidence:
    """The first picture of a run as if it were handed in; nothing where the task asks for several.

    Raises KeyError for a run that this attempt does not have.
    """
    run = {run.id: run for run in work.runs}[run_id]
    chosen = pictures_of(run)[:1] if spec.handed_in == (1, 1) else []
    return Evidence((*_handed_in(spec, work, chosen), *_rest(spec, work)), {}, work.picture)


def similarity_key(spec: ImageSpec, answer: ImageAnswer, work: Work) -> str:
    pictures = first_prompts(chosen_pictures(work, answer.chosen))
    texts = [
        f"{made.run.payload.get('prompt', '')}\n{made.run.payload.get('negative_prompt', '')}" for made in pictures
    ]
    return "\n\n".join(text.strip() for text in texts).strip()


def similarity_pictures(spec: ImageSpec, answer: ImageAnswer, work: Work) -> list[str]:
    return [made.digest for made in chosen_pictures(work, answer.chosen)]


def _handed_in(spec: ImageSpec, work: Work, chosen: Sequence[Made]) -> Iterable[Part]:
    for made in chosen:
        yield _part("picture", spec, work, made)
    for made in first_prompts(chosen):
        where = f"turn:{made.run.id}"
        yield Part("prompt", str(made.run.payload.get("prompt", "")), where)
        yield Part("negative", str(made.run.payload.get("negative_prompt", "")), where)


def _rest(spec: ImageSpec, work: Work) -> Iterable[Part]:
    for made in all_pictures(work):
        yield _part("made", spec, work, made)
    for number, target in enumerate(spec.targets):
        yield Part("target", "", f"target-{number}", picture=target_png(target, work.asset))


def _part(name: str, spec: ImageSpec, work: Work, made: Made) -> Part:
    read: Callable[[], bytes] = partial(work.picture, made.digest)
    return Part(name, "", f"picture-{made.run.id}-{made.place}", _facts(spec, made), read)


def _facts(spec: ImageSpec, made: Made) -> dict[str, Any]:
    """What was asked of the server, corrected by what it says that it really did."""
    result = made.run.result or {}
    asked = _asked(spec, made)
    said = {name: value for name, value in (result.get("parameters") or {}).items() if name in RECORDED}
    if asked.get("scheduler") == AUTOMATIC:  # which one that is follows from the sampler
        said["scheduler"] = AUTOMATIC
    seed = made.record.get("seed")
    return {
        **asked,
        **said,
        "width": made.record.get("width"),
        "height": made.record.get("height"),
        "size": f"{made.record.get('width')}x{made.record.get('height')}",
        "seed": seed if seed is not None else (asked.get("seed") or 0) + made.place,
        "alias": spec.alias,
        "digest": made.digest,
        "unknown_words": list(result.get("unknown_words") or []),
    }


def _asked(spec: ImageSpec, made: Made) -> Mapping[str, Any]:
    payload = {name: value for name, value in made.run.payload.items() if name in ImageRun.model_fields}
    try:
        request: ImageRequest = request_of(spec, ImageRun.model_validate(payload), made.run.id)
    except Refusal:  # the specification was made narrower after this run
        return {name: payload.get(name) for name in ("prompt", "negative_prompt")}
    return request.model_dump(exclude={"task", "batch"})
