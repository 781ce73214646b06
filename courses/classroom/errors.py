"""What a class in session refuses, with what the person reads."""

from courses.texts import Text, both


class ClassRefused(Exception):
    """`text`: for the person who tried."""

    def __init__(self, text: Text) -> None:
        super().__init__(text["en"])
        self.text = text


def no_session() -> ClassRefused:
    return ClassRefused(both("No class is in session.", "Aucun cours n’est en séance."))


def not_yours() -> ClassRefused:
    return ClassRefused(
        both("Only an answer of your own that has come can be shown.",
             "On ne peut montrer qu’une réponse à soi, et une fois arrivée.")
    )  # fmt: skip


def too_many() -> ClassRefused:
    return ClassRefused(
        both("You offer ten answers already. Take one back first.",
             "Vous proposez déjà dix réponses. Reprenez-en une d’abord.")
    )  # fmt: skip
