"""Interactive runs of an open attempt: a turn of a chat, one image."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from athanor.api import inputs, outputs
from athanor.api.documents import IDEMPOTENCY_KEY, documented
from athanor.api.idempotency import key_of
from athanor.api.lookups import attempt_to_change, attempt_to_read, run_of
from courses.attempts import services
from courses.attempts.models import Run
from courses.texts import localise
from workers.backends.messages import for_error
from workers.scheduling import selectors as queue
from workers.scheduling.explanation import in_words
from workers.scheduling.models import Job
from workers.scheduling.states import State

WAITS = frozenset({State.QUEUED, State.LEASED})


@documented(
    "start_run",
    request=inputs.RunIn,
    parameters=[IDEMPOTENCY_KEY],
    answers={201: outputs.RunOut},
    refusals=(400, 403, 409, 413, 422, 429, 503),
    summary="Send one turn; it is queued, and its tokens arrive as events",
)
@api_view(["POST"])
def start(request: Request, attempt: UUID) -> Response:
    given = inputs.RunIn(data=request.data)
    given.is_valid(raise_exception=True)
    found = attempt_to_change(request, attempt)
    run = services.start_run(attempt=found, payload=given.validated_data, idempotency_key=key_of(request))
    run.job.state = queue.state_of(run.job_id)  # most are given to a server at once
    return Response(outputs.RunOut(run_data(run)).data, status=201)


@documented("run", answers={200: outputs.RunOut}, summary="One run")
@api_view(["GET"])
def run(request: Request, attempt: UUID, run: UUID) -> Response:
    found = run_of(attempt_to_read(request, attempt), run)
    return Response(outputs.RunOut(run_data(found)).data)


@documented(
    "stop_run",
    request=None,
    answers={200: outputs.RunOut},
    refusals=(403,),
    summary="Stop a run; what it wrote is kept",
)
@api_view(["POST"])
def stop(request: Request, attempt: UUID, run: UUID) -> Response:
    found = run_of(attempt_to_change(request, attempt), run)
    return Response(outputs.RunOut(run_data(services.stop_run(run=found))).data)


def run_data(run: Run) -> dict[str, Any]:
    job = run.job
    return {
        "id": run.pk,
        "parent": run.parent_id,
        "payload": run.payload,
        "state": job.state,
        "created_at": run.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "result": job.result,
        "failure": _failure(job),
        "model": job.model,
        "manifest": job.manifest,
        "answered_by": localise(in_words(job.manifest), get_language() or "en"),
        "waiting": asdict(queue.waiting(job)) if job.state in WAITS else None,
    }


def _failure(job: Job) -> dict[str, str] | None:
    """The code and the words for people; the server's own words are for staff."""
    if not job.error:
        return None
    code = job.error["code"]
    return {"code": code, "message": localise(for_error(code, job.error.get("facts")), get_language() or "en")}
