"""Why the gradebook refuses.

GradebookRefused      `code` for programs, `text` for people
└── Moved             somebody else wrote this mark meanwhile; `now` is what it is
"""

from decimal import Decimal

from courses.texts import Text, both


class GradebookRefused(Exception):
    def __init__(self, code: str, text: Text) -> None:
        super().__init__(code)
        self.code = code
        self.text = text


class Moved(GradebookRefused):
    def __init__(self, now: Decimal | None, who: str) -> None:
        text = both(
            "{who} wrote this mark meanwhile. Yours was not saved: look at it, and write yours again if you still want "
            "to.",
            "{who} a écrit cette note entre-temps. La vôtre n'a pas été enregistrée : regardez-la, puis récrivez la "
            "vôtre si vous le voulez encore.",
            who=who,
        )
        super().__init__("moved", text)
        self.now = now


def no_number(text: str) -> GradebookRefused:
    said = both(
        "“{text}” is no number. Write 7.5 or 7,5, or leave it empty.",
        "« {text} » n'est pas un nombre. Écrivez 7,5 ou 7.5, ou laissez vide.",
        text=text[:40],
    )
    return GradebookRefused("no_number", said)


def out_of_range(most: Decimal) -> GradebookRefused:
    said = both(
        "A mark lies between 0 and {most:g} here.", "Une note est comprise entre 0 et {most:g} ici.", most=float(most)
    )
    return GradebookRefused("out_of_range", said)


def name_taken() -> GradebookRefused:
    said = both("Another column has this name.", "Une autre colonne porte ce nom.")
    return GradebookRefused("name_taken", said)


def name_missing() -> GradebookRefused:
    said = both("Give the column a name.", "Donnez un nom à la colonne.")
    return GradebookRefused("name_missing", said)


def not_a_student() -> GradebookRefused:
    said = both("This person is no student of the course.", "Cette personne n'est pas étudiante de ce cours.")
    return GradebookRefused("not_a_student", said)


def not_ready() -> GradebookRefused:
    said = both(
        "This import was applied or cancelled already. Nothing was written now.",
        "Cette importation est déjà appliquée ou annulée. Rien n'a été écrit maintenant.",
    )
    return GradebookRefused("not_ready", said)


def moved_since(number: int) -> GradebookRefused:
    said = both(
        "{number} of these marks moved since the preview, so nothing was written. Upload the file again to see what it "
        "changes now.",
        "{number} de ces notes ont changé depuis l'aperçu : rien n'a été écrit. Envoyez de nouveau le fichier pour "
        "voir ce qu'il change maintenant.",
        number=number,
    )
    return GradebookRefused("moved", said)


def reason_missing() -> GradebookRefused:
    said = both(
        "The file changes marks of exercises. Give a reason: the students read it.",
        "Le fichier change des notes d'exercices. Donnez un motif : les étudiants le lisent.",
    )
    return GradebookRefused("reason_missing", said)


def unreadable(why: Text) -> GradebookRefused:
    return GradebookRefused("unreadable", why)


def too_many(most: int) -> GradebookRefused:
    said = both(
        "The file decides more than {most} marks of exercises. Divide it.",
        "Le fichier décide de plus de {most} notes d'exercices. Partagez-le.",
        most=most,
    )
    return GradebookRefused("too_many", said)


def no_file() -> GradebookRefused:
    said = both("Choose a file that is not empty.", "Choisissez un fichier qui ne soit pas vide.")
    return GradebookRefused("no_file", said)


def past() -> GradebookRefused:
    said = both("This moment has passed. Choose a later one, or none.", "Ce moment est passé. Choisissez-en un autre.")
    return GradebookRefused("past", said)


def no_moment() -> GradebookRefused:
    said = both(
        "This is no date and time. Nothing was shown or hidden: choose a moment, or leave it empty for now.",
        "Ce n'est pas une date avec une heure. Rien n'a été montré ni masqué : choisissez un moment, ou laissez "
        "vide pour agir tout de suite.",
    )
    return GradebookRefused("no_moment", said)


def too_late() -> GradebookRefused:
    said = both("This was carried out already.", "C'est déjà fait.")
    return GradebookRefused("too_late", said)


def other_group() -> GradebookRefused:
    said = both("This group is of another course.", "Ce groupe est d'un autre cours.")
    return GradebookRefused("other_group", said)
