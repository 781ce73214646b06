"""Made-up pictures as if they had been recorded: drawn by the embedded engine when somebody looks. Pure."""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image

from courses.kinds.image.plan import request_of
from courses.kinds.image.schema import ImageAnswer, ImageReference, ImageRun, ImageSpec, ReferencePicture
from courses.kinds.image.targets import drawn
from courses.kinds.work import Run, Work
from workers.backends.requests import ImageRequest, ImageResult, Picture


def imagine(spec: ImageSpec, reference: ImageReference) -> tuple[ImageAnswer, Work]:
    sources: dict[str, Callable[[], bytes]] = {}
    runs = [_run(spec, number, one, sources) for number, one in enumerate(reference.pictures, start=1)]
    chosen = [f"{run.id}:0" for run, one in zip(runs, reference.pictures, strict=True) if one.chosen]
    results = {key: _result(given, runs) for key, given in reference.results.items()}
    return ImageAnswer(chosen=chosen), Work(runs, results, picture=lambda digest: sources[digest]())


def _run(spec: ImageSpec, number: int, one: ReferencePicture, sources: dict[str, Callable[[], bytes]]) -> Run:
    run = ImageRun(prompt=one.prompt, negative_prompt=one.negative_prompt, options={"seed": number, **one.options})
    request = request_of(spec.model_copy(update={"seed": True}), run, f"run-{number}")
    source = _source(one, request)
    digest = hashlib.sha256(f"{one.flat} {request.model_dump_json()}".encode()).hexdigest()
    sources[digest] = source
    picture = Picture(digest=digest, width=request.width, height=request.height, size=1, seed=request.seed)
    result = ImageResult(pictures=[picture]).model_dump(mode="json")
    return Run(f"run-{number}", None, run.model_dump(mode="json"), "done", result)


def _source(one: ReferencePicture, request: ImageRequest) -> Callable[[], bytes]:
    if one.flat:
        return lambda: _flat(one.flat, request.width, request.height)
    return lambda: drawn(request)


def _result(given: Mapping[str, Any], runs: list[Run]) -> Mapping[str, Any]:
    if "picture" in given:
        return runs[int(given["picture"]) - 1].result or {}
    return given


@cache
def _flat(colour: str, width: int, height: int) -> bytes:
    written = BytesIO()
    Image.new("RGB", (width, height), colour).save(written, "PNG")
    return written.getvalue()
