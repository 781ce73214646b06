"""What people may be refused.

    PermissionDenied (403)      Http404
    └── Denied                  └── Hidden      they must not even learn that it exists
        └── Untrained           in this course graders train first
    Exception
    ├── JoinRefused
    │   ├── WrongCode           nothing has this code
    │   └── JoiningClosed       the course is known, but nobody can join it now
    └── ExtensionRefused        `text` says why

`text` is what the person reads, in both languages.
"""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from courses.texts import Text, both


class Denied(PermissionDenied):
    """You take part in the course, but this is not yours to do."""


class Untrained(Denied):
    """In this course graders mark pieces of known mark before they decide about others' work."""


class Hidden(Http404):
    """For this person it does not exist."""


class JoinRefused(Exception):
    text: Text = {}


class WrongCode(JoinRefused):
    text = both(
        "No course has this code. Check it with your instructor: it has eight letters and digits.",
        "Aucun cours ne porte ce code. Vérifiez-le auprès de l'enseignant : il compte huit lettres et chiffres.",
    )


class JoiningClosed(JoinRefused):
    text = both(
        "This course does not take new students by code now. Ask your instructor to enrol you.",
        "Ce cours n'accepte plus d'inscription par code. Demandez à l'enseignant de vous inscrire.",
    )


class ExtensionRefused(Exception):
    def __init__(self, text: Text) -> None:
        super().__init__(text["en"])
        self.text = text
