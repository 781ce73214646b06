"""Why training does not take something."""

from courses.attempts.errors import NotReviewable
from courses.texts import both


class TrainingRefused(NotReviewable):
    pass


def incomplete() -> TrainingRefused:
    return TrainingRefused("incomplete", both(
        "Give each criterion a score between 0 and 1.", "Donnez à chaque critère une note entre 0 et 1.",
    ))  # fmt: skip


def tried() -> TrainingRefused:
    return TrainingRefused("tried", both(
        "You have marked this piece already: its right scores were shown to you.",
        "Vous avez déjà noté ce travail : les bonnes notes vous ont été montrées.",
    ))  # fmt: skip


def retired() -> TrainingRefused:
    return TrainingRefused("retired", both(
        "This piece is not used for training any more.", "Ce travail ne sert plus à la formation.",
    ))  # fmt: skip


def own_work() -> TrainingRefused:
    return TrainingRefused("own_work", both(
        "This is your own work: train on another piece.", "C'est votre propre travail : prenez-en un autre.",
    ))  # fmt: skip


def words_missing() -> TrainingRefused:
    return TrainingRefused("words_missing", both(
        "Say why these scores are right: graders learn from it.",
        "Dites pourquoi ces notes sont justes : on apprend ainsi.",
    ))  # fmt: skip


def not_marked() -> TrainingRefused:
    return TrainingRefused("not_marked", both(
        "This attempt has no findings to train on yet.", "Cette tentative n'a pas encore de critères évalués.",
    ))  # fmt: skip
