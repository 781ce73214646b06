"""Free play as students leave it, made by the services that they use; only the models' part is written by hand."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from athanor.accounts.models import User
from courses.catalog.models import Course
from courses.playground import services
from courses.playground.models import Answer, Conversation
from tests.factories import make_alias
from tests.pages.images import png
from workers.backends import pictures
from workers.backends.models import ModelAlias, Pool
from workers.scheduling.models import Job
from workers.scheduling.states import State


def columns(*temperatures: float) -> list[dict[str, Any]]:
    return [{"alias": "chat-small", "temperature": temperature} for temperature in temperatures or (0.0, 1.0)]


def begun(student: User, course: Course, text: str = "What is heat?", *temperatures: float) -> Conversation:
    """One message that waits in the queue for two columns."""
    return services.begin(
        owner=student, course=course, mode="text", columns=columns(*temperatures), settings={"seed": 7}, text=text
    )


def answers_of(conversation: Conversation) -> list[Answer]:
    """Those to the newest message."""
    newest = conversation.prompts.order_by("-number")[:1]
    return list(Answer.objects.filter(prompt__in=newest.values("pk")).select_related("job").order_by("place"))


def answer(conversation: Conversation, texts: Sequence[str]) -> None:
    """The models' answers to the newest message, as workers would have written them."""
    for found, text in zip(answers_of(conversation), texts, strict=True):
        finish(found, {"task": "chat", "text": text, "finish": "stop", "usage": {"completion_tokens": 4}})


def finish(found: Answer, result: dict[str, Any]) -> None:
    now = timezone.now()
    Job.objects.filter(pk=found.job_id).update(
        state=State.DONE, result=result, model="tiny", started_at=now, first_output_at=now, finished_at=now
    )


def painted(student: User, course: Course) -> tuple[UUID, str]:
    """A conversation with a picture, and the picture's digest."""
    make_alias(name="image-turbo")
    ModelAlias.objects.filter(name="image-turbo").update(pool=Pool.IMAGE)
    Course.objects.filter(pk=course.pk).update(playground={"aliases": ["chat-small", "image-turbo"]})
    course.refresh_from_db()
    made = services.begin(
        owner=student, course=course, mode="image", columns=[{"alias": "image-turbo"}], settings={"seed": 3},
        text="a red circle",
    )  # fmt: skip
    digest = pictures.keep(png())
    picture = {"digest": digest, "width": 128, "height": 128, "size": 1, "seed": 3}
    finish(answers_of(made)[0], {"task": "image", "pictures": [picture], "parameters": {}, "finish": "stop"})
    return made.pk, digest
