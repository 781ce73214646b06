"""Why no certificate is issued. `text` is what the person reads, in both languages."""

from courses.texts import Text, both


class NotCompleted(Exception):
    def __init__(self, text: Text) -> None:
        super().__init__(text["en"])
        self.text = text


def no_certificates() -> NotCompleted:
    return NotCompleted(both("This course gives no certificate.", "Ce cours ne délivre pas d’attestation."))


def some_left(left: int) -> NotCompleted:
    text = both(
        "The course is not completed yet; exercises still to be passed: {left}.",
        "Le cours n’est pas encore terminé\u202f; exercices à réussir encore\u202f: {left}.",
        left=left,
    )
    return NotCompleted(text)
