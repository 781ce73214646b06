"""What a student reads about a job that did not go well, or waits. Pure; both languages.

Never whose server, which address or what it said: that is for staff (`Job.error["detail"]`).
"""

from collections.abc import Mapping
from typing import Final

Texts = dict[str, str]  # language code: text

_SAFE_EN = "Your work is safe and nothing was counted."
_SAFE_FR = "Votre travail est conservé et rien n’a été décompté."

ERRORS: Final[dict[str, Texts]] = {
    "unreachable": {
        "en": f"The model server cannot be reached right now. {_SAFE_EN} Try again in a moment.",
        "fr": f"Le serveur du modèle est injoignable pour le moment. {_SAFE_FR} Réessayez dans un instant.",
    },
    "interrupted": {
        "en": f"The connection to the model server broke in the middle of the answer. {_SAFE_EN} Try again.",
        "fr": f"La connexion au serveur du modèle s’est rompue pendant la réponse. {_SAFE_FR} Réessayez.",
    },
    "busy": {
        "en": f"The model server is busy. {_SAFE_EN} Try again in a moment.",
        "fr": f"Le serveur du modèle est occupé. {_SAFE_FR} Réessayez dans un instant.",
    },
    "server_fault": {
        "en": f"The model server failed several times. {_SAFE_EN} The staff has been told.",
        "fr": f"Le serveur du modèle a échoué plusieurs fois. {_SAFE_FR} L’équipe a été prévenue.",
    },
    "timeout": {
        "en": f"The model server took too long to answer. {_SAFE_EN} Try again, or ask for a shorter answer.",
        "fr": (
            f"Le serveur du modèle a mis trop de temps à répondre. {_SAFE_FR} "
            "Réessayez, ou demandez une réponse plus courte."
        ),
    },
    "lost": {
        "en": f"The worker that ran this was lost several times. {_SAFE_EN} The staff has been told.",
        "fr": f"Le processus qui exécutait ceci a été perdu plusieurs fois. {_SAFE_FR} L’équipe a été prévenue.",
    },
    "replaced": {
        "en": "Your newer run took the place of this one while it waited. It does not count.",
        "fr": "Votre essai plus récent a pris la place de celui-ci, qui attendait encore. Il ne compte pas.",
    },
    "misconfigured": {
        "en": f"The model server is not set up correctly. {_SAFE_EN} Tell your instructor.",
        "fr": f"Le serveur du modèle est mal configuré. {_SAFE_FR} Prévenez votre enseignant.",
    },
    "model_missing": {
        "en": f"The model of this exercise is not installed on the server. {_SAFE_EN} Tell your instructor.",
        "fr": (f"Le modèle de cet exercice n’est pas installé sur le serveur. {_SAFE_FR} Prévenez votre enseignant."),
    },
    "request_refused": {
        "en": "The model server did not accept this request. Change the message or its options and try again.",
        "fr": "Le serveur du modèle a refusé cette demande. Modifiez le message ou ses options et réessayez.",
    },
    "no_such_setting": {
        "en": "The image server does not have this sampler or scheduler. Choose another one and try again.",
        "fr": (
            "Le serveur d’images n’a pas cet échantillonneur ou ce planificateur. Choisissez-en un autre et réessayez."
        ),
    },
    "too_long": {
        "en": "This conversation is too long for the model. Shorten the message or start a new branch.",
        "fr": "Cette conversation est trop longue pour le modèle. Raccourcissez le message ou ouvrez une branche.",
    },
    "unknown_token": {
        "en": "One of these numbers is no token of this model. Change it and try again.",
        "fr": "L’un de ces nombres n’est pas un token de ce modèle. Modifiez-le et réessayez.",
    },
    "top_only": {
        "en": (
            "This server tells only its 20 best candidates for the next token, without their numbers. "
            "You can look at those and let the model go on; token ids, logit bias and a JSON schema need a server "
            "that tells the whole distribution, such as llama.cpp."
        ),
        "fr": (
            "Ce serveur ne donne que ses 20 meilleurs candidats pour le token suivant, sans leurs numéros. "
            "Vous pouvez les regarder et laisser le modèle continuer ; les numéros de tokens, le biais de logits et "
            "un schéma JSON demandent un serveur qui donne toute la distribution, tel que llama.cpp."
        ),
    },
    "bad_schema": {
        "en": (
            "No answer can fit this JSON schema, or it uses what cannot be checked token by token. Change the schema."
        ),
        "fr": (
            "Aucune réponse ne peut satisfaire ce schéma JSON, ou il emploie ce qui ne peut pas être vérifié token "
            "par token. Modifiez le schéma."
        ),
    },
    "backend": {
        "en": f"Something went wrong with the model server. {_SAFE_EN} Try again.",
        "fr": f"Un problème est survenu avec le serveur du modèle. {_SAFE_FR} Réessayez.",
    },
}

_TOO_LONG_WITH_SIZES: Final[Texts] = {
    "en": (
        "This conversation has {prompt_tokens} tokens; the model can read {context}. Shorten it or start a new branch."
    ),
    "fr": (
        "Cette conversation compte {prompt_tokens} jetons ; le modèle peut en lire {context}. "
        "Raccourcissez-la ou ouvrez une branche."
    ),
}

_UNKNOWN_TOKEN_WITH_SIZES: Final[Texts] = {
    "en": "{token} is no token of this model: its ids go from 0 to {last}.",
    "fr": "{token} n’est pas un token de ce modèle : ses numéros vont de 0 à {last}.",
}

STATES: Final[dict[str, Texts]] = {
    "queued": {"en": "Waiting for its turn.", "fr": "En attente de son tour."},
    "leased": {"en": "Starting.", "fr": "Démarrage."},
    "running": {"en": "The model is answering.", "fr": "Le modèle répond."},
    "done": {"en": "Done.", "fr": "Terminé."},
    "failed": {"en": "It could not be done.", "fr": "Cela n’a pas pu être fait."},
    "cancelled": {"en": "Stopped.", "fr": "Arrêté."},
    "dead": {
        "en": f"It was given up after several tries. {_SAFE_EN}",
        "fr": f"Abandonné après plusieurs essais. {_SAFE_FR}",
    },
}

REASONS: Final[dict[str, Texts]] = {
    "queue": {"en": "Others are before you.", "fr": "D’autres sont avant vous."},
    "own": {
        "en": "As many of your requests run as one person may have at once. This one starts when one of them ends.",
        "fr": (
            "Autant de vos demandes s’exécutent qu’une personne peut en avoir à la fois. Celle-ci démarrera dès que "
            "l’une d’elles se terminera."
        ),
    },
    "loading": {"en": "The model is being loaded.", "fr": "Le modèle est en cours de chargement."},
    "no_server": {
        "en": "No server with this model answers now. Your work is safe and starts by itself once one is back.",
        "fr": (
            "Aucun serveur avec ce modèle ne répond pour le moment. Votre travail est conservé et démarrera dès que "
            "l’un d’eux sera revenu."
        ),
    },
    "paused": {
        "en": "The model servers are paused by the staff. Your work is safe: it starts by itself afterwards.",
        "fr": "Les serveurs sont mis en pause par l’équipe. Votre travail est conservé : il démarrera ensuite.",
    },
    "premises": {
        "en": (
            "The work of this course must not leave our own servers, and none of them has this model. Your work is "
            "safe and waits; tell your instructor."
        ),
        "fr": (
            "Le travail de ce cours ne doit pas quitter nos propres serveurs, et aucun d’eux n’a ce modèle. Votre "
            "travail est conservé et attend ; prévenez votre enseignant."
        ),
    },
    "too_long": {
        "en": (
            "No server of this model takes a conversation of this length. Your work is safe and waits; stop it and "
            "shorten it, or tell your instructor."
        ),
        "fr": (
            "Aucun serveur de ce modèle n’accepte une conversation de cette longueur. Votre travail est conservé et "
            "attend ; arrêtez-le et raccourcissez-le, ou prévenez votre enseignant."
        ),
    },
    "no_route": {
        "en": (
            "No server is set up for this model. Your work is safe: it starts by itself once there is one. Tell your "
            "instructor."
        ),
        "fr": (
            "Aucun serveur n’est configuré pour ce modèle. Votre travail est conservé : il démarrera dès qu’il y en "
            "aura un. Prévenez votre enseignant."
        ),
    },
    "starting": {"en": "It is starting.", "fr": "Cela démarre."},
    "retry": {
        "en": "A server failed; it starts again in a moment. Nothing was counted.",
        "fr": "Un serveur a échoué ; cela recommence dans un instant. Rien n’a été décompté.",
    },
}


def for_error(code: str, facts: Mapping[str, int] | None = None) -> Texts:
    """What to tell a student about an error of this code; an unknown code gets the general sentence."""
    if code == "too_long" and facts and {"prompt_tokens", "context"} <= facts.keys():
        return {language: text.format_map(facts) for language, text in _TOO_LONG_WITH_SIZES.items()}
    if code == "unknown_token" and facts and {"token", "last"} <= facts.keys():
        return {language: text.format_map(facts) for language, text in _UNKNOWN_TOKEN_WITH_SIZES.items()}
    return ERRORS.get(code, ERRORS["backend"])


def for_state(state: str) -> Texts:
    return STATES[state]


def for_reason(reason: str) -> Texts:
    """Why a job waits (`scheduling.selectors.waiting`)."""
    return REASONS[reason]
