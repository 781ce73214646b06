"""The admin's sidebar: only what the person may open."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from athanor.accounts.models import ApiKey, User
from courses.attempts.models import Attempt
from courses.catalog.models import Course, Exercise, Lesson, Module, Revision
from courses.people.models import Enrolment, Extension, Group
from courses.progress.models import Certificate
from workers.backends.models import ModelAlias, Server
from workers.scheduling.models import Allowance, Job

Links = dict[str, Any]


def groups(request: HttpRequest, site: Any) -> list[Links]:
    """Groups of links as unfold's templates read them."""
    found = [
        _group(request, site, _("Teaching"), [
            (Course, "school"), (Module, "folder"), (Lesson, "menu_book"), (Exercise, "assignment"),
            (Revision, "history"),
        ]),
        _group(request, site, _("People"), [
            (Enrolment, "group_add"), (Group, "groups"), (Extension, "more_time"), (Certificate, "workspace_premium"),
            (Attempt, "history_edu"), (User, "person"), (ApiKey, "key"),
        ]),
        _group(request, site, _("Machines"), [
            (Server, "dns"), (ModelAlias, "alt_route"), (Allowance, "balance"), (Job, "queue"),
        ]),
    ]  # fmt: skip
    return [group for group in found if group["items"]]


def _group(request: HttpRequest, site: Any, title: str, models: list[tuple[Any, str]]) -> Links:
    items = [
        _item(request, model, icon)
        for model, icon in models
        if site.is_registered(model) and site.get_model_admin(model).has_view_or_change_permission(request)
    ]
    return {"title": title, "separator": False, "collapsible": False, "items": items}


def _item(request: HttpRequest, model: Any, icon: str) -> dict[str, Any]:
    link = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return {
        "title": capfirst(str(model._meta.verbose_name_plural)),
        "icon": icon,
        "link": link,
        "active": request.path.startswith(link),
        "has_permission": True,
    }
