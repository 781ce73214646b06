"""Why a second reading is not taken."""

from courses.attempts.errors import NotReviewable
from courses.texts import both


class ReadingRefused(NotReviewable):
    pass


def same_grader() -> ReadingRefused:
    return ReadingRefused("same_grader", both(
        "You decided this mark: somebody else reads it.", "Vous avez décidé cette note : quelqu'un d'autre la relit.",
    ))  # fmt: skip


def has_looked() -> ReadingRefused:
    return ReadingRefused("has_looked", both(
        "You have seen the first mark: somebody else reads it.",
        "Vous avez vu la première note : quelqu'un d'autre la relit.",
    ))  # fmt: skip


def already_read() -> ReadingRefused:
    return ReadingRefused("already_read", both(
        "Somebody has read it meanwhile. Nothing of yours was saved.",
        "Quelqu'un l'a relue entre-temps. Rien de vous n'a été enregistré.",
    ))  # fmt: skip


def incomplete() -> ReadingRefused:
    return ReadingRefused("incomplete", both(
        "Give each criterion a score between 0 and 1.", "Donnez à chaque critère une note entre 0 et 1.",
    ))  # fmt: skip


def not_read() -> ReadingRefused:
    return ReadingRefused("not_read", both("Nobody has read it yet.", "Personne ne l'a encore relue."))


def changed() -> ReadingRefused:
    return ReadingRefused("reading_changed", both(
        "The mark has changed since the first reading: decide on the page of the review.",
        "La note a changé depuis la première lecture : décidez sur la page de relecture.",
    ))  # fmt: skip


def words_missing() -> ReadingRefused:
    return ReadingRefused("words_missing", both(
        "Give a reason: the student reads it.", "Donnez un motif : l'étudiant le lit.",
    ))  # fmt: skip
