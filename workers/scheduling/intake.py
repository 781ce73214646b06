"""From specifications to rows, with the limits of what one student may have waiting."""

import secrets
from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth import get_user_model

from workers.backends.models import ModelAlias
from workers.backends.requests import ChatRequest, ImageRequest, Request
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
    jobs = Job.objects.filter(subject=subject, key__in=[spec.key for spec in specs])
    return {job.key: job for job in jobs}


def check_room(owner_id: int | None, specs: Sequence[JobSpec]) -> None:
    """Raises TooManyJobs when a student would have more interactive jobs waiting than allowed."""
    capped = [spec for spec in specs if spec.lane in CAPPED]
    if owner_id is None or not capped:
        return
    # Two requests of one student at once are counted one after the other.
    get_user_model().objects.select_for_update(no_key=True).filter(pk=owner_id).first()
    waiting = Job.objects.filter(owner=owner_id, state=State.QUEUED, lane__in=[lane.value for lane in CAPPED]).count()
    if waiting + len(capped) > settings.JOBS_QUEUED_PER_STUDENT:
        raise TooManyJobs(estimates.seconds_until_room())


def rows(
    specs: Sequence[JobSpec], *, subject: str, channel: str, on_done: str, owner_id: int | None, share_group: str
) -> list[Job]:
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


def _pools(specs: Sequence[JobSpec]) -> dict[str, str]:
    wanted = {spec.alias for spec in specs}
    pools = dict(ModelAlias.objects.filter(name__in=wanted).values_list("name", "pool"))
    for alias in sorted(wanted - pools.keys()):
        raise NoSuchAlias(alias)
    return pools
