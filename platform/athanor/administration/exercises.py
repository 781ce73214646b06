"""Exercises: the specification and the rubric are edited as YAML and answered by their own schemas."""

import itertools
from typing import Any, TypeVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel
from unfold.widgets import UnfoldAdminTextareaWidget

from athanor.administration import yaml_text
from athanor.administration.base import CourseAdmin
from athanor.administration.languages import TextField
from courses.catalog.load import default_rubric, foreign_parts
from courses.catalog.models import Exercise
from courses.catalog.sync import rubric_version
from courses.grading import rubric as rubrics
from courses.kinds.registry import AnyKind, all_kinds

ModelT = TypeVar("ModelT", bound=BaseModel)


class YamlArea(UnfoldAdminTextareaWidget):  # type: ignore[misc]  # unfold has no types
    def __init__(self, rows: int) -> None:
        super().__init__(attrs={"rows": rows, "spellcheck": "false"})


class ExerciseForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    title = TextField(label=gettext_lazy("Title"))
    statement = TextField(
        label=gettext_lazy("Statement"), multiline=True, help_text=gettext_lazy("Markdown, per language.")
    )
    spec_yaml = forms.CharField(
        label=gettext_lazy("Specification"),
        widget=YamlArea(rows=18),
        required=False,
        strip=False,
        help_text=gettext_lazy("YAML. What may be written here depends on the kind."),
    )
    rubric_yaml = forms.CharField(
        label=gettext_lazy("Rubric"),
        widget=YamlArea(rows=24),
        required=False,
        strip=False,
        help_text=gettext_lazy(
            "YAML. A changed rubric becomes a new version; marks given before keep the old one. "
            "Leave it empty where the kind has a rubric of its own."
        ),
    )

    class Meta:
        model = Exercise
        exclude = ("spec", "rubric")  # noqa: DJ006  # both are written through their YAML

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial.setdefault("spec_yaml", as_written(all_kinds()[self.instance.kind].spec, self.instance.spec))
            self.initial.setdefault("rubric_yaml", as_written(rubrics.Rubric, self.instance.rubric.content))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        kind = all_kinds().get(cleaned.get("kind") or self.instance.kind)
        if kind is not None and "spec_yaml" in cleaned:
            cleaned["spec"] = self._read("spec_yaml", kind.spec)
        if "rubric_yaml" in cleaned:
            cleaned["rubric"] = self._rubric(kind, cleaned)
        if kind is not None and cleaned.get("rubric") is not None:
            for item_id, problem in foreign_parts(kind, cleaned["rubric"]):
                self.add_error("rubric_yaml", f"{item_id}: {problem}")
        self._check_dates(cleaned)
        return cleaned

    def _rubric(self, kind: AnyKind | None, cleaned: dict[str, Any]) -> rubrics.Rubric | None:
        if cleaned["rubric_yaml"].strip():
            return self._read("rubric_yaml", rubrics.Rubric)
        spec = cleaned.get("spec")
        offered = default_rubric(kind, spec) if kind is not None and spec is not None else None
        if offered is None:
            self.add_error("rubric_yaml", _("This kind has no rubric of its own: write one."))
            return None
        return rubrics.Rubric.model_validate(offered)

    def _check_dates(self, cleaned: dict[str, Any]) -> None:
        given = [name for name in ("opens_at", "due_at", "closes_at") if cleaned.get(name)]
        for early, late in itertools.pairwise(given):
            if cleaned[late] <= cleaned[early]:
                facts = {"early": self.fields[early].label, "late": self.fields[late].label}
                self.add_error(late, _("“%(late)s” must come after “%(early)s”.") % facts)

    def _read(self, field: str, model: type[ModelT]) -> ModelT | None:
        try:
            return yaml_text.read(self.cleaned_data[field], model)
        except yaml_text.InvalidYaml as error:
            for problem in error.problems:
                self.add_error(field, sentence(problem))
            return None

    def save(self, commit: bool = True) -> Exercise:  # noqa: FBT001, FBT002, RUF100  # Django's
        spec, rubric = self.cleaned_data["spec"], self.cleaned_data["rubric"]
        self.instance.spec = spec.model_dump(mode="json")
        self.instance.rubric = rubric_version(rubric)
        exercise: Exercise = super().save(commit)
        return exercise


def sentence(problem: yaml_text.Problem) -> str:
    """One line for the form; the schema's words stay in English, as in course files."""
    where = f"{problem.path}: " if problem.path else ""
    return _("Line %(line)d: %(problem)s") % {"line": problem.line, "problem": where + problem.message}


def as_written(model: type[BaseModel], stored: dict[str, Any]) -> str:
    """What is stored, as an author would write it: YAML without what is the default anyway."""
    return yaml_text.write(model.model_validate(stored).model_dump(mode="json", exclude_defaults=True))


@admin.register(Exercise)
class ExercisePage(CourseAdmin):
    form = ExerciseForm
    list_display = ("__str__", "module", "kind", "position", "points", "opens_at", "due_at", "archived")
    list_filter = ("kind", "archived", ("module__course", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("module",)
    search_fields = ("slug", "title", "module__slug", "module__course__slug")
    autocomplete_fields = ("module",)
    fieldsets = (
        (None, {"fields": ("module", "title", "slug", "position", "kind", "statement")}),
        (gettext_lazy("What is asked"), {"fields": ("spec_yaml",)}),
        (gettext_lazy("Marks"), {"fields": ("rubric_yaml", "points", "pass_mark", "attempt_limit", "release")}),
        (gettext_lazy("Dates"), {"fields": ("opens_at", "due_at", "closes_at", "archived")}),
    )
    actions = ("archive", "restore")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The kind of an exercise that somebody has tried never changes: their work could not be read any more."""
        return ("kind",) if obj is not None and obj.attempts.exists() else ()

    @admin.action(description=gettext_lazy("Archive (attempts stay readable)"), permissions=["change"])
    def archive(self, request: HttpRequest, rows: Any) -> None:
        rows.update(archived=True)

    @admin.action(description=gettext_lazy("Restore from the archive"), permissions=["change"])
    def restore(self, request: HttpRequest, rows: Any) -> None:
        rows.update(archived=False)
