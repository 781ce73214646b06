"""Exercises: the specification and the rubric are edited as YAML and answered by their own schemas."""

import itertools
from pathlib import Path
from typing import Any, TypeVar

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pydantic import BaseModel, ConfigDict, RootModel, ValidationError

from athanor.administration import history, slugs, spec_fields, yaml_text
from athanor.administration.base import CourseAdmin
from athanor.administration.editors import CodeArea, schema_address
from athanor.administration.languages import TextField
from athanor.administration.trying import Tried, try_answer
from courses import kinds
from courses.attempts.extensions import dates_changed
from courses.catalog import assets, files, yaml_nodes
from courses.catalog.dates import Calendar
from courses.catalog.late import LatePolicy
from courses.catalog.load import default_rubric, foreign_parts
from courses.catalog.models import Exercise
from courses.catalog.schema import Reference
from courses.catalog.sync import rubric_version
from courses.grading import rubric as rubrics
from courses.kinds.registry import AnyKind, all_kinds

ModelT = TypeVar("ModelT", bound=BaseModel)
Anything = RootModel[dict[str, Any]]
References = RootModel[list[Reference]]
WHAT_IS_ASKED = gettext_lazy("What is asked")


class DateRules(BaseModel):
    """Field of an exercise → `week 3 friday 23:59`."""

    model_config = ConfigDict(extra="forbid")
    opens_at: str | None = None
    due_at: str | None = None
    closes_at: str | None = None


class ExerciseForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    title = TextField(label=gettext_lazy("Title"))
    statement = TextField(
        label=gettext_lazy("Statement"), multiline=True, help_text=gettext_lazy("Markdown, per language.")
    )
    spec_yaml = forms.CharField(
        label=gettext_lazy("Specification"),
        widget=CodeArea("yaml", rows=18),
        required=False,
        strip=False,
        help_text=gettext_lazy("YAML. What may be written here depends on the kind."),
    )
    rubric_yaml = forms.CharField(
        label=gettext_lazy("Rubric"),
        widget=CodeArea("yaml", rows=24),
        required=False,
        strip=False,
        help_text=gettext_lazy(
            "YAML. A changed rubric becomes a new version; marks given before keep the old one. "
            "Leave it empty where the kind has a rubric of its own."
        ),
    )

    late_yaml = forms.CharField(
        label=gettext_lazy("Late work"),
        widget=CodeArea("yaml", rows=5),
        required=False,
        strip=False,
        help_text=gettext_lazy(
            "YAML: {loss: 0.1, per: day, least: 0.5}, or {steps: [{after: 0 h, credit: 0.8}]}. "
            "Empty: being late costs nothing."
        ),
    )

    dates_yaml = forms.CharField(
        label=gettext_lazy("Dates relative to the start"),
        widget=CodeArea("yaml", rows=3),
        required=False,
        help_text=gettext_lazy("YAML, for example “due_at: week 3 friday 23:59”. They win over the dates above."),
    )
    references_yaml = forms.CharField(
        label=gettext_lazy("Reference answers"),
        widget=CodeArea("yaml", rows=14),
        required=False,
        strip=False,
        help_text=gettext_lazy("YAML: work whose mark you know. The course is checked with it, no model needed."),
    )
    try_work = forms.CharField(
        label=gettext_lazy("Try this answer"),
        widget=CodeArea("yaml", rows=8),
        required=False,
        strip=False,
        help_text=gettext_lazy("YAML: one piece of work, as below “work” of a reference answer. It is not stored."),
    )

    class Meta:
        model = Exercise
        # All of these are written through their YAML.
        exclude = ("spec", "rubric", "late", "references", "date_rules", "prefill")  # noqa: DJ006

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tried: list[Tried] = []
        row = self.instance
        self._name_schemas(self.initial.get("kind") or row.kind)
        if row.pk:
            self.initial.setdefault("dates_yaml", yaml_text.write(row.date_rules))
            self.initial.setdefault("references_yaml", yaml_text.write(row.references))
            self.initial.update(spec_fields.initial_of(all_kinds()[row.kind].spec.model_validate(row.spec)))
        if row.references and not self.initial.get("try_work"):
            self.initial["try_work"] = yaml_text.write(row.references[0]["work"])
        if self.instance.pk:
            self.initial.setdefault("spec_yaml", as_written(all_kinds()[self.instance.kind].spec, self.instance.spec))
            self.initial.setdefault("rubric_yaml", as_written(rubrics.Rubric, self.instance.rubric.content))
            if self.instance.late:
                self.initial.setdefault("late_yaml", as_written(LatePolicy, self.instance.late))

    def _name_schemas(self, kind: str) -> None:
        """What the editors check while one writes; saving checks more."""
        parts = {"rubric_yaml": "rubric", "late_yaml": "LatePolicy"}
        if kind in all_kinds():
            parts |= {"spec_yaml": f"{kind}.spec", "try_work": f"{kind}.work"}
        for field, part in parts.items():
            if field in self.fields:
                self.fields[field].widget.attrs["data-schema"] = schema_address(part)

    @property
    def tries(self) -> bool:
        return "_try" in self.data

    def is_valid(self) -> bool:
        """Trying shows the form again with the marks, and saves nothing."""
        valid: bool = super().is_valid()
        if self.tries and valid:
            self.tried = self._tried()
        return valid and not self.tries

    def _tried(self) -> list[Tried]:
        cleaned = self.cleaned_data
        kind = all_kinds()[cleaned.get("kind") or self.instance.kind]
        asset = assets.reader(self.instance.pk or 0)
        given = [(reference, True) for reference in cleaned["references"]]
        if cleaned.get("work") is not None:
            given.insert(0, (Reference(name=str(_("your answer")), work=cleaned["work"], score=None), False))
        return [
            try_answer(kind, cleaned["spec"], cleaned["rubric"], reference, asset=asset, declared=declared)
            for reference, declared in given
        ]

    def clean_slug(self) -> str:
        return slugs.check(self.cleaned_data["slug"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        kind = all_kinds().get(cleaned.get("kind") or self.instance.kind)
        if kind is not None and "spec_yaml" in cleaned:
            cleaned["spec"] = self._spec(kind)
        if kind is not None:
            cleaned["references"] = self._references(kind)
        self._resolve_dates(cleaned)
        self._check_unique(cleaned)
        if self.tries and cleaned.get("try_work", "").strip():
            work = self._read("try_work", Anything)
            cleaned["work"] = work.root if work else None
        if cleaned.get("late_yaml", "").strip():
            cleaned["late"] = self._read("late_yaml", LatePolicy)
        if "rubric_yaml" in cleaned:
            cleaned["rubric"] = self._rubric(kind, cleaned)
        if kind is not None and cleaned.get("rubric") is not None:
            for item_id, problem in foreign_parts(kind, cleaned["rubric"]):
                self.add_error("rubric_yaml", f"{item_id}: {problem}")
        self._check_dates(cleaned)
        return cleaned

    def _spec(self, kind: AnyKind) -> BaseModel | None:
        """The YAML, with the fields that were changed beside it."""
        changed = spec_fields.changes(self)
        whole = self._read("spec_yaml", Anything if changed else kind.spec)
        if not changed or whole is None:
            return whole
        data = {name: value for name, value in {**whole.model_dump(), **changed}.items() if value is not None}
        try:
            spec: BaseModel = kind.spec.model_validate(data)
        except ValidationError as error:
            for found in error.errors(include_url=False, include_context=False):
                field = f"{spec_fields.PREFIX}{found['loc'][0] if found['loc'] else ''}"
                place = ".".join(map(str, found["loc"]))
                self.add_error(field if field in self.fields else "spec_yaml", f"{place}: {found['msg']}")
            return None
        return spec

    def _references(self, kind: AnyKind) -> list[Reference]:
        text = self.cleaned_data.get("references_yaml", "")
        found = self._read("references_yaml", References) if text.strip() else None
        for number, reference in enumerate(found.root if found else []):
            try:
                kind.reference.model_validate(reference.work)
            except ValidationError as error:
                first = error.errors(include_url=False, include_context=False)[0]
                place = ".".join(map(str, (number, "work", *first["loc"])))
                self.add_error("references_yaml", f"{place}: {first['msg']}")
        return found.root if found else []

    def _resolve_dates(self, cleaned: dict[str, Any]) -> None:
        module = cleaned.get("module")
        rules = self._read("dates_yaml", DateRules) if cleaned.get("dates_yaml", "").strip() else None
        cleaned["date_rules"] = rules.model_dump(exclude_none=True) if rules else {}
        course = module.course if module else None
        calendar = Calendar(course.starts_on, course.time_zone) if course else Calendar()
        for name, rule in cleaned["date_rules"].items():
            try:
                cleaned[name] = calendar.resolve(rule)
            except ValueError as error:
                self.add_error("dates_yaml", f"{name}: {error}")

    def _check_unique(self, cleaned: dict[str, Any]) -> None:
        """A course has each name once, so that an exercise may move to another module."""
        module, slug = cleaned.get("module"), cleaned.get("slug")
        if module and slug:
            others = Exercise.objects.filter(module__course=module.course_id, slug=slug).exclude(pk=self.instance.pk)
            if others.exists():
                self.add_error("slug", _("Another exercise of this course has this name."))

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
        self.instance.spec = spec.model_dump(mode="json", exclude_unset=True)
        self.instance.references = [
            reference.model_dump(mode="json", exclude_unset=True) for reference in self.cleaned_data["references"]
        ]
        self.instance.date_rules = self.cleaned_data["date_rules"]
        self.instance.rubric = rubric_version(rubric)
        late = self.cleaned_data.get("late")
        self.instance.late = late.model_dump(mode="json") if late else None
        exercise: Exercise = super().save(commit)
        return exercise


def sentence(problem: yaml_text.Problem) -> str:
    """One line for the form; the schema's words stay in English, as in course files."""
    where = f"{problem.path}: " if problem.path else ""
    return _("Line %(line)d: %(problem)s") % {"line": problem.line, "problem": where + problem.message}


def as_written(model: type[BaseModel], stored: dict[str, Any]) -> str:
    """What is stored, as an author would write it: YAML without what is the default anyway."""
    return yaml_text.write(files.as_written(model.model_validate(stored)))


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
        (WHAT_IS_ASKED, {"fields": ("spec_yaml",)}),
        (gettext_lazy("Marks"), {"fields": ("rubric_yaml", "points", "pass_mark", "attempt_limit", "release")}),
        (gettext_lazy("Dates"), {"fields": ("opens_at", "due_at", "closes_at", "dates_yaml", "late_yaml", "archived")}),
        (gettext_lazy("Reference answers"), {"fields": ("references_yaml", "try_work")}),
    )
    actions = ("archive", "restore", "duplicate")
    change_form_before_template = "admin/catalog/exercise/tried.html"
    change_form_after_template = "admin/catalog/exercise/try.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        """Those behind live blocks belong to their lessons."""
        return super().get_queryset(request).filter(practice=False)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        kind = _kind_for(request, obj)
        made = tuple(spec_fields.fields_of(kind.spec)) if kind else ()
        return tuple(
            (title, {**options, "fields": (*made, *options["fields"])} if title is WHAT_IS_ASKED else options)
            for title, options in self.fieldsets
        )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002, RUF100
        kind = _kind_for(request, obj)
        made = spec_fields.fields_of(kind.spec) if kind else {}
        return super().get_form(request, obj, change, form=type("ExerciseForm", (ExerciseForm,), made), **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        kind = _kind_for(request, None)
        if kind is not None:
            initial |= _beginning(initial.get("kind", ""), kind)
        return initial

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The kind is chosen first: the form depends on it."""
        if request.method == "GET" and _kind_for(request, None) is None and self.has_add_permission(request):
            context = {
                **self.admin_site.each_context(request),
                "title": _("Which kind of exercise?"),
                "kinds": [(_with(request, kind=slug), kind.label, slug) for slug, kind in all_kinds().items()],
                "opts": self.opts,
            }
            return TemplateResponse(request, "admin/catalog/exercise/kinds.html", context)
        response: HttpResponse = super().add_view(request, form_url, extra_context)
        return response

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001, RUF100
        super().save_related(request, form, formsets, change)
        history.keep(request, form.instance.module.course)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The kind of an exercise that somebody has tried never changes: their work could not be read any more."""
        return ("kind",) if obj is not None and obj.attempts.exists() else ()

    def save_model(self, request: HttpRequest, obj: Exercise, form: Any, change: bool) -> None:  # noqa: FBT001, RUF100
        super().save_model(request, obj, form, change)
        if change and {"due_at", "opens_at", "late_yaml", "dates_yaml"} & set(form.changed_data):
            self._count_again(request, obj)

    def _count_again(self, request: HttpRequest, exercise: Exercise) -> None:
        changed = dates_changed(exercise)
        if changed:
            text = ngettext("%(n)d mark was computed again.", "%(n)d marks were computed again.", changed)
            messages.info(request, text % {"n": changed})

    @admin.action(description=gettext_lazy("Archive (attempts stay readable)"), permissions=["change"])
    def archive(self, request: HttpRequest, rows: Any) -> None:
        rows.update(archived=True)
        history.keep_all(request, rows)

    @admin.action(description=gettext_lazy("Restore from the archive"), permissions=["change"])
    def restore(self, request: HttpRequest, rows: Any) -> None:
        rows.update(archived=False)
        history.keep_all(request, rows)

    @admin.action(description=gettext_lazy("Copy within the course (archived, to be changed)"), permissions=["change"])
    def duplicate(self, request: HttpRequest, rows: Any) -> None:
        copied = [slugs.duplicate(row) for row in rows]
        for row in copied:
            self.log_addition(request, row, "copied")
        history.keep_all(request, rows)
        text = ngettext("%(number)d exercise was copied.", "%(number)d exercises were copied.", len(copied))
        messages.success(request, text % {"number": len(copied)})


def _kind_for(request: HttpRequest, obj: Any) -> AnyKind | None:
    """Of the exercise, or the one that was chosen for a new one."""
    slug = obj.kind if obj is not None else request.POST.get("kind") or request.GET.get("kind", "")
    return all_kinds().get(slug)


def _with(request: HttpRequest, **more: str) -> str:
    query = request.GET.copy()
    for name, value in more.items():
        query[name] = value
    return query.urlencode()


def _beginning(slug: str, kind: AnyKind) -> dict[str, Any]:
    """A new exercise begins with the example that the kind comes with, so that everything can be tried at once."""
    path = Path(kinds.__path__[0]) / slug / "examples" / "right.yml"
    example = yaml_nodes.parse(path.read_text(encoding="utf-8")).data if path.is_file() else {}
    found = {"spec_yaml": yaml_text.write(example.get("spec")), "rubric_yaml": yaml_text.write(example.get("rubric"))}
    try:
        found |= spec_fields.initial_of(kind.spec.model_validate(example.get("spec") or {}))
    except ValidationError:
        return found
    return found | {"try_work": yaml_text.write(example.get("reference"))}
