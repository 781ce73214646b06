"""Work in a decoding lab: runs by the services, computed by a made-up model instead of by a server."""

from typing import Any

from django.utils import timezone
from pydantic import TypeAdapter

from athanor.accounts.models import User
from courses.attempts import services
from courses.attempts.models import Run
from courses.catalog.models import Exercise, Module
from courses.kinds.decoding_lab.grade import default_rubric
from courses.kinds.decoding_lab.schema import LabSpec
from tests.courses.made_up_model import answer
from tests.factories import make_exercise
from workers.backends.requests import PredictRequest, TokenizeRequest
from workers.scheduling.models import Job
from workers.scheduling.states import State

PROPERTIES = {"ok": {"type": "boolean"}}
SCHEMA = {"type": "object", "properties": PROPERTIES, "required": ["ok"], "additionalProperties": False}
QUESTIONS: list[dict[str, Any]] = [
    {"id": "ids", "ask": "ids", "text": "ok", "title": {"en": "Which ids?", "fr": "Quels numéros ?"}},
    {"id": "best", "ask": "pick", "prompt": "Is it?", "title": {"en": "Which one?", "fr": "Lequel ?"}},
    {"id": "mask", "ask": "mask", "json_schema": SCHEMA, "tokens": ["{", '{"', "ok"], "title": {"en": "Allowed?"}},
]
_REQUESTS: TypeAdapter[PredictRequest | TokenizeRequest] = TypeAdapter(PredictRequest | TokenizeRequest)


def lab(module: Module, **spec: Any) -> Exercise:
    parsed = LabSpec.model_validate(spec)
    slug = f"lab-{module.exercises.count()}"
    return make_exercise(module=module, slug=slug, kind="decoding_lab", spec=spec, rubric=default_rubric(parsed))


def asked(student: User, exercise: Exercise, **payload: Any) -> Run:
    """A step that waits in the queue."""
    attempt = services.begin(student=student, exercise=exercise)
    return services.start_run(attempt=attempt, payload={"text": "Is it?", **payload})


def computed(run: Run, **changes: Any) -> Run:
    """Its result, as a worker would have written it."""
    compute(run.job, **changes)
    return Run.objects.select_related("job", "attempt").get(pk=run.pk)


def compute(job: Job, **changes: Any) -> None:
    now, result = timezone.now(), answer(_REQUESTS.validate_python(job.request))
    Job.objects.filter(pk=job.pk).update(
        state=State.DONE, result={**result, **changes}, model="made-up", started_at=now, finished_at=now
    )


def stepped(student: User, exercise: Exercise, **payload: Any) -> Run:
    return computed(asked(student, exercise, **payload))
