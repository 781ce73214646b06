"""Jobs: the queue itself. Only `services.py` and `dispatch.py` write these rows."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workers.backends.models import Pool, Server
from workers.backends.routing import Demand, Purpose
from workers.scheduling.spec import Lane
from workers.scheduling.states import State


class PoolLock(models.Model):
    """Locked (`select_for_update`) by whoever dispatches jobs of the pool."""

    pool = models.CharField(max_length=8, choices=Pool, primary_key=True)
    # server id → {"model", "at", "held"}: what it was given last, and since when affinity keeps it on that model
    servers = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.pool


class Share(models.Model):
    """What somebody was given of a pool, see `policy.py`. Written by whoever holds the pool's lock and nobody else."""

    key = models.CharField(max_length=160, unique=True)  # `shares.keys`
    pool = models.CharField(_("pool"), max_length=8, choices=Pool)
    lane = models.CharField(_("lane"), max_length=12, blank=True)  # empty: the pool itself
    group = models.CharField(_("share"), max_length=64, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("person")
    )
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="children")
    leaf = models.BooleanField(default=False)  # its jobs point to it
    weight = models.FloatField(_("weight"), default=1.0)
    counter = models.FloatField(_("counter"), default=0.0)  # seconds given / weight, and lifts
    charged = models.FloatField(default=0.0)  # seconds, predicted, of what is in flight
    floor = models.FloatField(default=0.0)  # a child that comes back is lifted to it
    waiting = models.BooleanField(_("waiting"), default=False)  # false: no queued job below it, for certain

    class Meta:
        verbose_name = _("share")
        verbose_name_plural = _("shares")
        ordering = ["key"]
        indexes = [
            models.Index(fields=["parent", "counter", "id"], name="share_next", condition=models.Q(waiting=True)),
            models.Index(fields=["pool"], name="share_tree", condition=models.Q(waiting=True, leaf=False)),
        ]

    def __str__(self) -> str:
        return self.key


class Rate(models.Model):
    """How fast a server runs a model, as its own timings tell: exponential means over finished answers."""

    server = models.ForeignKey(Server, on_delete=models.CASCADE, related_name="rates")
    model = models.CharField(max_length=200)
    prompt = models.FloatField()  # seconds per prompt token
    generation = models.FloatField()  # seconds per token of an answer
    answer = models.FloatField()  # tokens of an answer
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("speed")
        verbose_name_plural = _("speeds")
        constraints = [models.UniqueConstraint(fields=["server", "model"], name="one_rate_per_model")]

    def __str__(self) -> str:
        return f"{self.model} @ {self.server}"


class Allowance(models.Model):
    """What a group, or one person in it, may use of the servers: its weight in a fair share, its limits of a day.

    Empty limits are inherited: a person's from the group's, a group's from the row without a group.
    """

    group = models.CharField(_("share"), max_length=64, blank=True)  # as `Job.share_group`; empty: every group
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+",
        verbose_name=_("person"),
    )  # fmt: skip
    weight = models.FloatField(_("weight"), default=1.0, validators=[MinValueValidator(0.01), MaxValueValidator(100)])
    person_seconds = models.PositiveIntegerField(_("GPU seconds of a person"), null=True, blank=True)
    person_tokens = models.PositiveIntegerField(_("tokens of a person"), null=True, blank=True)
    person_images = models.PositiveIntegerField(_("images of a person"), null=True, blank=True)
    group_seconds = models.PositiveIntegerField(_("GPU seconds of all together"), null=True, blank=True)
    group_tokens = models.PositiveIntegerField(_("tokens of all together"), null=True, blank=True)
    group_images = models.PositiveIntegerField(_("images of all together"), null=True, blank=True)

    class Meta:
        verbose_name = _("allowance")
        verbose_name_plural = _("allowances")
        ordering = ["group", "owner_id"]
        constraints = [
            models.UniqueConstraint(fields=["group", "owner"], name="one_allowance_each"),
            models.UniqueConstraint(
                fields=["group"], condition=models.Q(owner__isnull=True), name="one_allowance_per_group"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group or '*'} · {self.owner or '*'}"


class Spending(models.Model):
    """The ledger of quotas: one line per job, reserved when it is asked, put right when it ends, see `quotas.py`."""

    job = models.UUIDField(primary_key=True)  # not a foreign key: the line stays when the job is gone
    group = models.CharField(max_length=64, blank=True)
    # Null: counted for the group only. Handing in is always possible and costs its student nothing.
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    day = models.DateField()  # in the site's time zone
    seconds = models.FloatField()  # of a slot
    tokens = models.PositiveIntegerField()
    images = models.PositiveIntegerField()
    settled = models.BooleanField(default=False)  # false: reserved, as predicted

    class Meta:
        verbose_name = _("spending")
        verbose_name_plural = _("spendings")
        ordering = ["day", "job"]
        indexes = [models.Index(fields=["group", "day", "owner"], name="spending_day")]

    def __str__(self) -> str:
        return f"{self.group} · {self.owner_id} · {self.day}"


class Job(models.Model):
    """One request to one model, from asking to its final state."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    # who asks, and how to tell them
    subject = models.CharField(_("for"), max_length=120)  # opaque to this floor, e.g. "attempt:<uuid>"
    key = models.CharField(_("key"), max_length=120)  # unique within the subject
    channel = models.CharField(_("channel"), max_length=120)  # where its events are published
    on_done = models.CharField(
        _("task afterwards"), max_length=120, blank=True
    )  # Celery task called with the job id after a final state
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("person")
    )
    share_group = models.CharField(_("share"), max_length=64, blank=True)  # fair shares: group (a course) → owner

    # what is asked
    pool = models.CharField(_("pool"), max_length=8, choices=Pool)
    lane = models.CharField(_("lane"), max_length=12, choices=[(lane.value, lane.value) for lane in Lane])
    alias = models.CharField(_("alias"), max_length=64)
    request = models.JSONField(_("request"))  # workers.backends.requests.Request
    # What routes tell jobs apart by, see `workers.backends.routing`
    purpose = models.CharField(_("purpose"), max_length=12, default=Purpose.CHAT.value)
    prompt_tokens = models.PositiveIntegerField(_("prompt (tokens)"), default=0)  # estimated
    local_only = models.BooleanField(_("own premises only"), default=False)
    timeout = models.FloatField(_("time limit (s)"))  # seconds of running
    expected_seconds = models.FloatField(_("expected (s)"), default=1.0)  # of GPU time, predicted

    # its part, see `shares.py`
    share = models.ForeignKey(Share, on_delete=models.SET_NULL, null=True, related_name="jobs", editable=False)
    in_line = models.BooleanField(default=False, editable=False)  # the share knows that it waits
    charge = models.FloatField(_("charged (s)"), default=0.0, editable=False)  # for the last lease, `shares.grow` too
    taken = models.FloatField(_("taken so far (s)"), default=0.0, editable=False)  # by its run, as its worker tells
    owed = models.FloatField(null=True, editable=False)  # seconds to be added to the share's counters, once

    # where it stands
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)  # runs that began
    not_before = models.DateTimeField(_("not before"), default=timezone.now)  # back-off
    avoid_servers = models.JSONField(_("servers to avoid"), default=list)  # ids of servers that failed it
    cancel_requested_at = models.DateTimeField(_("stop asked"), null=True)
    lease_token = models.PositiveBigIntegerField(
        _("lease"), default=0
    )  # grows with each lease; an older one may write nothing
    lease_expires_at = models.DateTimeField(_("lease ends"), null=True)
    worker = models.CharField(_("worker"), max_length=120, blank=True)

    # what ran
    server = models.ForeignKey(
        Server, on_delete=models.SET_NULL, null=True, related_name="jobs", verbose_name=_("server")
    )
    model = models.CharField(_("model"), max_length=200, blank=True)
    manifest = models.JSONField(
        _("manifest"), default=dict
    )  # server, adapter, version, model, digest, options, route reason
    result = models.JSONField(
        _("result"), null=True
    )  # workers.backends.requests.Result; also partial output of a stopped job
    error = models.JSONField(_("error"), null=True)  # {"code", "fault", "detail"}; detail is for staff

    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    leased_at = models.DateTimeField(_("leased"), null=True)
    started_at = models.DateTimeField(_("begun"), null=True)
    first_output_at = models.DateTimeField(_("first output"), null=True)
    finished_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["created_at"]
        constraints = [models.UniqueConstraint(fields=["subject", "key"], name="one_job_per_key")]
        indexes = [
            models.Index(
                fields=["pool", "lane", "created_at"], name="job_queue_by_lane", condition=models.Q(state="queued")
            ),
            models.Index(fields=["pool", "-finished_at"], name="job_done", condition=models.Q(state="done")),
            models.Index(
                fields=["lease_expires_at"],
                name="job_lease",
                condition=models.Q(state__in=["leased", "running"]),
            ),
            models.Index(fields=["owner", "state"], name="job_owner"),
            models.Index(fields=["share", "created_at", "id"], name="job_line", condition=models.Q(state="queued")),
            models.Index(
                fields=["pool", "created_at"], name="job_arrived", condition=models.Q(state="queued", in_line=False)
            ),
            models.Index(fields=["pool"], name="job_owed", condition=models.Q(owed__isnull=False)),
            # Not conditional: SQLite cannot tell that `state IN (?, ?)` implies a condition.
            models.Index(fields=["state", "pool"], name="job_state"),
        ]

    def __str__(self) -> str:
        return f"{self.alias} for {self.subject} ({self.state})"

    @property
    def demand(self) -> Demand:
        return Demand.of_one(self.alias, self.purpose, self.prompt_tokens, local_only=self.local_only)
