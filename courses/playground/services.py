"""The only writers of conversations. Every entrance calls these."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import uuid4

from django.contrib.auth.models import AbstractUser
from django.db import IntegrityError, transaction
from django.utils import timezone
from pydantic import BaseModel, ValidationError

from courses.attempts.quota import group_of
from courses.catalog.models import Course
from courses.playground import refusals, selectors
from courses.playground.models import Answer, Conversation, Prompt
from courses.playground.plan import request_of
from courses.playground.rules import check_can_play
from courses.playground.schema import MOST_COLUMNS, PROMPT_LIMIT, ChatSettings, Column, ImageSettings, Settings
from workers.events.models import Event
from workers.events.publish import publish
from workers.scheduling.forgetting import forget
from workers.scheduling.services import cancel, enqueue
from workers.scheduling.spec import JobSpec, Lane
from workers.scheduling.states import TERMINAL
from workers.scheduling.storable import storable

ModelT = TypeVar("ModelT", bound=BaseModel)

TITLE = 60  # characters of a title that is made of the first message


def begin(
    *, owner: AbstractUser, course: Course, mode: str, columns: Sequence[Mapping[str, Any]],
    settings: Mapping[str, Any], text: str, idempotency_key: str = "",
) -> Conversation:  # fmt: skip
    """A conversation with its first message, to all columns. The same key gives the same conversation.

    Raises Hidden, Refusal, and the scheduler's TooManyJobs, QuotaUsed and NoSuchAlias; then nothing is made.
    """
    check_can_play(owner, course)
    key = _key(idempotency_key)
    if existing := _begun_with(owner, key):
        return existing
    if selectors.conversations_of(owner, course).count() >= refusals.MOST_CONVERSATIONS:
        raise refusals.too_many_conversations()
    try:
        return _begin(owner, course, mode, columns, settings, text, key)
    except IntegrityError:  # a double click: the other request was first
        if existing := _begun_with(owner, key):
            return existing
        raise


def _begun_with(owner: AbstractUser, key: str) -> Conversation | None:
    return Conversation.objects.filter(owner_id=owner.pk, idempotency_key=key).first() if key else None


@transaction.atomic
def _begin(
    owner: AbstractUser, course: Course, mode: str, columns: Sequence[Mapping[str, Any]], settings: Mapping[str, Any],
    text: str, key: str,
) -> Conversation:  # fmt: skip
    made = Conversation.objects.create(
        owner_id=owner.pk, course=course, mode=Conversation.Mode(mode), title=_title(text), columns=[], settings={},
        idempotency_key=key,
    )  # fmt: skip
    _ask(made, text, columns, settings, key)
    return made


@transaction.atomic
def ask(
    *, conversation: Conversation, text: str, columns: Sequence[Mapping[str, Any]], settings: Mapping[str, Any],
    idempotency_key: str = "",
) -> Prompt:  # fmt: skip
    """One more message. The models stay those of the beginning; their temperatures and the settings may change.

    Raises as `begin`, and Refusal while a model still answers.
    """
    locked = (
        Conversation.objects.select_for_update(of=("self",)).select_related("course", "owner").get(pk=conversation.pk)
    )
    check_can_play(locked.owner, locked.course)
    key = _key(idempotency_key)
    if key and (existing := locked.prompts.filter(idempotency_key=key).first()):
        return existing
    if selectors.is_busy(locked):
        raise refusals.unfinished()
    return _ask(locked, text, _same_models(locked, columns), settings, key)


def _same_models(conversation: Conversation, columns: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each column keeps its model and so its history; only what is set for it is new."""
    given = [*columns, *({} for _column in conversation.columns)]
    return [{**given[place], "alias": kept["alias"]} for place, kept in enumerate(conversation.columns)]


def _ask(
    conversation: Conversation, text: str, columns: Sequence[Mapping[str, Any]], settings: Mapping[str, Any], key: str
) -> Prompt:
    _check_text(text)
    chosen, held = _columns(conversation, columns), _settings(conversation.mode, settings)
    prompts = selectors.prompts_of(conversation)
    prompt = Prompt.objects.create(
        conversation=conversation, number=len(prompts) + 1, text=storable(text),
        settings=held.model_dump(mode="json"), idempotency_key=key,
    )  # fmt: skip
    _enqueue(conversation, prompt, prompts, chosen, held)
    conversation.columns = [column.model_dump(mode="json") for column in chosen]
    conversation.settings, conversation.used_at = prompt.settings, timezone.now()
    conversation.save(update_fields=["columns", "settings", "used_at"])
    publish(channel=conversation.channel, type="prompt", data={"prompt": str(prompt.pk)})
    return prompt


def _enqueue(
    conversation: Conversation, prompt: Prompt, earlier: Sequence[Prompt], columns: Sequence[Column], settings: Settings
) -> None:
    """One job per column, all or none."""
    ids = [uuid4() for _column in columns]
    specs = [
        JobSpec(
            key=f"answer:{ids[place]}",
            alias=column.alias,
            request=request_of(column, settings, selectors.before(earlier, place), prompt.text),
            lane=Lane.INTERACTIVE,
        )
        for place, column in enumerate(columns)
    ]
    jobs = enqueue(
        subject=conversation.subject,
        channel=conversation.channel,
        specs=specs,
        on_done="",
        owner_id=conversation.owner_id,
        share_group=group_of(conversation.course_id),
        local_only=conversation.course.local_only,
    )
    Answer.objects.bulk_create(
        Answer(id=ids[place], prompt=prompt, place=place, column=column.model_dump(mode="json"), job=jobs[place])
        for place, column in enumerate(columns)
    )


def _check_text(text: str) -> None:
    if not text.strip():
        raise refusals.empty()
    if len(text) > PROMPT_LIMIT:
        raise refusals.too_long(len(text))


def _columns(conversation: Conversation, given: Sequence[Mapping[str, Any]]) -> list[Column]:
    if not given:
        raise refusals.no_model()
    if len(given) > MOST_COLUMNS:
        raise refusals.too_many_models()
    found = [_read(Column, column) for column in given]
    offered = {offer.name for offer in selectors.offers(conversation.course, conversation.mode)}
    for column in found:
        if column.alias not in offered:
            raise refusals.not_offered(column.alias)
    return found


def _settings(mode: str, given: Mapping[str, Any]) -> Settings:
    return _read(ImageSettings, given) if mode == Conversation.Mode.IMAGE else _read(ChatSettings, given)


def _read(model: type[ModelT], given: Mapping[str, Any]) -> ModelT:
    try:
        return model.model_validate(storable(dict(given)))
    except ValidationError as error:
        raise refusals.wrong_setting(".".join(map(str, error.errors()[0]["loc"])) or "size") from error


def stop(*, answer: Answer) -> None:
    """Stop one model, not only its column. What it wrote is kept. Stopping a finished answer changes nothing."""
    cancel(job_id=answer.job_id)


def rename(*, conversation: Conversation, title: str) -> None:
    """An empty title changes nothing."""
    written = str(storable(" ".join(title.split())))[:120]
    if written:
        Conversation.objects.filter(pk=conversation.pk).update(title=written)


def delete(*, conversation: Conversation) -> None:
    """Gone at once for its owner; the words are destroyed as soon as the models have let go of them."""
    Conversation.objects.filter(pk=conversation.pk, deleted_at=None).update(deleted_at=timezone.now(), title="")
    for job_id in (
        Answer.objects.filter(prompt__conversation=conversation)
        .exclude(job__state__in=TERMINAL)
        .values_list("job_id", flat=True)
    ):
        cancel(job_id=job_id)
    purge(conversation)


@transaction.atomic
def purge(conversation: Conversation) -> bool:
    """Destroy a deleted conversation; False while one of its jobs still runs. Statistics of the queue stay."""
    if selectors.is_busy(conversation):
        return False
    forget(subject=conversation.subject)
    Event.objects.filter(channel=conversation.channel).delete()
    Conversation.objects.filter(pk=conversation.pk).delete()
    return True


def erase(*, owner_id: int) -> None:
    """Every conversation of a person whose jobs have all ended."""
    for conversation in Conversation.objects.filter(owner_id=owner_id):
        purge(conversation)


def _key(given: str) -> str:
    return str(storable(given))[:80]


def _title(text: str) -> str:
    words = str(storable(" ".join(text.split())))
    return words if len(words) <= TITLE else f"{words[: TITLE - 1].rstrip()}…"
