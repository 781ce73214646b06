"""Servers that run models, what they have, and the aliases that courses use."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from workers.backends.registry import all_adapters, most_slots
from workers.backends.routing import Limits


class Pool(models.TextChoices):
    """A resource that jobs compete for. One row per pool is the lock of its dispatcher."""

    TEXT = "text", _("text")
    IMAGE = "image", _("images")


def adapter_choices() -> list[tuple[str, str]]:
    return [(slug, slug) for slug in all_adapters()]


class Server(models.Model):
    """A model server. Its health is what the last probes and runs saw."""

    class Health(models.TextChoices):
        UNKNOWN = "unknown", _("not tried yet")
        HEALTHY = "healthy", _("healthy")
        BUSY = "busy", _("busy")
        DOWN = "down", _("not answering")
        MISCONFIGURED = "misconfigured", _("wrong settings")

    name = models.CharField(_("name"), max_length=80, unique=True)
    adapter = models.CharField(_("type"), max_length=32, choices=adapter_choices)
    url = models.URLField(_("address"), max_length=500)
    # Credentials stay in the environment, or are kept here encrypted (`sealing.py`); neither is ever shown again.
    api_key_variable = models.CharField(
        _("environment variable with the key"), max_length=80, blank=True,
        help_text=_("Name of the variable that holds the key, never the key itself."),
    )  # fmt: skip
    sealed_key = models.TextField(blank=True, editable=False)
    local = models.BooleanField(
        _("on our own premises"), default=True,
        help_text=_("Aliases for private work only lead to such servers."),
    )  # fmt: skip
    pool = models.CharField(_("pool"), max_length=8, choices=Pool, default=Pool.TEXT)
    slots = models.PositiveSmallIntegerField(
        _("slots"), default=1, validators=[MinValueValidator(1), MaxValueValidator(512)],
        help_text=_("How many jobs it may run at once; never more than the server itself runs in parallel."),
    )  # fmt: skip
    enabled = models.BooleanField(_("enabled"), default=True)
    demonstration = models.BooleanField(_("demonstration model"), default=False)
    # Running jobs finish, no new ones start. A paused server is probed all the same, because it will be used again
    # soon; one that is drained is left alone, because it will be switched off or changed.
    paused = models.BooleanField(_("paused"), default=False)
    draining = models.BooleanField(_("draining"), default=False)
    health = models.CharField(_("health"), max_length=16, choices=Health, default=Health.UNKNOWN)
    health_detail = models.TextField(_("what was seen"), blank=True)  # for staff
    version = models.CharField(_("version"), max_length=80, blank=True)
    # The two breakers, see `breakers.py`; both in a row.
    connect_failures = models.PositiveSmallIntegerField(_("failed connections in a row"), default=0)
    answer_failures = models.PositiveSmallIntegerField(_("failed answers in a row"), default=0)
    probed_at = models.DateTimeField(_("last probe"), null=True, blank=True)
    retry_at = models.DateTimeField(_("tried again"), null=True, blank=True)  # no job before this time

    class Meta:
        verbose_name = _("server")
        verbose_name_plural = _("servers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        most = most_slots(self.adapter)
        if (self.slots or 0) > most:
            text = _("Servers of this type do %(most)d job at once: more would only wait inside the server.")
            raise ValidationError({"slots": text % {"most": most}})


class ServerModel(models.Model):
    """A model that a server was seen to have."""

    server = models.ForeignKey(Server, on_delete=models.CASCADE, related_name="models")
    name = models.CharField(_("name"), max_length=200)
    digest = models.CharField(_("digest"), max_length=128, blank=True)
    context_length = models.PositiveIntegerField(_("context (tokens)"), null=True, blank=True)
    capabilities = models.JSONField(_("capabilities"), default=list)
    details = models.JSONField(default=dict)
    loaded = models.BooleanField(_("loaded"), default=False)
    seen_at = models.DateTimeField(_("seen"))
    # {"at", "ok", "seconds", "detail"}: of the last tiny request that was really run, see `canary.py`
    canary = models.JSONField(_("trial"), null=True, blank=True)

    class Meta:
        verbose_name = _("model")
        verbose_name_plural = _("models")
        ordering = ["server", "name"]
        constraints = [models.UniqueConstraint(fields=["server", "name"], name="one_row_per_model")]

    def __str__(self) -> str:
        return f"{self.name} @ {self.server}"


class ModelAlias(models.Model):
    """What a course asks for (`chat-small`); where it leads is the administrator's choice."""

    name = models.SlugField(_("name"), max_length=64, unique=True)
    description = models.CharField(_("description"), max_length=200, blank=True)
    local_only = models.BooleanField(
        _("own premises only"), default=False,
        help_text=_("Private work: it waits rather than leave for a server that is not on our own premises."),
    )  # fmt: skip
    pool = models.CharField(_("pool"), max_length=8, choices=Pool, default=Pool.TEXT)

    class Meta:
        verbose_name = _("model alias")
        verbose_name_plural = _("model aliases")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Route(models.Model):
    """One place where an alias may be served, and for which work; lower positions are preferred."""

    alias = models.ForeignKey(ModelAlias, on_delete=models.CASCADE, related_name="routes", verbose_name=_("alias"))
    server = models.ForeignKey(Server, on_delete=models.CASCADE, related_name="routes", verbose_name=_("server"))
    model = models.CharField(
        _("model on that server"), max_length=200, blank=True, help_text=_("Empty: its first one that can do the work.")
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("The lowest is asked first, the next ones while it is full or away.")
    )
    weight = models.FloatField(
        _("weight"), null=True, blank=True, validators=[MinValueValidator(0.01), MaxValueValidator(1000)],
        help_text=_(
            "Part of the work among routes of the same position. Empty for all of them: whichever has the model loaded."
        ),
    )  # fmt: skip
    # Prompts are measured before they are sent, at four characters per token.
    min_prompt_tokens = models.PositiveIntegerField(_("prompt from (tokens)"), null=True, blank=True)
    max_prompt_tokens = models.PositiveIntegerField(_("prompt up to (tokens)"), null=True, blank=True)
    purposes = models.JSONField(_("only for"), default=list, blank=True)  # of `routing.Purpose`; empty: all work

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        ordering = ["alias", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["alias", "server", "model"], name="one_route_each")]

    def __str__(self) -> str:
        return f"{self.alias} → {self.model} @ {self.server}"

    @property
    def limits(self) -> Limits:
        return Limits(
            self.min_prompt_tokens, self.max_prompt_tokens, tuple(self.purposes), local_only=self.alias.local_only
        )

    def clean(self) -> None:
        least, most = self.min_prompt_tokens, self.max_prompt_tokens
        if least is not None and most is not None and least > most:
            raise ValidationError({"max_prompt_tokens": _("It takes no prompt at all: this is less than the least.")})
        alias, server = getattr(self, "alias", None), getattr(self, "server", None)
        if alias is None or server is None:
            return
        facts = {"server": server.name, "pool": server.get_pool_display(), "wanted": alias.get_pool_display()}
        if server.pool != alias.pool:
            text = _("%(server)s does %(pool)s; this alias is for %(wanted)s.")
            raise ValidationError({"server": text % facts})
        if alias.local_only and not server.local:
            text = _(
                "%(server)s is not on our own premises, and this alias leads nowhere else: nothing would go there."
            )
            raise ValidationError({"server": text % facts})
