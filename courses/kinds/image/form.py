"""Sends one generation without JavaScript."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.kinds.image.schema import OPTIONS, ImageSpec


class ImageForm(forms.Form):
    """Its `cleaned_data` is a run payload. Numbers stay as they were typed: the kind's own checks follow, so that
    every entrance says the same."""

    prompt = forms.CharField(label=_("Prompt"), required=False, strip=False, widget=forms.Textarea)
    negative_prompt = forms.CharField(label=_("Negative prompt"), required=False, strip=False, widget=forms.Textarea)
    sampler = forms.CharField(label=_("Sampler"), required=False)
    scheduler = forms.CharField(label=_("Scheduler"), required=False)
    steps = forms.CharField(label=_("Steps"), required=False)
    cfg_scale = forms.CharField(label=_("Guidance (CFG)"), required=False)
    size = forms.CharField(label=_("Size"), required=False)
    seed = forms.CharField(label=_("Seed"), required=False)
    batch = forms.CharField(label=_("Pictures"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        return {
            # A browser sends line ends as CR LF; the model and the limits should see what was typed.
            "prompt": (data.get("prompt") or "").replace("\r\n", "\n"),
            "negative_prompt": (data.get("negative_prompt") or "").replace("\r\n", "\n"),
            "options": {name: data[name] for name in OPTIONS if data.get(name)},
            "parent": None,
        }


def read_form(spec: ImageSpec, fields: Mapping[str, list[str]]) -> dict[str, Any]:
    """The answer that the page's form describes: one `chosen` per ticked picture."""
    note = "".join(fields.get("note", [])[:1]).replace("\r\n", "\n")
    return {"chosen": list(fields.get("chosen", [])), **({"note": note} if note.strip() else {})}
