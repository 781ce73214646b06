"""Form fields for texts that exist in several languages: one box per language."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextInputWidget

from athanor.administration.editors import CodeArea
from courses.texts import LANGUAGES


class TextInput(forms.MultiWidget):
    """One input per language, each labelled with the language's name."""

    template_name = "admin/widgets/languages.html"

    def __init__(self, widget: Callable[..., forms.Widget], attrs: dict[str, Any] | None = None) -> None:
        super().__init__({code: widget(attrs={"lang": code, "rows": 6}) for code in LANGUAGES}, attrs)

    def decompress(self, value: Any) -> list[str]:
        text = value if isinstance(value, Mapping) else {}
        return [str(text.get(code, "")) for code in LANGUAGES]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        names = dict(settings.LANGUAGES)
        for code, part in zip(LANGUAGES, context["widget"]["subwidgets"], strict=True):
            part["language"] = names.get(code, code)
        return context


class TextField(forms.MultiValueField):
    """Gives `courses.texts.Text`: language code → text, without empty ones. At least one is needed if required."""

    def __init__(self, *, multiline: bool = False, **kwargs: Any) -> None:
        widget = partial(CodeArea, "markdown", 6) if multiline else UnfoldAdminTextInputWidget
        parts = [forms.CharField(required=False, strip=not multiline) for _code in LANGUAGES]
        super().__init__(parts, widget=TextInput(widget), require_all_fields=False, **kwargs)

    def clean(self, value: Sequence[str]) -> dict[str, str]:
        text: dict[str, str] = super().clean(value) or {}
        if self.required and not text:
            raise forms.ValidationError(_("Write it in at least one language."), code="required")
        return text

    def compress(self, data_list: Sequence[str | None]) -> dict[str, str]:
        return {code: text for code, text in zip(LANGUAGES, data_list, strict=False) if text and text.strip()}

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = {code: text for code, text in (initial or {}).items() if text.strip()}
        return bool(before != self.compress(data or []))
