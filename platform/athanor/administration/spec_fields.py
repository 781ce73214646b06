"""Form fields made from a kind's specification: one for each key that holds a word, a number, a yes or a choice.

They stand beside the raw YAML, which holds everything. A field that was changed wins over the same key in the YAML.
"""

import types
from collections.abc import Iterator
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

from django import forms
from django.utils.translation import gettext_lazy
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

PREFIX = "spec__"
NUMBERS = {int: forms.IntegerField, float: forms.FloatField}


def fields_of(model: type[BaseModel]) -> dict[str, forms.Field]:
    """Name of the form's field → field; nothing for keys that hold lists or mappings."""
    found = {f"{PREFIX}{name}": _field(name, info) for name, info in model.model_fields.items()}
    return {name: field for name, field in found.items() if field is not None}


def initial_of(spec: BaseModel) -> dict[str, Any]:
    """What the fields show: what holds, defaults included."""
    return {f"{PREFIX}{name}": _shown(getattr(spec, name)) for name in type(spec).model_fields}


def changes(form: forms.BaseForm) -> dict[str, Any]:
    """Key of the specification → new value, None where it was emptied; only what the person changed."""
    return {
        name.removeprefix(PREFIX): form.cleaned_data[name] if form.cleaned_data[name] not in ("", None) else None
        for name in form.changed_data
        if name.startswith(PREFIX) and name in form.cleaned_data and name in form.data
    }


def _shown(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.value if isinstance(value, Enum) else value


def _field(name: str, info: FieldInfo) -> forms.Field | None:
    choices = list(_choices(info.annotation))
    common: dict[str, Any] = {"label": name.replace("_", " "), "required": False, "help_text": info.description or ""}
    if choices:
        pairs = [("", "–"), *((value, str(value).replace("_", " ")) for value in choices)]
        return forms.TypedChoiceField(choices=pairs, widget=UnfoldAdminSelectWidget(), empty_value=None, **common)
    kind = _plain(info.annotation)
    if kind is bool:
        words = [("true", gettext_lazy("yes")), ("false", gettext_lazy("no"))]
        return forms.TypedChoiceField(
            choices=words, coerce=lambda value: value == "true", widget=UnfoldAdminSelectWidget(), **common
        )
    if kind in NUMBERS:
        return NUMBERS[kind](widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}), **common)
    if kind is str:
        return forms.CharField(widget=UnfoldAdminTextInputWidget(), max_length=500, **common)
    return None


def _parts(annotation: Any) -> tuple[Any, ...]:
    """The alternatives of an annotation, without None."""
    if get_origin(annotation) in (Union, types.UnionType):
        return tuple(part for part in get_args(annotation) if part is not type(None))
    return (annotation,)


def _plain(annotation: Any) -> type | None:
    parts = _parts(annotation)
    if len(parts) != 1:
        return None
    [part] = parts
    if hasattr(part, "__metadata__"):  # Annotated
        return _plain(get_args(part)[0])
    return part if part in (bool, int, float, str) else None


def _choices(annotation: Any) -> Iterator[Any]:
    parts = _parts(annotation)
    if len(parts) == 1 and get_origin(parts[0]) is Literal:
        yield from get_args(parts[0])
    elif len(parts) == 1 and isinstance(parts[0], type) and issubclass(parts[0], Enum):
        yield from (each.value for each in parts[0])
