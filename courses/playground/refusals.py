"""What may be said instead of an answer. Pure."""

from courses.kinds.work import Refusal
from courses.playground.schema import MOST_COLUMNS, PROMPT_LIMIT
from courses.texts import both

MOST_CONVERSATIONS = 200  # of one person in one course


def empty() -> Refusal:
    return Refusal("empty", both("Write a message first.", "Écrivez d’abord un message."))


def too_long(length: int) -> Refusal:
    text = both(
        "This message has {length:,} characters; at most {limit:,} are allowed. Nothing was sent: please shorten it.",
        "Ce message compte {length} caractères\u202f; {limit} au plus sont permis. Rien n’a été envoyé\u202f: "
        "raccourcissez-le.",
        length=length,
        limit=PROMPT_LIMIT,
    )
    return Refusal("too_long", text)


def no_model() -> Refusal:
    return Refusal("no_model", both("Choose at least one model.", "Choisissez au moins un modèle."))


def too_many_models() -> Refusal:
    text = both(
        "At most {most} models answer side by side.",
        "Au plus {most} modèles répondent côte à côte.",
        most=MOST_COLUMNS,
    )
    return Refusal("too_many_models", text)


def not_offered(alias: str) -> Refusal:
    text = both(
        "This course does not offer the model “{alias}”. Choose another one.",
        "Ce cours ne propose pas le modèle «\u202f{alias}\u202f». Choisissez-en un autre.",
        alias=alias,
    )
    return Refusal("not_offered", text)


def wrong_setting(name: str) -> Refusal:
    text = both(
        "The setting “{name}” has a value that is not allowed. Nothing was sent: change it and send again.",
        "Le réglage «\u202f{name}\u202f» a une valeur qui n’est pas permise. Rien n’a été envoyé\u202f: changez-la et "
        "renvoyez.",
        name=name,
    )
    return Refusal("wrong_setting", text)


def unfinished() -> Refusal:
    return Refusal(
        "unfinished",
        both(
            "A model is still answering. Wait for it or stop it; what you wrote stays in the field.",
            "Un modèle répond encore. Attendez-le ou arrêtez-le\u202f; ce que vous avez écrit reste dans le champ.",
        ),
    )


def too_many_conversations() -> Refusal:
    text = both(
        "You keep {most} conversations in this course. Delete one that you need no more.",
        "Vous gardez {most} conversations dans ce cours. Supprimez-en une dont vous n’avez plus besoin.",
        most=MOST_CONVERSATIONS,
    )
    return Refusal("too_many_conversations", text)
