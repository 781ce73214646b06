"""What a student may be told instead of a picture. Pure."""

from collections.abc import Sequence

from courses.kinds.image.schema import LARGEST_SEED, PROMPT_LIMIT
from courses.kinds.work import Refusal
from courses.texts import Text, both

NAMES: dict[str, Text] = {
    "sampler": both("the sampler", "l'échantillonneur"),
    "scheduler": both("the scheduler", "le planificateur de bruit"),
    "steps": both("the number of steps", "le nombre d'étapes"),
    "cfg_scale": both("the guidance (CFG)", "le guidage (CFG)"),
    "size": both("the size", "la taille"),
    "seed": both("the seed", "la graine"),
    "batch": both("the number of pictures", "le nombre d'images"),
}


def _named(name: str) -> Text:
    return NAMES.get(name) or both("the option “{name}”", "l'option « {name} »", name=name[:40].replace("{", "("))


def empty() -> Refusal:
    return Refusal("empty", both("Write a prompt first.", "Écrivez d'abord un prompt."))


def too_long(length: int) -> Refusal:
    text = both(
        "This prompt has {length:,} characters; at most {limit:,} are allowed. Nothing was sent: please shorten it.",
        "Ce prompt compte {length} caractères ; {limit} au plus sont permis. Rien n'a été envoyé : raccourcissez-le.",
        length=length,
        limit=PROMPT_LIMIT,
    )
    return Refusal("too_long", text)


def negative_not_allowed() -> Refusal:
    text = both(
        "This exercise uses no negative prompt. Nothing was sent: empty that field.",
        "Cet exercice n'utilise pas de prompt négatif. Rien n'a été envoyé : videz ce champ.",
    )
    return Refusal("negative_not_allowed", text)


def option_not_allowed(name: str) -> Refusal:
    called = _named(name)
    text = {
        "en": f"This exercise does not let you set {called['en']}. Nothing was sent.",
        "fr": f"Cet exercice ne permet pas de régler {called['fr']}. Rien n'a été envoyé.",
    }
    return Refusal("option_not_allowed", text)


def not_a_choice(name: str, allowed: Sequence[str]) -> Refusal:
    called, listed = _named(name), ", ".join(allowed)
    text = {
        "en": f"In this exercise {called['en']} must be one of: {listed}. Nothing was sent.",
        "fr": f"Dans cet exercice, {called['fr']} doit être parmi : {listed}. Rien n'a été envoyé.",
    }
    return Refusal("not_a_choice", text)


def out_of_range(name: str, low: float, high: float, *, whole: bool) -> Refusal:
    called = _named(name)
    text = {
        "en": f"In this exercise {called['en']} must be a {'whole ' if whole else ''}number from {low:g} to {high:g}. "
        "Nothing was sent.",
        "fr": f"Dans cet exercice, {called['fr']} doit être un nombre {'entier ' if whole else ''}de {low:g} à "
        f"{high:g}. Rien n'a été envoyé.",
    }
    return Refusal("out_of_range", text)


def bad_seed() -> Refusal:
    text = both(
        "A seed is a whole number from 0 to {most}. Nothing was sent: leave the field empty to have one chosen.",
        "Une graine est un nombre entier de 0 à {most}. Rien n'a été envoyé : laissez le champ vide pour en tirer une.",
        most=LARGEST_SEED,
    )
    return Refusal("bad_seed", text)


def budget(limit: int, left: int) -> Refusal:
    text = both(
        "This attempt may make {limit} pictures, and {left} of them are left. Hand in what you like best.",
        "Cette tentative permet {limit} images, et il en reste {left}. Rendez ce que vous préférez.",
        limit=limit,
        left=left,
    )
    return Refusal("budget", text)


def unknown_picture() -> Refusal:
    text = both(
        "A chosen picture does not belong to this attempt, or is not finished. Choose again.",
        "Une image choisie n'appartient pas à cette tentative, ou n'est pas terminée. Choisissez de nouveau.",
    )
    return Refusal("unknown_picture", text)


def wrong_count(least: int, most: int, given: int) -> Refusal:
    if least == most == 1:
        text = both(
            "Choose exactly one picture; {given} are chosen.",
            "Choisissez exactement une image ; {given} sont choisies.",
            given=given,
        )
    elif least == most:
        text = both(
            "Choose exactly {least} pictures; {given} are chosen.",
            "Choisissez exactement {least} images ; {given} sont choisies.",
            least=least,
            given=given,
        )
    else:
        text = both(
            "Choose {least} to {most} pictures; {given} are chosen.",
            "Choisissez de {least} à {most} images ; {given} sont choisies.",
            least=least,
            most=most,
            given=given,
        )
    return Refusal("wrong_count", text)


def nothing_to_submit() -> Refusal:
    text = both(
        "There is no picture to hand in yet: generate one first.",
        "Il n'y a pas encore d'image à rendre : générez-en d'abord une.",
    )
    return Refusal("nothing_to_submit", text)


def too_few_runs(least: int, done: int) -> Refusal:
    text = both(
        "This exercise is about refining: generate at least {least} times before you hand in; so far {done}.",
        "Cet exercice demande d'affiner : générez au moins {least} fois avant de rendre ; jusqu'ici {done}.",
        least=least,
        done=done,
    )
    return Refusal("too_few_runs", text)
