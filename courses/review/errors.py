"""Why a decision is not taken.

NotReviewable (courses.attempts.errors)
├── Claimed            another grader has it on the screen
├── Changed            another person decided in the meantime
├── Incomplete         a criterion that counts has no score yet
├── UnknownCriterion
├── OutOfRange
├── NothingToUndo      too late, or somebody has decided since
├── NotYours           assigned to another grader
└── BadComment         no words, or a region outside the picture
"""

from django.contrib.auth.models import AbstractBaseUser

from courses.attempts.errors import NotReviewable
from courses.attempts.models import Score
from courses.texts import both


class Claimed(NotReviewable):
    def __init__(self, grader: AbstractBaseUser) -> None:
        name = grader.get_username()
        text = both(
            "{name} is reviewing this attempt. Take it over only after asking.",
            "{name} relit cette tentative. Ne la reprenez qu'après avoir demandé.",
            name=name,
        )
        super().__init__("claimed", text)
        self.grader = grader


class Changed(NotReviewable):
    def __init__(self, current: Score) -> None:
        text = both(
            "Another person has decided meanwhile. Nothing of yours was saved: look at the new mark and decide again.",
            "Une autre personne a décidé entre-temps. Rien de vous n'a été enregistré : voyez la nouvelle note.",
        )
        super().__init__("changed", text)
        self.current = current


class Incomplete(NotReviewable):
    def __init__(self) -> None:
        text = both(
            "A criterion that counts has no score yet: give it one, or set the whole mark.",
            "Un critère qui compte n'a pas encore de note : donnez-la, ou fixez la note entière.",
        )
        super().__init__("incomplete", text)


class UnknownCriterion(NotReviewable):
    def __init__(self, name: str) -> None:
        text = both("This mark has no criterion {name}.", "Cette note n'a pas de critère {name}.", name=name[:40])
        super().__init__("unknown_criterion", text)


class OutOfRange(NotReviewable):
    def __init__(self, name: str) -> None:
        text = both(
            "The score of {name} must lie between 0 and 1.",
            "La note de {name} doit être comprise entre 0 et 1.",
            name=name[:40],
        )
        super().__init__("out_of_range", text)


class NothingToUndo(NotReviewable):
    def __init__(self, minutes: int) -> None:
        text = both(
            "There is no decision to take back: one can for {minutes} minutes, unless somebody has decided since. "
            "Open the attempt and decide again.",
            "Aucune décision à reprendre : c'est possible pendant {minutes} minutes, si personne n'a décidé depuis. "
            "Ouvrez la tentative et décidez de nouveau.",
            minutes=minutes,
        )
        super().__init__("nothing_to_undo", text)


class NotYours(NotReviewable):
    def __init__(self, grader: AbstractBaseUser) -> None:
        text = both(
            "This attempt is assigned to {name}.",
            "Cette tentative est confiée à {name}.",
            name=grader.get_username(),
        )
        super().__init__("not_yours", text)
        self.grader = grader


class BadComment(NotReviewable):
    def __init__(self) -> None:
        text = both(
            "A comment needs words, and a region must lie within the picture (0 to 100 %).",
            "Un commentaire demande des mots, et une zone doit tenir dans l'image (0 à 100 %).",
        )
        super().__init__("bad_comment", text)
