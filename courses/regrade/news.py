"""Tell students that a regrade moved their mark, with the instructor's own words."""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractUser

from courses.notices.services import notify
from courses.regrade.models import Regrade
from courses.texts import Text, localise

MOVED: Text = {"en": "A mark was looked at again: {title}", "fr": "Une note a été revue : {title}"}
BACK: Text = {
    "en": "A mark is what it was before: {title}",
    "fr": "Une note est redevenue ce qu’elle était : {title}",
}


def tell_students(regrade: Regrade, people: Iterable[AbstractUser]) -> None:
    """Once each, and once for all their attempts at the exercise. Whoever did it is not told."""
    exercise = regrade.exercise
    back = regrade.state == Regrade.State.REVERTING
    told = BACK if back else MOVED
    place = {"course": exercise.module.course.slug, "module": exercise.module.slug, "exercise": exercise.slug}
    notify(
        people,
        kind="mark_moved",
        title={language: text.format(title=localise(exercise.title, language)) for language, text in told.items()},
        body={} if back else {"en": regrade.note, "fr": regrade.note},
        link=("exercise", place),
        subject=f"exercise:{exercise.pk}",
        actor=regrade.reverted_by if back else regrade.applied_by,
    )
