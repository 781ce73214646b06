"""Tell students that a person moved a mark which they had seen already."""

from courses.notices.services import notify, settle
from courses.review.models import Decision
from courses.texts import LANGUAGES, Text, localise

KIND = "mark_moved"
MOVED: Text = {"en": "A grader looked at your mark again: {title}", "fr": "Votre note a été revue : {title}"}


def tell_of_decision(done: Decision) -> None:
    """Only where the mark was shown before and is another one now; a mark that appears is told by its release."""
    before, after, attempt = done.before, done.score, done.attempt
    if done.released_at is None or before is None or after is None or before.value == after.value:
        return
    names = {language: localise(attempt.exercise.title, language) for language in LANGUAGES}
    notify(
        [attempt.student],
        kind=KIND,
        title={language: MOVED[language].format(title=name) for language, name in names.items()},
        link=("attempt", {"attempt": attempt.pk}),
        subject=attempt.subject,
        actor=done.by,
    )


def forget_decision(done: Decision) -> None:
    """It was taken back before the student read of it."""
    settle(kind=KIND, subject=done.attempt.subject)
