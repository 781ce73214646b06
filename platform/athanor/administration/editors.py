"""Text areas that become editors, where the installation could build one."""

from typing import Any

from django.forms.widgets import Media, Script
from django.urls import reverse
from unfold.widgets import UnfoldAdminTextareaWidget

from athanor.config import bundle


class CodeArea(UnfoldAdminTextareaWidget):  # type: ignore[misc]  # unfold has no types
    """`language`: json, yaml, python or markdown."""

    def __init__(self, language: str, rows: int, attrs: dict[str, Any] | None = None) -> None:
        own = {"rows": rows, "data-editor": language}
        super().__init__(attrs={**own, **({} if language == "markdown" else {"spellcheck": "false"}), **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["data-editor-from"] = bundle.addresses().get("editor", "")
        return context

    @property
    def media(self) -> Media:
        return Media(js=[Script("js/editors.js", type="module")])  # type: ignore[list-item]  # new in Django 5.2


def schema_address(part: str) -> str:
    """Of a part of the schema of exercise files: `chat.spec`, `rubric`."""
    return f"{reverse('course_schema', args=['exercise.json'])}#/$defs/{part}"
