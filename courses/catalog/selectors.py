"""Reading courses for pages: few queries, whatever the size."""

from django.db.models import Prefetch, QuerySet

from courses.catalog.models import Course, Exercise, Lesson, Module
from courses.grading.assessment import outline
from courses.grading.findings import Stored
from courses.grading.rubric import Rubric


def course_tree(course: Course) -> list[Module]:
    """The modules with `lessons` and `exercises` fetched (no archived ones); modules without content are left out."""
    exercises = Exercise.objects.filter(archived=False).order_by("position", "id")
    modules = (
        Module.objects.filter(course=course)
        .select_related("course")
        .order_by("position", "id")
        .prefetch_related(
            Prefetch("lessons", Lesson.objects.defer("body").order_by("position", "id")),
            Prefetch("exercises", exercises.select_related("rubric")),
        )
    )
    return [module for module in modules if module.lessons.all() or module.exercises.all()]


def lessons_in_order(course: Course) -> QuerySet[Lesson]:
    """For "previous" and "next"."""
    lessons = Lesson.objects.filter(module__course=course).defer("body").select_related("module")
    return lessons.order_by("module__position", "module_id", "position", "id")


def exercise_at(course: Course, module_slug: str, exercise_slug: str) -> Exercise | None:
    found = Exercise.objects.select_related("module__course", "rubric")
    return found.filter(module__course=course, module__slug=module_slug, slug=exercise_slug).first()


def rubric_of(exercise: Exercise) -> Rubric:
    return Rubric.model_validate(exercise.rubric.content)


def rubric_outline(exercise: Exercise, *, reveal: bool = False) -> list[Stored]:
    """The rubric for a page (see `grading.assessment.outline`); `reveal` names hidden items, for staff."""
    return outline(rubric_of(exercise), reveal=reveal)
