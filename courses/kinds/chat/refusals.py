"""What a student may be told instead of an answer. Pure."""

from courses.kinds.chat.schema import MESSAGE_LIMIT
from courses.kinds.work import Refusal
from courses.texts import both


def empty() -> Refusal:
    return Refusal("empty", both("Write a message first.", "Écrivez d'abord un message."))


def too_long(length: int, limit: int = MESSAGE_LIMIT) -> Refusal:
    text = both(
        "This text has {length:,} characters; at most {limit:,} are allowed. Nothing was sent: please shorten it.",
        "Ce texte compte {length} caractères ; {limit} au plus sont permis. Rien n'a été envoyé : raccourcissez-le.",
        length=length,
        limit=limit,
    )
    return Refusal("too_long", text)


def unknown_parent() -> Refusal:
    return Refusal(
        "unknown_parent",
        both(
            "The turn that you want to continue does not belong to this attempt. Reload the page.",
            "Le tour que vous voulez poursuivre n'appartient pas à cette tentative. Rechargez la page.",
        ),
    )


def parent_unfinished() -> Refusal:
    return Refusal(
        "parent_unfinished",
        both(
            "The turn before has no answer. Wait for it, or send your message again from an earlier turn.",
            "Le tour précédent n'a pas de réponse. Attendez-la, ou repartez d'un tour plus ancien.",
        ),
    )


def turn_limit(limit: int) -> Refusal:
    text = both(
        "This conversation has reached its {limit} turns. Edit an earlier turn to try another way, or submit.",
        "Cette conversation a atteint ses {limit} tours. Modifiez un tour précédent pour essayer autrement, ou rendez.",
        limit=limit,
    )
    return Refusal("turn_limit", text)


def token_budget(budget: int) -> Refusal:
    text = both(
        "The {budget} tokens of this attempt are used up. Submit the branch that you like best.",
        "Les {budget} tokens de cette tentative sont épuisés. Rendez la branche que vous préférez.",
        budget=budget,
    )
    return Refusal("token_budget", text)


def system_not_allowed() -> Refusal:
    return Refusal(
        "system_not_allowed",
        both("This exercise sets the system prompt itself.", "Cet exercice fixe lui-même le prompt système."),
    )


def system_missing() -> Refusal:
    return Refusal(
        "system_missing",
        both("Write the system prompt first.", "Écrivez d'abord le prompt système."),
    )


def nothing_to_submit() -> Refusal:
    return Refusal(
        "nothing_to_submit",
        both(
            "There is no answer to submit yet: talk with the model first.",
            "Il n'y a pas encore de réponse à rendre : discutez d'abord avec le modèle.",
        ),
    )
