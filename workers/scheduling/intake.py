"""From specifications to rows, with the limits of what one student may have waiting."""

import secrets
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import BigIntegerField, CharField, Count, QuerySet

from workers import prepared
from workers.backends.models import ModelAlias
from workers.backends.requests import ChatRequest, ImageRequest, Request
from workers.prepared import Given
from workers.scheduling import estimates
from workers.scheduling.errors import NoSuchAlias, TooManyJobs
from workers.scheduling.models import Job
from workers.scheduling.spec import JobSpec, Lane
from workers.scheduling.states import State
from workers.scheduling.storable import storable

CAPPED = (Lane.LIVE, Lane.INTERACTIVE)
LARGEST_SEED = 2**31 - 1


def existing(subject: str, specs: Sequence[JobSpec]) -> dict[str, Job]:
    """The subject's jobs with these keys, by key."""
    if len(specs) == 1:
        found = prepared.objects("intake existing", _with_key, subject, specs[0].key)
    else:
        found = list(Job.objects.filter(subject=subject, key__in=[spec.key for spec in specs]))
    return {job.key: job for job in found}


def _with_key() -> QuerySet[Job]:
    return Job.objects.filter(subject=Given(0, CharField()), key=Given(1, CharField())).order_by()


def check_room(owner_id: int | None, specs: Sequence[JobSpec]) -> None:
    """Raises TooManyJobs when a student would have more interactive jobs waiting than allowed."""
    capped = [spec for spec in specs if spec.lane in CAPPED]
    if owner_id is None or not capped:
        return
    # Two requests of one student at once are counted one after the other.
    prepared.select("intake owner", _owner, owner_id)
    [[waiting]] = prepared.select("intake waiting", _waiting, owner_id) or [(0,)]
    if waiting + len(capped) > settings.JOBS_QUEUED_PER_STUDENT:
        raise TooManyJobs(estimates.seconds_until_room())


def _owner() -> QuerySet[Any, tuple[Any, ...]]:
    rows = get_user_model().objects.select_for_update(no_key=True).filter(pk=Given(0, BigIntegerField()))
    return rows.order_by().values_list("pk")


def _waiting() -> QuerySet[Job, tuple[Any, ...]]:
    lanes = [lane.value for lane in CAPPED]
    rows = Job.objects.filter(owner=Given(0, BigIntegerField()), state=State.QUEUED, lane__in=lanes)
    return rows.order_by().values_list("owner").annotate(count=Count("pk")).values_list("count")


def rows(
    specs: Sequence[JobSpec], *, subject: str, channel: str, on_done: str, owner_id: int | None, share_group: str,
    local_only: bool,
) -> list[Job]:  # fmt: skip
    """Rows that are not saved yet; raises NoSuchAlias."""
    pools = _pools(specs)
    rates = estimates.rates({spec.alias for spec in specs}) if specs else {}
    return [
        Job(
            subject=subject,
            key=spec.key,
            channel=channel,
            on_done=on_done,
            owner_id=owner_id,
            share_group=share_group,
            pool=pools[spec.alias],
            lane=spec.lane.value,
            alias=spec.alias,
            request=storable(seeded(spec.request).model_dump(mode="json")),
            purpose=spec.what_for.value,
            prompt_tokens=estimates.prompt_tokens(spec.request),
            local_only=local_only,
            timeout=spec.timeout,
            expected_seconds=estimates.expected_seconds(spec.request, rates.get(spec.alias)),
        )
        for spec in specs
    ]


def seeded(request: Request) -> Request:
    """The request with a seed: without one nobody could make the answer again."""
    if isinstance(request, ImageRequest) and request.seed is None:
        return request.model_copy(update={"seed": secrets.randbelow(LARGEST_SEED)})
    if not isinstance(request, ChatRequest) or request.options.seed is not None:
        return request
    options = request.options.model_copy(update={"seed": secrets.randbelow(LARGEST_SEED)})
    return request.model_copy(update={"options": options})


def _pool() -> QuerySet[ModelAlias, tuple[Any, ...]]:
    return ModelAlias.objects.filter(name=Given(0, CharField())).order_by().values_list("pool")


def _pools(specs: Sequence[JobSpec]) -> dict[str, str]:
    wanted = {spec.alias for spec in specs}
    pools = {alias: pool for alias in wanted for [pool] in prepared.select("intake pool", _pool, alias)}
    for alias in sorted(wanted - pools.keys()):
        raise NoSuchAlias(alias)
    return pools
