"""The tour of a first visit: what somebody of a role finds where. It stands on the first page until it is put away."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from athanor.accounts import tours
from athanor.accounts.models import User
from athanor.web.people import person
from courses.people import rules

FIRST_COURSE = "first-steps"
Words = str | Promise  # in the language of whoever reads


@dataclass(frozen=True, slots=True)
class Step:
    icon: str
    title: Words
    text: Words
    link: str = ""  # name of an address without arguments
    link_text: Words = ""


STUDENT = (
    Step("book", _("Open an exercise"), _("Its page says what to do and how it is marked. Beside it you work.")),
    Step("chat", _("Try as often as you like"),
         _("Everything is kept, also when you close the page. You always see how long you wait, and for what."),
         "queue", _("See the queue")),
    Step("flag", _("Hand in when you like it"),
         _("The result shows each criterion with what it looked at. A person may look again; you read who and why.")),
)  # fmt: skip
GRADER = (
    Step("scale", _("What waits for you"),
         _("The review lists work that needs a person, the oldest first. Nobody else is given what you have open."),
         "review", _("Open the review")),
    Step("eye", _("See what the machine saw"),
         _("Each criterion shows the words that it looked at, and which model, options and seed made each answer.")),
    Step("pencil", _("Your word counts"),
         _("Change a criterion or the whole mark and say why. No machine ever overwrites what a person decided.")),
)  # fmt: skip
INSTRUCTOR = (
    Step("users", _("Invite your students"),
         _("The page of a course shows its join code. Whoever types it is in.")),
    Step("sliders", _("Change the course"),
         _("In the administration, with editors that know what may be written; or as files in git."),
         "admin:index", _("Open the administration")),
    Step("device", _("Teach with it"),
         _("The classroom shows who is where and who may be stuck, and a wall of what students offer.")),
    Step("flask", _("See how it goes"),
         _("The health of a course shows where students stop, what they wait for and which criteria they miss.")),
)  # fmt: skip
OPERATOR = (
    Step("server", _("What the models run on"),
         _("The servers, how they are, and where each alias leads. Pause one: its work goes elsewhere."),
         "servers", _("Open the servers")),
    Step("queue", _("Who waits for what"),
         _("The queue is shared fairly by what everybody has used. Allowances limit a day of a course or a person."),
         "queue", _("See the queue")),
)  # fmt: skip
TOURS: dict[str, Sequence[Step]] = {
    "operator": OPERATOR,
    "instructor": INSTRUCTOR,
    "grader": GRADER,
    "student": STUDENT,
}


@dataclass(frozen=True, slots=True)
class Tour:
    code: str
    steps: Sequence[Step]


def roles_of(user: User) -> list[str]:
    """From the rarest. Whoever has no other role is a student."""
    found = ["operator"] if rules.can_operate(user) else []
    if rules.courses_managed_by(user).exists():
        found.append("instructor")
    elif rules.courses_reviewed_by(user).exists():
        found.append("grader")
    return found or ["student"]


def tour_of(user: User) -> Tour | None:
    """The one that this person has not seen; one at a time."""
    if len(user.toured) >= len(TOURS):
        return None
    code = next((role for role in roles_of(user) if role not in user.toured), None)
    return Tour(code, TOURS[code]) if code else None


@login_required
@require_POST
def put_away(request: HttpRequest) -> HttpResponse:
    """`again`: show the tours again."""
    user = person(request)
    if request.POST.get("do") == "again":
        tours.forget(user=user)
    else:
        tours.seen(user=user, tours=roles_of(user))
    return redirect("home")


urlpatterns = [path("tour/", put_away, name="tour")]
