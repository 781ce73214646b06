"""What graders say about a piece of work, and the words that they keep for the next one. The only writers of both."""

import re
from collections.abc import Sequence

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from courses.attempts.models import Attempt
from courses.attempts.services import check_can_decide, lock
from courses.catalog.models import Course
from courses.people.errors import Denied
from courses.people.rules import can_manage, check_can_review
from courses.review.errors import BadComment
from courses.review.models import Comment, Remark
from courses.review.selectors import remarks_for
from workers.events.publish import publish
from workers.scheduling.storable import storable

LIMIT = 4000  # characters of a comment
REMARK_LIMIT = 1000
ANCHOR = re.compile(r"[A-Za-z0-9][\w:.-]{0,159}")


@transaction.atomic
def say(
    *, attempt: Attempt, by: AbstractUser, text: str, anchor: str = "", region: Sequence[float] | None = None
) -> Comment:
    """Comment on a place of the work, or on the whole. The student reads it as soon as the mark is shown.

    `region`: x, y, width, height of a picture, each as a share of its side. Raises BadComment.
    """
    locked = lock(attempt.pk)
    check_can_decide(by, locked)
    words = str(storable(text.strip()))[:LIMIT]
    if not words or (anchor and not ANCHOR.fullmatch(anchor)):
        raise BadComment
    made = Comment.objects.create(
        attempt=locked, by_id=by.pk, anchor=anchor, region=_region(region) if region else None, text=words
    )
    count_uses(course=locked.exercise.module.course, by=by, text=words)
    if locked.released_at:
        publish(channel=locked.channel, type="score", data={"attempt": str(locked.pk), "state": locked.state})
    return made


def _region(given: Sequence[float]) -> list[float]:
    if len(given) != 4:
        raise BadComment
    x, y, width, height = (round(float(each), 4) for each in given)
    # Written so that "not a number" is refused, too.
    if not (x >= 0 and y >= 0 and width > 0 and height > 0 and x + width <= 1.0001 and y + height <= 1.0001):
        raise BadComment
    return [x, y, width, height]


def remove(*, comment: Comment, by: AbstractUser) -> None:
    """One's own; an instructor removes anybody's. It is kept, but nobody is shown it."""
    course = comment.attempt.exercise.module.course
    check_can_review(by, course)
    if comment.by_id != by.pk and not can_manage(by, course):
        raise Denied("This is another grader's comment.")
    Comment.objects.filter(pk=comment.pk, removed_at=None).update(removed_at=timezone.now())


def keep_remark(*, course: Course, owner: AbstractUser, text: str, shared: bool = False) -> Remark:
    """Save words for the next time; the same words once. Raises BadComment when there are none."""
    check_can_review(owner, course)
    words = str(storable(text.strip()))[:REMARK_LIMIT]
    if not words:
        raise BadComment
    remark, new = Remark.objects.get_or_create(
        course=course, owner_id=owner.pk, text=words, defaults={"shared": shared}
    )
    if not new and shared and not remark.shared:
        remark.shared = True
        remark.save(update_fields=["shared"])
    return remark


def forget_remark(*, remark: Remark, by: AbstractUser) -> None:
    """One's own; an instructor forgets any that is shared."""
    check_can_review(by, remark.course)
    if remark.owner_id != by.pk and not (remark.shared and can_manage(by, remark.course)):
        raise Denied("This is another grader's remark.")
    remark.delete()


def count_uses(*, course: Course, by: AbstractUser, text: str) -> None:
    """Saved words that were used go up in the list."""
    used = [remark.pk for remark in remarks_for(by, course) if remark.text in text]
    Remark.objects.filter(pk__in=used).update(uses=F("uses") + 1)
