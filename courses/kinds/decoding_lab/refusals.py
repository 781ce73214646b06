"""What a student may be told instead of an answer. Pure."""

from courses.kinds.work import Refusal
from courses.texts import both


def empty() -> Refusal:
    return Refusal("empty", both("Write a text first.", "Écrivez d'abord un texte."))


def too_long(length: int, limit: int) -> Refusal:
    text = both(
        "This text has {length:,} characters; at most {limit:,} are allowed. Nothing was sent: please shorten it.",
        "Ce texte compte {length} caractères ; {limit} au plus sont permis. Rien n'a été envoyé : raccourcissez-le.",
        length=length,
        limit=limit,
    )
    return Refusal("too_long", text)


def tool_not_allowed() -> Refusal:
    return Refusal(
        "tool_not_allowed",
        both("This exercise does not offer that tool.", "Cet exercice ne propose pas cet outil."),
    )


def run_limit(limit: int) -> Refusal:
    text = both(
        "The {limit} steps of this attempt are used up. Hand in what you have.",
        "Les {limit} étapes de cette tentative sont épuisées. Rendez ce que vous avez.",
        limit=limit,
    )
    return Refusal("run_limit", text)


def not_ids(found: str) -> Refusal:
    text = both(
        "“{found}” is not a token id. Write whole numbers from 0 on, separated by spaces or commas.",
        "« {found} » n'est pas un numéro de token. Écrivez des nombres entiers à partir de 0, séparés par des espaces "
        "ou des virgules.",
        found=_shown(found),
    )
    return Refusal("not_ids", text)


def too_many_ids(count: int, limit: int) -> Refusal:
    text = both(
        "{count:,} token ids are too many: at most {limit:,}.",
        "{count} numéros de tokens, c'est trop : {limit} au plus.",
        count=count,
        limit=limit,
    )
    return Refusal("too_many_ids", text)


def unknown_parent() -> Refusal:
    return Refusal(
        "unknown_parent",
        both(
            "The step that you want to continue does not belong to this attempt. Reload the page.",
            "L'étape que vous voulez poursuivre n'appartient pas à cette tentative. Rechargez la page.",
        ),
    )


def parent_unfinished() -> Refusal:
    return Refusal(
        "parent_unfinished",
        both(
            "The step before has no result, so nothing can follow it. Wait for it, or begin again.",
            "L'étape précédente n'a pas de résultat : rien ne peut la suivre. Attendez-le, ou recommencez.",
        ),
    )


def ended() -> Refusal:
    return Refusal(
        "ended",
        both(
            "The answer ends here: the end token was chosen. Go back a step to choose another one.",
            "La réponse se termine ici : le token de fin a été choisi. Revenez d'une étape pour en choisir un autre.",
        ),
    )


def look_first() -> Refusal:
    return Refusal(
        "look_first",
        both(
            "Look at the next token first: a token is chosen from the distribution that you see.",
            "Regardez d'abord le token suivant : on choisit un token dans la distribution affichée.",
        ),
    )


def forbidden_by_schema(token: str) -> Refusal:
    text = both(
        "The schema does not allow the token “{token}” here. Choose one of the allowed ones.",
        "Le schéma ne permet pas le token « {token} » ici. Choisissez-en un qui est permis.",
        token=_shown(token),
    )
    return Refusal("forbidden_by_schema", text)


def bias_unreadable(line: str) -> Refusal:
    text = both(
        "This line of the bias cannot be read: “{line}”. Write a token id, a colon and a number, as in “42: -5”.",
        "Cette ligne du biais est illisible : « {line} ». Écrivez un numéro de token, un deux-points et un nombre, "
        "comme « 42: -5 ».",
        line=_shown(line),
    )
    return Refusal("bias_unreadable", text)


def bias_too_many(limit: int) -> Refusal:
    text = both(
        "At most {limit} tokens may be biased here.", "Au plus {limit} tokens peuvent être biaisés ici.", limit=limit
    )
    return Refusal("bias_too_many", text)


def schema_unreadable(reason: str, line: int | None, column: int | None) -> Refusal:
    en = f" at line {line}, column {column}" if line else ""
    fr = f" ligne {line}, colonne {column}" if line else ""
    text = {"en": f"The schema is not JSON{en}: {reason}.", "fr": f"Le schéma n'est pas du JSON{fr} : {reason}."}
    return Refusal("schema_unreadable", text)


def schema_impossible(reason: str) -> Refusal:
    text = {
        "en": f"No answer can fit this schema, or it cannot be checked token by token: {reason}.",
        "fr": f"Aucune réponse ne peut satisfaire ce schéma, ou il ne peut être vérifié token par token : {reason}.",
    }
    return Refusal("schema_impossible", text)


def nothing_to_submit() -> Refusal:
    return Refusal(
        "nothing_to_submit",
        both("There is nothing to hand in yet: make a step first.", "Il n'y a encore rien à rendre : faites un pas."),
    )


def no_answer() -> Refusal:
    return Refusal(
        "no_answer",
        both("Answer at least one of the questions first.", "Répondez d'abord à au moins une des questions."),
    )


def unknown_question(name: str) -> Refusal:
    text = both(
        "This exercise has no question “{name}”. Reload the page.",
        "Cet exercice n'a pas de question « {name} ». Rechargez la page.",
        name=_shown(name),
    )
    return Refusal("unknown_question", text)


def _shown(text: str) -> str:
    """The student's own words, short enough for a sentence."""
    return text if len(text) <= 60 else f"{text[:60]}…"
