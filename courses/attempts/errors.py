"""Why work is not accepted.

    AttemptRefused             `code` for programs, `text` for people, in both languages
    ├── Closed                 not open yet, closed, taken out of the course, or already submitted
    ├── NoAttemptsLeft
    ├── NoRuns                 in this kind of exercise nothing is run
    ├── InvalidPayload         `errors`: [{"field", "message"}]
    └── NotReviewable          a person cannot decide this now (`review`)

Beside these a kind raises `courses.kinds.work.Refusal` (the same two fields), and the scheduler its own
`TooManyJobs`, `QuotaUsed` and `NoSuchAlias`.
"""

from collections.abc import Sequence
from datetime import datetime

from pydantic import ValidationError

from courses.texts import Text, both


class AttemptRefused(Exception):
    def __init__(self, code: str, text: Text) -> None:
        super().__init__(code)
        self.code = code
        self.text = text


class Closed(AttemptRefused):
    pass


class NoAttemptsLeft(AttemptRefused):
    def __init__(self, limit: int) -> None:
        text = both(
            "You have used all {limit} attempts at this exercise.",
            "Vous avez utilisé les {limit} tentatives permises pour cet exercice.",
            limit=limit,
        )
        super().__init__("no_attempts_left", text)


class NoRuns(AttemptRefused):
    pass


class InvalidPayload(AttemptRefused):
    def __init__(self, errors: Sequence[dict[str, str]]) -> None:
        text = both(
            "The request is not as expected: {what}.",
            "La requête n'a pas la forme attendue : {what}.",
            what="; ".join(f"{error['field']}: {error['message']}" for error in errors[:3]),
        )
        super().__init__("invalid_payload", text)
        self.errors = list(errors)

    @classmethod
    def of(cls, error: ValidationError) -> "InvalidPayload":
        """From the schema's own messages, without repeating what was sent."""
        return cls([
            {"field": ".".join(str(step) for step in found["loc"]) or "payload", "message": found["msg"]}
            for found in error.errors(include_input=False, include_url=False, include_context=False)
        ])  # fmt: skip


class NotReviewable(AttemptRefused):
    pass


def not_open_yet(opens_at: datetime) -> Closed:
    text = both(
        "This exercise opens on {at:%Y-%m-%d at %H:%M} (UTC).",
        "Cet exercice ouvre le {at:%d/%m/%Y à %H:%M} (UTC).",
        at=opens_at,
    )
    return Closed("not_open_yet", text)


def closed(closes_at: datetime) -> Closed:
    text = both(
        "This exercise closed on {at:%Y-%m-%d at %H:%M} (UTC). Your work is kept; ask your instructor for more time.",
        "Cet exercice a fermé le {at:%d/%m/%Y à %H:%M} (UTC). Votre travail est conservé ; "
        "demandez un délai à l'enseignant.",
        at=closes_at,
    )
    return Closed("closed", text)


def archived() -> Closed:
    text = both(
        "This exercise was taken out of the course. Your work stays readable.",
        "Cet exercice a été retiré du cours. Votre travail reste lisible.",
    )
    return Closed("archived", text)


def submitted() -> Closed:
    text = both(
        "This attempt was submitted; it does not change any more. Begin a new attempt to go on.",
        "Cette tentative a été rendue ; elle ne change plus. Commencez-en une autre pour continuer.",
    )
    return Closed("submitted", text)


def practice() -> Closed:
    text = both(
        "This is for trying: nothing is handed in here, and nothing is marked.",
        "Ceci sert à essayer : rien n'est à rendre ici, et rien n'est noté.",
    )
    return Closed("practice", text)


def no_runs() -> NoRuns:
    text = both(
        "In this exercise no model is asked while you work: write your answers and hand them in.",
        "Dans cet exercice, aucun modèle n'est interrogé pendant le travail : répondez, puis rendez.",
    )
    return NoRuns("no_runs", text)


def untrained() -> NotReviewable:
    text = both(
        "In this course graders train first: mark the training pieces, then decide.",
        "Dans ce cours, on se forme d'abord : notez les travaux de formation, puis décidez.",
    )
    return NotReviewable("untrained", text)
