"""Why a run was given to its server, in words. Pure; both languages.

The dispatcher keeps codes and names in the manifest (`Places.explained`); here they become a sentence that everybody
may read: names of servers, never their addresses or what they said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Texts = dict[str, str]  # language code: text

# Of the server that was taken.
TAKEN: Final[dict[str, Texts]] = {
    "only": {"en": "the only server of the route", "fr": "le seul serveur de la route"},
    "first": {"en": "the first server of the route", "fr": "le premier serveur de la route"},
    "lot": {"en": "drawn by the weights of the route", "fr": "tiré au sort selon les poids de la route"},
    "free": {"en": "those before it were full", "fr": "ceux qui le précèdent étaient pleins"},
    "avoided": {
        "en": "it had failed before, and there was no other",
        "fr": "il avait déjà échoué, et il n’y en avait pas d’autre",
    },
    "loaded": {"en": "it had the model in memory", "fr": "il avait le modèle en mémoire"},
}

# Of servers that come before it on the route: one, several.
_PASSED: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "down": {
        "en": ("{names} was not answering", "{names} were not answering"),
        "fr": ("{names} ne répondait pas", "{names} ne répondaient pas"),
    },
    "paused": {
        "en": ("{names} was paused", "{names} were paused"),
        "fr": ("{names} était en pause", "{names} étaient en pause"),
    },
    "full": {
        "en": ("{names} was full", "{names} were full"),
        "fr": ("{names} était plein", "{names} étaient pleins"),
    },
    "failed": {
        "en": ("{names} had failed at it", "{names} had failed at it"),
        "fr": ("{names} y avait échoué", "{names} y avaient échoué"),
    },
    "no_model": {
        "en": ("{names} does not have the model", "{names} do not have the model"),
        "fr": ("{names} n’a pas le modèle", "{names} n’ont pas le modèle"),
    },
    "too_long": {
        "en": (
            "the prompt is longer than the {limit} tokens that {names} takes",
            "the prompt is longer than the {limit} tokens that {names} take",
        ),
        "fr": (
            "le prompt dépasse les {limit} jetons que {names} accepte",
            "le prompt dépasse les {limit} jetons que {names} acceptent",
        ),
    },
    "too_short": {
        "en": (
            "{names} is kept for prompts of {limit} tokens and more",
            "{names} are kept for prompts of {limit} tokens and more",
        ),
        "fr": (
            "{names} est réservé aux prompts d’au moins {limit} jetons",
            "{names} sont réservés aux prompts d’au moins {limit} jetons",
        ),
    },
    "other_work": {
        "en": ("{names} is kept for other work", "{names} are kept for other work"),
        "fr": ("{names} est réservé à d’autres travaux", "{names} sont réservés à d’autres travaux"),
    },
    "off_premises": {
        "en": (
            "this work stays on our own premises, where {names} is not",
            "this work stays on our own premises, where {names} are not",
        ),
        "fr": (
            "ce travail reste dans nos murs, où {names} n’est pas",
            "ce travail reste dans nos murs, où {names} ne sont pas",
        ),
    },
}

_LOADED: Final[Texts] = {"en": "model already loaded", "fr": "modèle déjà chargé"}


@dataclass(frozen=True, slots=True)
class _Style:
    """How a language writes a sentence."""

    whole: str
    between: str  # clauses
    last: str  # between the last two of a list
    thousands: str


_STYLES: Final[dict[str, _Style]] = {
    "en": _Style("Answered by {server}: {why}.", "; ", " and ", ","),
    "fr": _Style("Réponse de {server} : {why}.", " ; ", " et ", "\u202f"),
}


def in_words(manifest: Mapping[str, Any]) -> Texts:
    """Why this server, from a run's manifest; empty where nothing was written down."""
    server, code = str(manifest.get("server") or ""), str(manifest.get("route") or "")
    if not server or code not in TAKEN:
        return {}
    routing = manifest.get("routing") or {}
    return {
        language: style.whole.format(server=server, why=_why(code, routing, language, style))
        for language, style in _STYLES.items()
    }


def _why(code: str, routing: Mapping[str, Any], language: str, style: _Style) -> str:
    alike: dict[tuple[str, int], list[str]] = {}
    for one in routing.get("passed", ()):
        if one.get("why") in _PASSED:
            alike.setdefault((one["why"], one.get("limit") or 0), []).append(one["server"])
    said = [_passed(*reason, names, language, style) for reason, names in alike.items()]
    if not said or code in ("avoided", "loaded"):
        said.append(TAKEN[code][language])
    loaded = routing.get("loaded") and code != "loaded"
    return style.between.join(said) + (f", {_LOADED[language]}" if loaded else "")


def _passed(code: str, limit: int, names: Sequence[str], language: str, style: _Style) -> str:
    one, several = _PASSED[code][language]
    together = style.last.join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    number = f"{limit:,}".replace(",", style.thousands)
    return (several if len(names) > 1 else one).format(names=together, limit=number)
