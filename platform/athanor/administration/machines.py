"""Servers, what courses call their models, and the queue."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from athanor.administration.base import OperatorAdmin, ReadOnly, ReadOnlyRows
from athanor.administration.routes import RouteBlocks, RouteRows, warn_of_gaps
from courses.playground.models import SUBJECT as FREE_PLAY
from workers.backends import canary
from workers.backends import services as backends
from workers.backends.models import ModelAlias, Server, ServerModel, adapter_choices
from workers.backends.registry import all_adapters
from workers.backends.sealing import seal
from workers.scheduling import dispatch
from workers.scheduling import services as scheduling
from workers.scheduling.models import Job
from workers.scheduling.states import TERMINAL

WORDS = ("request", "result", "error")  # of a job
HOST = re.compile(r"[A-Za-z0-9._:-]+")  # a name or an address


def trial_words(trial: dict[str, Any] | None) -> str:
    """What came of the last tiny request."""
    if not trial:
        return "–"
    facts = {"seconds": trial["seconds"], "detail": trial["detail"]}
    return (_("answered in %(seconds)s s: %(detail)s") if trial["ok"] else _("failed: %(detail)s")) % facts


class SeenModelRows(ReadOnlyRows):
    model = ServerModel
    fields = ("name", "digest", "context_length", "capabilities", "loaded", "seen_at", "trial")
    readonly_fields = fields
    show_change_link = False
    tab = True

    @admin.display(description=gettext_lazy("Trial"))
    def trial(self, model: ServerModel) -> str:
        return trial_words(model.canary)


class ServerForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Machines of a private network have names without a dot, which Django's own check of addresses refuses."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("For example http://ollama:11434. Without a path, unless the server has one."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "adapter" in self.fields:  # nobody gets a type by not looking
            known = all_adapters()
            pretend = {slug for slug, one in known.items() if getattr(one, "pretends", False)}
            hidden = set() if settings.DEBUG or settings.DEMO else pretend - {self.instance.adapter}
            choices = [choice for choice in adapter_choices() if choice[0] not in hidden]
            self.fields["adapter"].choices = [("", "–"), *choices]  # type: ignore[attr-defined]

    key = forms.CharField(
        label=gettext_lazy("Key"), required=False, max_length=500, strip=True,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Kept encrypted and never shown again. Empty: the one that is kept stays."),
    )  # fmt: skip

    def save(self, commit: bool = True) -> Any:
        if self.cleaned_data.get("key"):
            self.instance.sealed_key = seal(self.cleaned_data["key"])
        return super().save(commit)

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"]).strip()
        url = url if "://" in url else f"http://{url}"
        try:
            parts = urlsplit(url)
            sound = parts.scheme in {"http", "https"} and HOST.fullmatch(parts.hostname or "") and parts.port != 0
        except ValueError:
            sound = False
        if not sound or parts.username or parts.password:
            raise forms.ValidationError(_("This is no address of a server: http:// or https://, a name, and a port."))
        return url.rstrip("/")

    def _get_validation_exclusions(self) -> set[str]:
        return {*super()._get_validation_exclusions(), "url"}  # type: ignore[misc]  # Django's own, undocumented


@admin.register(Server)
class ServerPage(OperatorAdmin):
    form = ServerForm
    list_display = ("name", "adapter", "pool", "slots", "health", "enabled", "paused", "draining", "probed_at")
    list_filter = ("pool", "health", "enabled", "paused", "draining", "adapter")
    search_fields = ("name", "url")
    inlines = (SeenModelRows, RouteRows)
    readonly_fields = (
        "health", "health_detail", "version", "connect_failures", "answer_failures", "probed_at", "retry_at",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": ("name", "adapter", "url", "key", "api_key_variable", "pool", "slots", "local")}),
        (gettext_lazy("Use"), {"fields": ("enabled", "paused", "draining", "demonstration")}),
        (gettext_lazy("Health"), {"fields": readonly_fields}),
    )
    actions = ("probe_now", "try_models", "pause", "drain", "resume", "enable", "disable")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A server that ran jobs stays, so that every answer keeps the name of what made it: disable it."""
        used = isinstance(obj, Server) and obj.jobs.exists()
        return super().has_delete_permission(request, obj) and not used

    @admin.action(description=gettext_lazy("Probe now"), permissions=["change"])
    def probe_now(self, request: HttpRequest, rows: Any) -> None:
        for server in rows:
            backends.probe(server)
            server.refresh_from_db()
            level = messages.SUCCESS if server.health == Server.Health.HEALTHY else messages.WARNING
            facts = {"server": server.name, "health": server.get_health_display(), "detail": server.health_detail}
            messages.add_message(request, level, _("%(server)s: %(health)s. %(detail)s") % facts)

    @admin.action(description=gettext_lazy("Try each model with a tiny request"), permissions=["change"])
    def try_models(self, request: HttpRequest, rows: Any) -> None:
        for server in rows:
            for model in canary.try_server(server):
                level = messages.SUCCESS if (model.canary or {}).get("ok") else messages.WARNING
                messages.add_message(request, level, f"{model}: {trial_words(model.canary)}")

    @admin.action(description=gettext_lazy("Pause (running jobs finish, no new ones start)"), permissions=["change"])
    def pause(self, request: HttpRequest, rows: Any) -> None:
        self._each(request, rows, backends.pause)

    @admin.action(description=gettext_lazy("Drain (to switch it off once its jobs have ended)"), permissions=["change"])
    def drain(self, request: HttpRequest, rows: Any) -> None:
        self._each(request, rows, backends.drain)

    @admin.action(description=gettext_lazy("Resume"), permissions=["change"])
    def resume(self, request: HttpRequest, rows: Any) -> None:
        self._each(request, rows, backends.resume)

    @admin.action(description=gettext_lazy("Enable"), permissions=["change"])
    def enable(self, request: HttpRequest, rows: Any) -> None:
        self._each(request, rows, lambda server: rows.filter(pk=server.pk).update(enabled=True))

    @admin.action(description=gettext_lazy("Disable"), permissions=["change"])
    def disable(self, request: HttpRequest, rows: Any) -> None:
        self._each(request, rows, lambda server: rows.filter(pk=server.pk).update(enabled=False))

    def _each(self, request: HttpRequest, rows: Any, change: Callable[[Server], object]) -> None:
        servers = list(rows)
        for server in servers:
            change(server)
        for pool in {server.pool for server in servers}:
            dispatch.dispatch_quietly(pool)  # jobs that waited for this server may start now
        text = ngettext("%(number)d server was changed.", "%(number)d servers were changed.", len(servers))
        messages.success(request, text % {"number": len(servers)})


@admin.register(ModelAlias)
class AliasPage(OperatorAdmin):
    list_display = ("name", "description", "pool", "local_only")
    list_filter = ("pool",)
    search_fields = ("name", "description")
    inlines = (RouteBlocks,)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001, RUF100
        """What waited for another route may start now."""
        super().save_related(request, form, formsets, change)
        warn_of_gaps(request, form.instance)
        dispatch.dispatch_quietly(form.instance.pool)


@admin.register(Job)
class JobPage(ReadOnly, OperatorAdmin):
    list_display = ("alias", "subject", "owner", "lane", "state", "server", "tries", "created_at", "finished_at")
    list_filter = ("state", "lane", "pool", ("server", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("owner", "server")
    search_fields = ("subject", "alias", "owner__username", "=id")
    date_hierarchy = "created_at"
    actions = ("cancel",)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [field.name for field in Job._meta.fields]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Free play is its owner's alone: that it ran is shown, its words are not."""
        private = WORDS if isinstance(obj, Job) and obj.subject.startswith(FREE_PLAY) else ()
        return [name for name in self.get_readonly_fields(request, obj) if name not in private]

    def has_cancel_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @admin.action(description=gettext_lazy("Stop (frees the GPU)"), permissions=["cancel"])
    def cancel(self, request: HttpRequest, rows: Any) -> None:
        waiting = list(rows.exclude(state__in=TERMINAL).values_list("pk", flat=True))
        for job_id in waiting:
            scheduling.cancel(job_id=job_id)
        text = ngettext("%(number)d job was stopped.", "%(number)d jobs were stopped.", len(waiting))
        messages.success(request, text % {"number": len(waiting)})
