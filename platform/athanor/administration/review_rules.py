"""The fields of a course that say how its graders work."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from courses.catalog.schema import ReviewRules

PREFIX = "review_"
FIELDS = tuple(f"{PREFIX}{name}" for name in ReviewRules.model_fields)


def _number(kind: type[forms.Field], label: Any, text: Any, *, most: int) -> Any:
    widget = UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"})
    return kind(label=label, help_text=text, required=False, min_value=0, max_value=most, widget=widget)  # type: ignore[call-arg]


def _switch(label: Any, text: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, help_text=text, required=False, widget=UnfoldBooleanSwitchWidget())


class ReviewRulesForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    review_blind = _switch(gettext_lazy("Blind marking"), gettext_lazy("Who marks work does not see whose it is."))
    review_audit = _number(
        forms.FloatField,
        gettext_lazy("Audit"),
        gettext_lazy("Share of the automatic marks that graders look at, drawn at random: 0 to 1."),
        most=1,
    )
    review_boundary = _number(
        forms.FloatField,
        gettext_lazy("Near the pass mark"),
        gettext_lazy("Graders look at marks within this distance of it: 0 to 1."),
        most=1,
    )
    review_requests = _number(
        forms.IntegerField,
        gettext_lazy("Days for objections"),
        gettext_lazy("After a mark is shown; 0: students are not offered any."),
        most=366,
    )
    review_second_reading = _number(
        forms.FloatField,
        gettext_lazy("Second reading"),
        gettext_lazy("Share of the decisions that another grader reads, too: 0 to 1."),
        most=1,
    )
    review_second_reading_limit = _number(
        forms.FloatField,
        gettext_lazy("Readings that differ"),
        gettext_lazy("Two readings that lie further apart than this go to the instructor: 0 to 1."),
        most=1,
    )
    review_training = _switch(
        gettext_lazy("Training first"), gettext_lazy("Graders mark reference answers before they may decide.")
    )

    review_training_pieces = _number(
        forms.IntegerField,
        gettext_lazy("Pieces to mark in training"),
        gettext_lazy("So many within the tolerance; 0: every one."),
        most=50,
    )
    review_training_tolerance = _number(
        forms.FloatField,
        gettext_lazy("Tolerance in training"),
        gettext_lazy("How far the scores may lie from the right ones on average: 0 to 1."),
        most=1,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = ReviewRules.model_validate(self.instance.review or {})
        for name in ReviewRules.model_fields:
            self.initial.setdefault(f"{PREFIX}{name}", getattr(rules, name))

    def _post_clean(self) -> None:
        """Only what differs from the default is kept, as in a file."""
        if set(FIELDS) & set(self.fields) and not set(FIELDS) & set(self.errors):
            given = {name: self.cleaned_data.get(f"{PREFIX}{name}") or 0 for name in ReviewRules.model_fields}
            self.instance.review = ReviewRules.model_validate(given).model_dump(mode="json", exclude_defaults=True)
        super()._post_clean()  # type: ignore[misc]  # documented only by its use in Django itself
