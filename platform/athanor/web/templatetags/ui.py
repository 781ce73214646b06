"""The components of the interface. `templates/components/` draws them; `static/css/components/` dresses them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms, template
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from athanor.web import evidence
from athanor.web.assets import assets_address
from athanor.web.templatetags.component import register_component
from courses.catalog import render
from courses.catalog.models import Course
from courses.texts import localise
from workers.backends.messages import for_reason
from workers.scheduling.explanation import in_words

register = template.Library()

register_component(register, "icon", slot=False, positional="name", name="", css="", label="")
register_component(register, "button", href="", type="submit", variant="", size="", icon="", name="", value="",
                   id="", label="", form="", disabled=False, data="")  # fmt: skip
register_component(register, "badge", tone="", icon="", live=False)
register_component(register, "alert", tone="info", title="", icon="", role="", id="")
register_component(register, "empty", icon="spark", title="")
register_component(register, "meter", slot=False, value=0, most=1, label="", text="", count=False)
register_component(register, "moment", slot=False, positional="at", at=None, empty="")
register_component(register, "avatar", slot=False, positional="person", person=None)
register_component(register, "field", slot=False, positional="field", field=None, css="")
register_component(register, "plot", slot=False, data=None, kind="bars", title="", note="")
register_component(register, "score", slot=False, value=None, points=None, most=None, passed=None, hero=False)


@register.filter
def text(value: dict[str, str] | None) -> str:
    """One language of a text that is kept in several."""
    return localise(value or {}, get_language() or "en")


@register.filter
def waiting_words(reason: str) -> str:
    """Why a job waits, by its code (`scheduling.selectors.waiting`)."""
    return text(for_reason(reason))


@register.filter
def why_there(manifest: dict[str, Any] | None) -> str:
    """Why a run was given to its server; empty where nothing was written down."""
    return text(in_words(manifest or {}))


@register.filter
def markdown(value: str, course: Course | None = None) -> SafeString:
    """A lesson or a statement, by an author; with its course, whose files it may show."""
    return render.render_markdown(value, assets=assets_address(course) if course else "")


@register.filter
def inline(value: str) -> SafeString:
    """One line by an author, such as the label of a choice."""
    return render.render_inline(value)


@register.filter
def answer(value: str) -> SafeString:
    """What a model or a student wrote: data, shown with the stricter rules."""
    return render.render_answer(value)


@register.filter
def percent(value: float | None) -> str:
    return "" if value is None else f"{round(value * 100)} %"


@register.filter
def short(value: Decimal | float | str | None) -> str:
    """A number without the zeros that say nothing: 2.5, 10. Nothing for nothing, which templates write as ""."""
    if value is None or value == "":
        return ""
    return number_format(Decimal(str(value)).quantize(Decimal("0.01")).normalize() + 0)


@register.filter
def seconds(value: float | None) -> str:
    """A duration for people: 0.8 s, 12 s, 3 min."""
    if value is None:
        return "–"
    if value < 10:
        return gettext("%(count).1f s") % {"count": value}
    if value < 90:
        return gettext("%(count)d s") % {"count": round(value)}
    return gettext("%(count)d min") % {"count": round(value / 60)}


@register.filter
def ago(value: datetime | None) -> str:
    """How long since (or until) a moment, in one unit."""
    if value is None:
        return ""
    delta = (timezone.now() - value).total_seconds()
    amount = _amount(abs(delta))
    if not amount:
        return gettext("just now") if delta > -1 else gettext("in a moment")
    return gettext("%(time)s ago") % {"time": amount} if delta > 0 else gettext("in %(time)s") % {"time": amount}


def _amount(length: float) -> str:
    minutes, hours, days = round(length / 60), round(length / 3600), round(length / 86400)
    if minutes < 1:
        return ""
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if hours < 36:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


@register.filter
def lookup(mapping: dict[str, Any] | None, key: object) -> Any:
    return (mapping or {}).get(str(key))


@register.filter
def places(number: int) -> range:
    """To draw one thing per place; more than a line full would tell nobody anything."""
    return range(min(number, 32))


@register.filter
def widget_kind(field: forms.BoundField) -> str:
    return type(field.field.widget).__name__


@register.filter
def described(field: forms.BoundField) -> SafeString:
    """The input itself, tied to its help and its errors for screen readers."""
    notes = [f"{field.id_for_label}_help"] if field.help_text else []
    notes += [f"{field.id_for_label}_error"] if field.errors else []
    attributes: dict[str, str | bool] = {"aria-describedby": " ".join(notes)} if notes else {}
    if field.errors:
        attributes["aria-invalid"] = "true"
    return field.as_widget(attrs=attributes)


@register.simple_tag(takes_context=True)
def here(context: template.Context, *names: str) -> SafeString | str:
    """`aria-current` for a link of the navigation that leads to the page we are on."""
    match = getattr(context.get("request"), "resolver_match", None)
    current = match is not None and match.url_name in names
    return SafeString('aria-current="page"') if current else ""


@register.simple_tag(takes_context=True)
def marked(context: template.Context, value: str | None, where: str, part: str) -> SafeString:
    """A piece of the work, word for word, with what the criteria quoted from it. `part` names it for readers."""
    return evidence.marked(value or "", evidence.spans_in(value or "", where, context.get("quotes") or ()))
