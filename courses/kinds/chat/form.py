"""Sends one question without JavaScript."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

OPTIONS = ("temperature", "top_p", "top_k", "min_p", "repeat_penalty", "seed", "max_tokens")


class ChatForm(forms.Form):
    """Its `cleaned_data` is a run payload; the kind's own checks follow, so that every entrance says the same."""

    text = forms.CharField(label=_("Message"), required=False, strip=False, widget=forms.Textarea)
    parent = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    system = forms.CharField(label=_("System prompt"), required=False, strip=False, widget=forms.Textarea)
    temperature = forms.FloatField(label=_("Temperature"), required=False)
    top_p = forms.FloatField(label=_("Top-p"), required=False)
    top_k = forms.IntegerField(label=_("Top-k"), required=False)
    min_p = forms.FloatField(label=_("Min-p"), required=False)
    repeat_penalty = forms.FloatField(label=_("Repeat penalty"), required=False)
    seed = forms.IntegerField(label=_("Seed"), required=False)
    max_tokens = forms.IntegerField(label=_("Longest answer, in tokens"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        options = {name: data[name] for name in OPTIONS if data.get(name) is not None}
        return {
            # A browser sends line ends as CR LF; the model and the limits should see what was typed.
            "text": (data.get("text") or "").replace("\r\n", "\n"),
            "parent": data.get("parent") or None,
            "system": (data.get("system") or "").replace("\r\n", "\n") or None,
            "options": options,
        }
