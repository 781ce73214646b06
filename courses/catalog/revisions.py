"""The history of a course's files: what came from outside waits here until somebody makes it active.

Whoever calls asks first whether the person manages the course (`people.rules`).
"""

import logging
from dataclasses import replace

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils import timezone

from courses.catalog import archives, assets
from courses.catalog.differences import differences
from courses.catalog.files import files_of
from courses.catalog.models import Course, Revision
from courses.catalog.rows import tree_of
from courses.catalog.sync import Report, write
from courses.catalog.tree import BadCourse, CourseTree

logger = logging.getLogger(__name__)

ADMIN = "admin"  # the source of what was edited by form
PREVIEW = "-preview"


def export(course: Course) -> bytes:
    """The course as a zip of its folder; the same rows give the same bytes. Raises BadCourse."""
    return archives.packed(course.slug, files_of(tree_of(course)))


def propose(*, tree: CourseTree, source: str, commit: str = "", by: AbstractUser | None = None) -> Revision:
    """Keep a checked course beside the active one, with what would change."""
    course = Course.objects.filter(slug=tree.slug).first()
    after = files_of(tree)
    return Revision.objects.create(
        course=course,
        slug=tree.slug,
        source=source[:500],
        commit=commit,
        archive=assets.keep(archives.packed(tree.slug, after)),
        changes=differences(_present_files(course), after),
        created_by_id=by.pk if by else None,
    )


def _present_files(course: Course | None) -> dict[str, bytes]:
    if course is None:
        return {}
    try:
        return files_of(tree_of(course))
    except (BadCourse, KeyError):  # rows from before today's rules; a file that is gone from the store
        logger.warning("The course %s cannot be written as files.", course.slug, exc_info=True)
        return {}


@transaction.atomic
def activate(*, revision: Revision, by: AbstractUser | None = None) -> Report:
    """Make the course what the revision says. What it replaces is kept as a revision of its own."""
    course = Course.objects.select_for_update().filter(slug=revision.slug).first()
    if course is not None:
        record(course=course, by=by)
    with archives.course_in(assets.read(revision.archive), name=revision.source, slug=revision.slug) as tree:
        report = write(tree, source=revision.source, revision=revision.commit)
    revision.course = Course.objects.get(slug=revision.slug)
    revision.activated_at = timezone.now()
    revision.save(update_fields=["course", "activated_at"])
    return report


@transaction.atomic
def preview(*, revision: Revision) -> Course:
    """A course beside the active one, for its staff only, with the content of a revision that is not active yet."""
    slug = revision.slug[: 80 - len(PREVIEW)] + PREVIEW
    with archives.course_in(assets.read(revision.archive), name=revision.source, slug=revision.slug) as tree:
        hidden = replace(tree, slug=slug, file=tree.file.model_copy(update={"published": False}))
        write(hidden, source=revision.source, revision=revision.commit)
    course = Course.objects.get(slug=slug)
    course.preview_of, course.joining_open = revision.course, False
    course.save(update_fields=["preview_of", "joining_open"])
    return course


def record(*, course: Course, by: AbstractUser | None = None, source: str = ADMIN) -> Revision | None:
    """Keep the course as it is now, if it is not what was kept last. None where it is, or cannot be written."""
    files = _present_files(course)
    archive = archives.packed(course.slug, files)
    last = Revision.objects.filter(course=course, activated_at__isnull=False).order_by("-activated_at", "-id").first()
    digest = assets.keep(archive) if files else ""
    if not digest or (last is not None and last.archive == digest):
        return None
    before = archives.files_in(assets.read(last.archive), name=last.source) if last else {}
    return Revision.objects.create(
        course=course,
        slug=course.slug,
        source=source,
        archive=digest,
        changes=differences(before, files),
        created_by_id=by.pk if by else None,
        activated_at=timezone.now(),
    )
