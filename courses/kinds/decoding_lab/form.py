"""Sends one request without JavaScript, and reads the form that hands in."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.kinds.decoding_lab.schema import ANSWER_LIMIT, LabSpec

OPTIONS = ("temperature", "top_p", "top_k", "seed", "steps")
TYPED = ("split", "text", "ids", "bias", "schema_text")
QUESTION = "q."  # how the name of a question's field begins


class LabForm(forms.Form):
    """Its `cleaned_data` is a run payload. Numbers stay as they were typed: the kind's own checks follow, so that
    every entrance says the same.

    The button that was pressed says what to do: `go` is `tool`, `tool:parent` or `tool:parent:choose`.
    """

    go = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    split = forms.CharField(label=_("Text"), required=False, strip=False)  # the text of the tool that splits
    text = forms.CharField(label=_("Prompt"), required=False, strip=False, widget=forms.Textarea)
    ids = forms.CharField(label=_("Token ids"), required=False, widget=forms.Textarea)
    temperature = forms.CharField(label=_("Temperature"), required=False)
    top_p = forms.CharField(label=_("Top-p"), required=False)
    top_k = forms.CharField(label=_("Top-k"), required=False)
    seed = forms.CharField(label=_("Seed"), required=False)
    steps = forms.CharField(label=_("Tokens"), required=False)
    bias = forms.CharField(label=_("Logit bias"), required=False, widget=forms.Textarea)
    schema_text = forms.CharField(label=_("JSON schema"), required=False, strip=False, widget=forms.Textarea)
    stop = forms.CharField(label=_("Stop at"), required=False, strip=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        tool, parent, choose = [*(data.get("go") or "look").split(":", 2), "", ""][:3]
        # A browser sends line ends as CR LF; the tokenizer should see what was typed.
        plain = {name: (data.get(name) or "").replace("\r\n", "\n") for name in TYPED}
        return {
            "tool": tool,
            "parent": parent or None,
            "choose": choose,
            "text": plain["split"] if tool == "tokenize" else plain["text"],
            "ids": plain["ids"],
            "options": {name: data[name] for name in OPTIONS if data.get(name)},
            "bias": plain["bias"],
            "schema_text": plain["schema_text"],
            "stop": data.get("stop") or "",
        }


def read_form(spec: LabSpec, fields: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The answer that the page's form describes: `q.<id>` once or several times, `leaf`, `note`."""
    found: dict[str, Any] = {}
    for name in ("leaf", "note"):
        value = "".join(list(fields.get(name, []))[:1]).replace("\r\n", "\n")
        if value.strip():
            found[name] = value
    answers = {each.id: [_cut(value) for value in fields.get(QUESTION + each.id, []) if value]
               for each in spec.questions}  # fmt: skip
    return {**found, "answers": {name: values for name, values in answers.items() if values}}


def _cut(value: str) -> str:
    return value.replace("\r\n", "\n")[: ANSWER_LIMIT + 1]
