"""What a student may be told instead of an answer. Pure."""

from collections.abc import Sequence

from courses.grading.calls.definitions import Problem
from courses.kinds.work import Refusal
from courses.texts import both


def too_long(field: str, length: int, limit: int) -> Refusal:
    text = both(
        "This text has {length:,} characters; at most {limit:,} are allowed. Nothing was sent: please shorten it.",
        "Ce texte compte {length} caractères ; {limit} au plus sont permis. Rien n'a été envoyé : raccourcissez-le.",
        length=length,
        limit=limit,
    )
    return Refusal(f"too_long_{field}", text)


def definitions(problems: Sequence[Problem]) -> Refusal:
    first, more = problems[0], len(problems) - 1
    text = {
        "en": f"The definitions cannot be used yet. {_where(first, 'Line', 'column', ': ')}{first.text['en']}",
        "fr": f"Les définitions ne sont pas utilisables. {_where(first, 'Ligne', 'colonne', ' : ')}{first.text['fr']}",
    }
    if more:
        text = {"en": f"{text['en']} (and {more} more)", "fr": f"{text['fr']} (et {more} de plus)"}
    return Refusal("definitions", text)


def _where(problem: Problem, line: str, column: str, end: str) -> str:
    return f"{line} {problem.line}, {column} {problem.column}{end}" if problem.line else ""


def empty(field: str) -> Refusal:
    texts = {
        "definitions": both("Write the definitions first.", "Écrivez d'abord les définitions."),
        "prompt": both("Write the prompt first.", "Écrivez d'abord le prompt."),
        "question": both("Choose a question, or write your own.", "Choisissez une question ou écrivez la vôtre."),
        "results": both("Paste or upload your results first.", "Collez ou envoyez d'abord vos résultats."),
    }
    return Refusal(f"empty_{field}", texts[field])


def no_place() -> Refusal:
    return Refusal(
        "no_place",
        both(
            "The template needs the place {{question}}: the question is put there.",
            "Le modèle de prompt doit contenir {{question}} : la question y est insérée.",
        ),
    )


def way(given: str) -> Refusal:
    text = both(
        "This exercise does not offer the way {way!r}.", "Cet exercice n'offre pas la manière {way!r}.", way=given
    )
    return Refusal("way", text)


def out_of_range(name: str, low: float, high: float) -> Refusal:
    text = both(
        "{name} must be a number between {low:g} and {high:g}.",
        "{name} doit être un nombre entre {low:g} et {high:g}.",
        name=name,
        low=low,
        high=high,
    )
    return Refusal("out_of_range", text)


def unknown_case() -> Refusal:
    return Refusal(
        "unknown_case",
        both("This question is not part of the sample.", "Cette question ne fait pas partie de l'échantillon."),
    )


def no_runs() -> Refusal:
    return Refusal(
        "no_runs",
        both("Nothing is run here: hand in your results.", "Rien n'est exécuté ici : rendez vos résultats."),
    )


def finished() -> Refusal:
    return Refusal(
        "finished",
        both("This run has come to its end. Start another one.", "Cet essai est terminé. Commencez-en un autre."),
    )


def unknown_parent() -> Refusal:
    return Refusal(
        "unknown_parent",
        both(
            "The run that you want to continue does not belong to this attempt. Reload the page.",
            "L'essai que vous voulez poursuivre n'appartient pas à cette tentative. Rechargez la page.",
        ),
    )


def results(line: int | None, column: int | None, message: str) -> Refusal:
    where_en = f" at line {line}, column {column}" if line else ""
    where_fr = f" ligne {line}, colonne {column}" if line else ""
    text = {
        "en": f"The results are not valid JSON{where_en}: {message}. Nothing was handed in.",
        "fr": f"Les résultats ne sont pas du JSON valide{where_fr} : {message}. Rien n'a été rendu.",
    }
    return Refusal("results", text)
