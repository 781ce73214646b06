"""How the queue's choices are called."""

from django.utils.translation import gettext_lazy

FILTERS = {
    "waiting": gettext_lazy("Waiting for a person"),
    "unscored": gettext_lazy("A criterion could not be judged"),
    "needs_review": gettext_lazy("A criterion asks for a look"),
    "split": gettext_lazy("The judging model was of two minds"),
    "infrastructure": gettext_lazy("Something failed on our side"),
    "policy": gettext_lazy("Released only after review"),
    "boundary": gettext_lazy("Close to the pass mark"),
    "audit": gettext_lazy("Drawn at random"),
    "flagged": gettext_lazy("Flagged by the staff"),
    "inquiry": gettext_lazy("The student asked for another look"),
    "second_reading": gettext_lazy("Second reading"),
    "reviewed": gettext_lazy("Decided by a person"),
    "all": gettext_lazy("All marked attempts"),
}
WHOSE = {
    "all": gettext_lazy("Everybody’s"),
    "mine": gettext_lazy("Mine"),
    "free": gettext_lazy("Mine and nobody’s"),
}
ORDERS = {"oldest": gettext_lazy("Oldest first"), "shuffled": gettext_lazy("Shuffled, the same each time")}
