"""What is taught."""

import hashlib
import json
from typing import Any

from courses.catalog import assets
from courses.catalog.models import Asset, Course, Exercise, Lesson, Module, RubricVersion
from tests.factories.names import fresh

SAYS_HELLO: dict[str, Any] = {
    "items": [
        {
            "id": "hello",
            "title": {"en": "Says hello", "fr": "Dit bonjour"},
            "criterion": "contains",
            "params": {"terms": ["hello", "bonjour"], "require": "any"},
        }
    ]
}


def make_course(**fields: Any) -> Course:
    slug = fields.pop("slug", "") or fresh("course")
    return Course.objects.create(
        **{"slug": slug, "title": {"en": f"Title of {slug}", "fr": f"Titre de {slug}"}, "published": True, **fields}
    )


def make_asset(*, course: Course, path: str = "picture.svg", data: bytes = b"<svg/>") -> Asset:
    return Asset.objects.create(course=course, path=path, digest=assets.keep(data), size=len(data))


def make_module(*, course: Course | None = None, **fields: Any) -> Module:
    slug = fields.pop("slug", "") or fresh("module")
    return Module.objects.create(
        **{"course": course or make_course(), "slug": slug, "title": {"en": f"Title of {slug}"}, **fields}
    )


def make_lesson(*, module: Module | None = None, **fields: Any) -> Lesson:
    slug = fields.pop("slug", "") or fresh("lesson")
    return Lesson.objects.create(
        **{
            "module": module or make_module(),
            "slug": slug,
            "title": {"en": f"Title of {slug}"},
            "body": {"en": "# Heading\n\nSome *text*.", "fr": "# Titre\n\nDu *texte*."},
            **fields,
        }
    )


def make_rubric(content: dict[str, Any] | None = None) -> RubricVersion:
    content = content or SAYS_HELLO
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return RubricVersion.objects.get_or_create(digest=digest, defaults={"content": content})[0]


def make_exercise(
    *, module: Module | None = None, rubric: RubricVersion | dict[str, Any] | None = None, **fields: Any
) -> Exercise:
    """A chat exercise on `chat-small` whose rubric wants a greeting."""
    slug = fields.pop("slug", "") or fresh("exercise")
    return Exercise.objects.create(
        **{
            "module": module or make_module(),
            "slug": slug,
            "kind": "chat",
            "title": {"en": f"Title of {slug}", "fr": f"Titre de {slug}"},
            "statement": {"en": "Say hello.", "fr": "Dites bonjour."},
            "spec": {"alias": "chat-small"},
            "rubric": rubric if isinstance(rubric, RubricVersion) else make_rubric(rubric),
            **fields,
        }
    )
