"""Tries one question without JavaScript."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class FunctionCallingForm(forms.Form):
    """Its `cleaned_data` is a run payload; the kind's own checks follow, so that every entrance says the same."""

    definitions = forms.CharField(label=_("Definitions"), required=False, strip=False, widget=forms.Textarea)
    prompt = forms.CharField(label=_("Prompt"), required=False, strip=False, widget=forms.Textarea)
    way = forms.CharField(label=_("How calls are asked for"), required=False, max_length=20)
    temperature = forms.FloatField(label=_("Temperature"), required=False)
    retries = forms.IntegerField(label=_("Retries"), required=False)
    case = forms.CharField(label=_("Question of the sample"), required=False, max_length=40)
    question = forms.CharField(label=_("Your own question"), required=False, widget=forms.Textarea)
    parent = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        texts = {name: (data.get(name) or "").replace("\r\n", "\n") for name in ("definitions", "prompt", "question")}
        return {
            **texts,
            "way": data.get("way") or "",
            "temperature": data.get("temperature"),
            "retries": data.get("retries") or 0,
            "results": "",
            "case": data.get("case") or "",
            "parent": data.get("parent") or None,
        }
