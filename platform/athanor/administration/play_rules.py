"""The fields of a course that say what its students may try in the playground."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from courses.catalog.schema import PlaygroundRules
from workers.backends.models import ModelAlias

FIELDS = ("play_enabled", "play_aliases")


class PlayRulesForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    play_enabled = forms.BooleanField(
        label=gettext_lazy("Students may play"), required=False, widget=UnfoldBooleanSwitchWidget(),
        help_text=gettext_lazy("Free chat and pictures outside any exercise, within the allowance of the course."),
    )  # fmt: skip
    play_aliases = forms.CharField(
        label=gettext_lazy("Models to try"), required=False, widget=UnfoldAdminTextInputWidget(),
        help_text=gettext_lazy("Model aliases with spaces between; empty: those that the exercises use."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = PlaygroundRules.model_validate(self.instance.playground or {})
        self.initial.setdefault("play_enabled", rules.enabled)
        self.initial.setdefault("play_aliases", " ".join(rules.aliases))

    def clean_play_aliases(self) -> list[str]:
        names = str(self.cleaned_data["play_aliases"] or "").replace(",", " ").split()
        known = set(ModelAlias.objects.filter(name__in=names).values_list("name", flat=True))
        if unknown := [name for name in names if name not in known]:
            raise forms.ValidationError(_("There is no model alias “%(name)s”.") % {"name": unknown[0][:80]})
        return names

    def _post_clean(self) -> None:
        """Only what differs from the default is kept, as in a file."""
        if set(FIELDS) <= set(self.fields) and not set(FIELDS) & set(self.errors):
            given = {"enabled": self.cleaned_data["play_enabled"], "aliases": self.cleaned_data["play_aliases"]}
            self.instance.playground = PlaygroundRules.model_validate(given).model_dump(
                mode="json", exclude_defaults=True
            )
        super()._post_clean()  # type: ignore[misc]  # documented only by its use in Django itself
