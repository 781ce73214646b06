"""Work in an image exercise: runs by the services, pictures drawn here instead of by a server."""

from io import BytesIO
from typing import Any

from django.utils import timezone
from PIL import Image

from athanor.accounts.models import User
from courses.attempts import services
from courses.attempts.models import Attempt, Run
from courses.catalog.models import Exercise, Module
from tests.factories import make_alias, make_exercise
from workers.backends import pictures
from workers.backends.models import ModelAlias
from workers.scheduling.models import Job
from workers.scheduling.states import State

SPEC: dict[str, Any] = {
    "alias": "image-turbo",
    "samplers": ["Euler a", "DPM++ SDE"],
    "sizes": ["128x128", "128x192"],
    "batch": 2,
    "targets": [{"draw": {"prompt": "a red circle", "width": 64, "height": 64, "seed": 3}}],
}
RUBRIC: dict[str, Any] = {
    "items": [
        {"id": "names", "title": {"en": "Names it"}, "criterion": "contains",
         "params": {"of": "prompt", "terms": ["circle"]}},
    ]
}  # fmt: skip


def image_exercise(module: Module, *, rubric: dict[str, Any] | None = None, **spec: Any) -> Exercise:
    if not ModelAlias.objects.filter(name="image-turbo").exists():
        make_alias(name="image-turbo")
    slug = f"draw-{module.exercises.count()}"
    return make_exercise(module=module, slug=slug, kind="image", spec={**SPEC, **spec}, rubric=rubric or RUBRIC)


def png(colour: str = "red", size: tuple[int, int] = (128, 128)) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, colour).save(written, "PNG")
    return written.getvalue()


def asked(student: User, exercise: Exercise, prompt: str = "a red circle", **options: Any) -> Run:
    """A picture that waits in the queue."""
    attempt = services.begin(student=student, exercise=exercise)
    return services.start_run(attempt=attempt, payload={"prompt": prompt, "options": options})


def painted(run: Run, *colours: str) -> Run:
    """One picture per colour, as a worker would have recorded them."""
    seed, now = run.job.request["seed"], timezone.now()
    made = [
        {"digest": pictures.keep(png(colour)), "width": 128, "height": 128, "size": 1, "seed": seed + place}
        for place, colour in enumerate(colours or ("red",))
    ]
    result = {"task": "image", "pictures": made, "parameters": {}, "unknown_words": ["zebra"], "finish": "stop"}
    Job.objects.filter(pk=run.job_id).update(
        state=State.DONE, result=result, model="turbo", started_at=now, first_output_at=now, finished_at=now
    )
    return Run.objects.select_related("job", "attempt").get(pk=run.pk)


def digest_of(run: Run) -> str:
    return str((run.job.result or {})["pictures"][0]["digest"])


def handed_in(run: Run) -> Attempt:
    services.submit(attempt=run.attempt, answer={"chosen": [f"{run.pk}:0"]}, idempotency_key=str(run.pk))
    return Attempt.objects.get(pk=run.attempt_id)
