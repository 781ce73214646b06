"""The field of a course that says how the total of a student is made."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from athanor.administration import yaml_text
from courses.catalog.schema import GradebookRules

FIELDS = ("gradebook_text",)
EXAMPLE = "modules: {first-steps: {weight: 30, drop_lowest: 1}}\nby_hand: {weight: 10}"


class GradebookRulesForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    gradebook_text = forms.CharField(
        label=gettext_lazy("Weights"),
        required=False,
        help_text=gettext_lazy(
            "Per module: its weight in the total, and how many of its lowest marks do not count; by_hand says the same "
            "of the columns that are marked by hand. Empty: every point counts as much as any other."
        ),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "placeholder": EXAMPLE, "data-editor": "yaml"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.instance.gradebook or {}
        self.initial.setdefault("gradebook_text", yaml_text.write(kept) if kept else "")

    def clean_gradebook_text(self) -> dict[str, Any]:
        """As a file would keep it: only what differs from the default."""
        try:
            rules = yaml_text.read(str(self.cleaned_data["gradebook_text"] or ""), GradebookRules)
        except yaml_text.InvalidYaml as error:
            said = [
                _("Line %(line)d: %(problem)s") % {"line": each.line, "problem": f"{each.path} {each.message}".strip()}
                for each in error.problems
            ]
            raise forms.ValidationError(said) from error
        return rules.model_dump(mode="json", exclude_defaults=True)

    def _post_clean(self) -> None:
        if set(FIELDS) <= set(self.fields) and not set(FIELDS) & set(self.errors):
            self.instance.gradebook = self.cleaned_data["gradebook_text"]
        super()._post_clean()  # type: ignore[misc]  # documented only by its use in Django itself
