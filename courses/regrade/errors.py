"""Why a regrade is refused."""

from courses.texts import Text, both


class RegradeRefused(Exception):
    def __init__(self, code: str, text: Text) -> None:
        super().__init__(code)
        self.code = code
        self.text = text


def note_missing() -> RegradeRefused:
    text = both(
        "Write a note: students whose mark moves read it.",
        "Écrivez un mot : les étudiants dont la note change le lisent.",
    )
    return RegradeRefused("note_missing", text)


def bad_scope() -> RegradeRefused:
    text = both(
        "The dates, the group or the criterion do not fit this exercise.",
        "Les dates, le groupe ou le critère ne conviennent pas à cet exercice.",
    )
    return RegradeRefused("bad_scope", text)


def empty() -> RegradeRefused:
    text = both("No marked attempt lies in this scope.", "Aucune tentative notée ne correspond à ce choix.")
    return RegradeRefused("empty", text)


def wrong_state() -> RegradeRefused:
    text = both(
        "This cannot be done now: somebody else went on with this regrade meanwhile. Look at it again.",
        "Impossible pour l'instant : quelqu'un a fait avancer cette correction entre-temps. Regardez-la de nouveau.",
    )
    return RegradeRefused("wrong_state", text)


def rubric_changed() -> RegradeRefused:
    text = both(
        "The rubric has changed since this preview. Nothing was applied: make a new preview.",
        "Le barème a changé depuis cet aperçu. Rien n'a été appliqué : refaites un aperçu.",
    )
    return RegradeRefused("rubric_changed", text)


def another_writes() -> RegradeRefused:
    text = both(
        "Another regrade of this exercise is being written. Wait until it is done.",
        "Une autre correction de cet exercice est en cours d'écriture. Attendez qu'elle soit finie.",
    )
    return RegradeRefused("another_writes", text)


def no_judge() -> RegradeRefused:
    text = both(
        "This criterion is not judged by a model in the present rubric.",
        "Ce critère n'est pas jugé par un modèle dans le barème actuel.",
    )
    return RegradeRefused("no_judge", text)


def nothing_decided() -> RegradeRefused:
    text = both(
        "No person has decided this criterion yet: there is nothing to compare the judge with.",
        "Personne n'a encore décidé de ce critère : il n'y a rien à quoi comparer le juge.",
    )
    return RegradeRefused("nothing_decided", text)


def no_model(alias: str) -> RegradeRefused:
    text = both(
        "No server offers the model {alias}: an administrator must set it up first.",
        "Aucun serveur ne propose le modèle {alias} : un administrateur doit d'abord le configurer.",
        alias=alias,
    )
    return RegradeRefused("no_model", text)


def not_passed() -> RegradeRefused:
    text = both(
        "This judge has not passed its comparison with people: it can only advise.",
        "Ce juge n'a pas réussi la comparaison avec des personnes : il ne peut donner qu'un avis.",
    )
    return RegradeRefused("not_passed", text)
