"""The practice exercises behind the live blocks of a course's lessons: made, kept and dropped with their blocks.

They are rows like any exercise, so that attempts, runs, the queue and every kind's workspace serve them unchanged.
They are marked as archived, so that no list, no mark and no certificate knows them.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import ProtectedError

from courses.catalog.live import BadBlock, blocks_in, read, slug_of
from courses.catalog.models import Course, Exercise, Lesson, RubricVersion
from courses.grading import rubric as rubrics

# Nothing is ever marked by it; a row needs one.
NOTHING = {
    "items": [{"id": "tried", "title": {"en": "Tried", "fr": "Essayé"}, "criterion": "length", "params": {"least": 0}}]
}


def refresh(course: Course) -> None:
    """Make the practice rows what the lessons' blocks say. One that somebody has tried stays, without its block."""
    wanted = {(each["module_id"], each["slug"]): each for each in _wanted(course)}
    for row in Exercise.objects.filter(module__course=course, practice=True):
        if wanted.pop((row.module_id, row.slug), None) is None:
            _drop(row)
    for fields in wanted.values():
        Exercise.objects.create(**fields, rubric=_rubric())


def _wanted(course: Course) -> Iterator[dict[str, Any]]:
    for lesson in Lesson.objects.filter(module__course=course):
        for language, text in lesson.body.items():
            for _line, info, content in blocks_in(text):
                try:
                    live = read(info, content)
                except BadBlock:  # typed in the admin, shown there; the page shows the block as code
                    continue
                yield {
                    "module_id": lesson.module_id,
                    "slug": slug_of(info, content),
                    "title": {language: live.title or lesson.title.get(language, "")},
                    "kind": live.kind,
                    "spec": live.spec.model_dump(mode="json", exclude_unset=True),
                    "prefill": live.prefill,
                    "points": 0,
                    "practice": True,
                    "archived": True,
                }


def _drop(row: Exercise) -> None:
    try:
        row.delete()
    except ProtectedError:
        return


def _rubric() -> RubricVersion:
    rubric = rubrics.Rubric.model_validate(NOTHING)
    return RubricVersion.objects.get_or_create(
        digest=rubrics.digest(rubric), defaults={"content": rubrics.content(rubric)}
    )[0]
