"""Write a course folder into the database: whole or not at all, and the same files twice change nothing."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from courses.catalog import assets, practice
from courses.catalog.load import load
from courses.catalog.models import Asset, Course, Exercise, Lesson, Module, RubricVersion
from courses.catalog.rows import plain_columns
from courses.catalog.tree import CourseTree, ExerciseTree, LessonTree, ModuleTree
from courses.grading import rubric as rubrics

ModelT = TypeVar("ModelT", bound=models.Model)


@dataclass
class Report:
    """What changed, by kind of row: {"created": {"lesson": 2}, …}."""

    course: str
    created: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    deleted: Counter[str] = field(default_factory=Counter)
    archived: Counter[str] = field(default_factory=Counter)

    @property
    def changed(self) -> bool:
        return bool(self.created or self.updated or self.deleted or self.archived)

    def __str__(self) -> str:
        steps = [("created", self.created), ("updated", self.updated), ("deleted", self.deleted),
                 ("archived", self.archived)]  # fmt: skip
        said = [f"{verb} {count} {name}" for verb, counter in steps for name, count in sorted(counter.items())]
        return f"{self.course}: {', '.join(said) or 'nothing changed'}"


def sync(path: Path) -> Report:
    """Load the course in `path` and write it. Raises BadCourse before anything is written."""
    return write(load(path), source=_source(path.resolve()))


@transaction.atomic
def write(tree: CourseTree, *, source: str, revision: str = "") -> Report:
    """Make the rows of the course with this slug what the tree says. `source`: from where it came, for people;
    `revision`: how it is called there (a commit), else the digest of its files."""
    return _Writer(tree, source[:200], revision or tree.revision).write()


def rubric_version(rubric: rubrics.Rubric) -> RubricVersion:
    """The row of this rubric, named by its content."""
    return RubricVersion.objects.get_or_create(
        digest=rubrics.digest(rubric), defaults={"content": rubrics.content(rubric)}
    )[0]


class _Writer:
    def __init__(self, tree: CourseTree, source: str, revision: str) -> None:
        self.tree = tree
        self.source = source
        self.revision = revision
        self.report = Report(tree.slug)

    def write(self) -> Report:
        file = self.tree.file
        course = Course.objects.select_for_update().filter(slug=self.tree.slug).first()
        course = self._save(
            course or Course(slug=self.tree.slug),
            title=file.title,
            summary=file.summary or {},
            published=file.published,
            starts_on=file.starts_on,
            time_zone=file.time_zone,
            gradebook=file.gradebook.model_dump(mode="json", exclude_defaults=True),
            playground=file.playground.model_dump(mode="json", exclude_defaults=True),
            review=file.review.model_dump(mode="json", exclude_defaults=True),
            local_only=file.local_only,
            image_hosts=list(file.image_hosts),
            certificate=file.certificate.model_dump(mode="json") if file.certificate else None,
            source=self.source,
            revision=self.revision,
        )
        self._assets(course)
        for module in self.tree.modules:
            self._module(course, module)
        self._drop_lessons(course)
        practice.refresh(course)
        self._drop_exercises(course)
        self._drop_modules(course)
        if self.report.changed:
            Course.objects.filter(pk=course.pk).update(synced_at=timezone.now())
        return self.report

    def _assets(self, course: Course) -> None:
        present = {asset.path: asset for asset in Asset.objects.filter(course=course)}
        for tree in self.tree.assets:
            row = present.pop(tree.path, None) or Asset(course=course, path=tree.path)
            if row.digest != tree.digest:
                assets.keep(self.tree.read_asset(tree.path))
            self._save(row, digest=tree.digest, size=tree.size)
        for gone in present.values():
            gone.delete()
            self.report.deleted["asset"] += 1

    def _module(self, course: Course, tree: ModuleTree) -> None:
        module = Module.objects.filter(course=course, slug=tree.slug).first() or Module(course=course, slug=tree.slug)
        module = self._save(module, title=tree.title, summary=tree.summary, position=tree.position)
        for lesson in tree.lessons:
            self._lesson(module, lesson)
        for exercise in tree.exercises:
            self._exercise(module, exercise)

    def _lesson(self, module: Module, tree: LessonTree) -> None:
        lesson = Lesson.objects.filter(module=module, slug=tree.slug).first() or Lesson(module=module, slug=tree.slug)
        self._save(lesson, title=tree.title, body=tree.body, position=tree.position)

    def _exercise(self, module: Module, tree: ExerciseTree) -> None:
        """Found by its slug in the whole course: an exercise that moves to another module keeps its attempts."""
        rows = Exercise.objects.filter(module__course=module.course, practice=False)
        found = rows.filter(slug=tree.slug).first()
        self._save(
            found or Exercise(slug=tree.slug),
            module_id=module.pk,
            position=tree.position,
            spec=tree.spec_json(),
            rubric_id=rubric_version(tree.rubric).pk,
            references=[reference.model_dump(mode="json", exclude_unset=True) for reference in tree.file.references],
            date_rules=dict(tree.date_rules),
            **plain_columns(tree.file),
        )

    def _drop_lessons(self, course: Course) -> None:
        kept = {(module.slug, lesson.slug) for module in self.tree.modules for lesson in module.lessons}
        for lesson in Lesson.objects.filter(module__course=course).select_related("module"):
            if (lesson.module.slug, lesson.slug) not in kept:
                lesson.delete()
                self.report.deleted["lesson"] += 1

    def _drop_exercises(self, course: Course) -> None:
        """Without attempts it goes; with attempts it is archived, so that the work stays readable."""
        kept = {exercise.slug for module in self.tree.modules for exercise in module.exercises}
        for exercise in Exercise.objects.filter(module__course=course, practice=False).exclude(slug__in=kept):
            try:
                with transaction.atomic():
                    exercise.delete()
                self.report.deleted["exercise"] += 1
            except ProtectedError:
                self.report.archived["exercise"] += Exercise.objects.filter(pk=exercise.pk, archived=False).update(
                    archived=True
                )
        self.report.archived = +self.report.archived

    def _drop_modules(self, course: Course) -> None:
        """A module that holds archived exercises stays for their sake; pages show it only where it has content."""
        kept = [module.slug for module in self.tree.modules]
        for module in Module.objects.filter(course=course, exercises=None).exclude(slug__in=kept):
            module.delete()
            self.report.deleted["module"] += 1

    def _save(self, row: ModelT, **values: Any) -> ModelT:
        """Write only what differs."""
        differing = [name for name, value in values.items() if getattr(row, name) != value]
        is_new = row.pk is None
        for name in differing:
            setattr(row, name, values[name])
        if is_new:
            row.save()
            self.report.created[type(row).__name__.lower()] += 1
        elif differing:
            row.save(update_fields=differing)
            self.report.updated[type(row).__name__.lower()] += 1
        return row


def _source(folder: Path) -> str:
    """Relative where the course lies in this repository, else the folder's name: no machine path in the database."""
    root = Path(settings.ROOT)
    return folder.relative_to(root).as_posix() if folder.is_relative_to(root) else folder.name
