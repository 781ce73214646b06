"""Work in a function-calling exercise: runs by the services, the model's calls written by hand."""

import json
from typing import Any

from django.utils import timezone

from athanor.accounts.models import User
from courses.attempts import services
from courses.attempts.models import Attempt, Run
from courses.catalog.models import Exercise, Module
from tests.factories import make_exercise
from workers.scheduling.models import Job
from workers.scheduling.states import State

INTEGER = {"type": "integer", "description": "a number"}
ADD = {"type": "object", "required": ["a", "b"], "properties": {"a": INTEGER, "b": INTEGER}}
DEFINITIONS = json.dumps([{"name": "add", "description": "Add two numbers", "parameters": ADD}])
SUM, SECRET = {"name": "add", "arguments": {"a": 2, "b": 3}}, {"name": "add", "arguments": {"a": 40, "b": 2}}
CASES: list[dict[str, Any]] = [
    {"id": "open", "question": "What is 2 plus 3?", "visible": True, "expected": [SUM]},
    {"id": "secret", "question": "How many are 40 and 2?", "category": {"en": "Sums"}, "expected": [SECRET]},
    {"id": "quiet", "question": "Good evening, dear machine!", "category": {"en": "Nothing fits"}},
]
SPEC: dict[str, Any] = {"task": "definitions", "functions": [{"name": "add", "parameters": ADD}], "cases": CASES}
RUBRIC: dict[str, Any] = {"items": [{"id": "calls", "title": {"en": "Calls"}, "criterion": "calls_match"}]}
LOOP: dict[str, Any] = {
    "task": "tool_loop",
    "tools": [{"tool": "add", "answers": [{"error": "busy"}, {"result": 5}]}],
}


def calls_exercise(module: Module, **spec: Any) -> Exercise:
    slug = f"calls-{module.exercises.count()}"
    return make_exercise(module=module, slug=slug, kind="function_calling", spec={**SPEC, **spec}, rubric=RUBRIC)


def tried(student: User, exercise: Exercise, **payload: Any) -> Run:
    """A question of the sample that waits in the queue."""
    attempt = services.begin(student=student, exercise=exercise)
    return services.start_run(attempt=attempt, payload={"definitions": DEFINITIONS, "case": "open", **payload})


def called(job: Job, *calls: dict[str, Any], text: str = "") -> None:
    """What the model did, as a worker would have written it."""
    now = timezone.now()
    written = [{"name": "add", "arguments": call} for call in calls]
    result = {"task": "chat", "text": text, "finish": "stop", "usage": {}, "reasoning": "", "tool_calls": written}
    Job.objects.filter(pk=job.pk).update(
        state=State.DONE, result=result, model="tiny", started_at=now, first_output_at=now, finished_at=now
    )


def handed_in(student: User, exercise: Exercise, **answer: Any) -> Attempt:
    attempt = services.begin(student=student, exercise=exercise)
    return services.submit(attempt=attempt, answer={"definitions": DEFINITIONS, **answer})


def marked(attempt: Attempt) -> Attempt:
    """The sample and the hidden sum are wrong by one, the quiet one is right."""
    for job in Job.objects.filter(subject=attempt.subject):
        if "quiet" in job.key:
            called(job, text="Good evening!")
        else:
            called(job, {"a": 2, "b": 4})
    services.collect(attempt.pk)
    return Attempt.objects.get(pk=attempt.pk)
