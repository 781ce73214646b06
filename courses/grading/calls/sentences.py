"""What the grader says of an argument, in both languages. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from courses.grading.calls.values import shown

if TYPE_CHECKING:
    from courses.grading.calls.model import Verdict

SENTENCES = {
    "ok": ("{name}: right.", "{name} : juste."),
    "value": ("{name}: got {got}, expected {expected}.", "{name} : reçu {got}, attendu {expected}."),
    "type": ("{name}: got {got}, but it {words}.", "{name} : reçu {got}, mais {words}."),
    "schema": ("{name}: got {got}, but it {words}.", "{name} : reçu {got}, mais {words}."),
    "missing_required": (
        "{name} is missing; the function requires it. Expected {expected}.",
        "{name} manque ; la fonction l'exige. Attendu : {expected}.",
    ),
    "missing_argument": ("{name} is missing; expected {expected}.", "{name} manque ; attendu : {expected}."),
    "unexpected_argument": (
        "{name}: got {got}, but nothing was to be passed here.",
        "{name} : reçu {got}, mais rien n'était à passer ici.",
    ),
    "unknown_argument": ("The function has no argument {name}.", "La fonction n'a pas d'argument {name}."),
    "wrong_function": ("{got} was called, expected {expected}.", "{got} a été appelée au lieu de {expected}."),
    "unknown_function": (
        "{got} was called, which is not defined. Expected {expected}.",
        "{got} a été appelée, mais n'est pas définie. Attendu : {expected}.",
    ),
    "missing_call": ("A call of {expected} is missing.", "Un appel de {expected} manque."),
    "extra_call": ("A call of {got} was not expected.", "Un appel de {got} n'était pas attendu."),
    "duplicate_call": ("{got} was called once more than needed.", "{got} a été appelée une fois de trop."),
    "not_abstained": (
        "{got} was called, but no function should have been.",
        "{got} a été appelée, mais aucune fonction ne devait l'être.",
    ),
    "arguments_text": (
        "The arguments are a text that holds JSON; they must be an object.",
        "Les arguments sont un texte contenant du JSON ; il faut un objet.",
    ),
    "arguments_no_object": ("The arguments must be an object { }.", "Les arguments doivent être un objet { }."),
    "no_name": ("A call needs a name.", "Un appel doit avoir un nom."),
}


def say(verdict: Verdict, language: str) -> str:
    form = SENTENCES[verdict.code][language == "fr"]
    words = (verdict.words or {}).get(language, "")
    # Replaced one by one, because sentences hold braces of their own.
    if "{name}" in form:
        form = form.replace("{name}", verdict.step)
    if "{got}" in form:
        form = form.replace("{got}", shown(verdict.got))
    if "{expected}" in form:
        form = form.replace("{expected}", words or shown(verdict.expected))
    return form.replace("{words}", words) if "{words}" in form else form
