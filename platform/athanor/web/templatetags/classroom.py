"""What a class in session puts on the pages of its students."""

from typing import Any

from django import template

from athanor.web.course import sees_as_student as looks_as_student
from courses.catalog.models import Course, Exercise
from courses.classroom import selectors
from courses.people import rules

register = template.Library()


@register.inclusion_tag("classroom/bar.html", takes_context=True)
def class_bar(context: template.Context, course: Course, exercise: Exercise | None = None) -> dict[str, Any]:
    """For students, while a class is in session; else it is nothing and costs one query."""
    request = context["request"]
    session = selectors.session_of(course) if request.user.is_authenticated else None
    if session is None or rules.can_review(request.user, course):
        return {"session": None}
    hand = selectors.hand_of(course, request.user)
    return {"course": course, "exercise": exercise, "session": session, "hand": hand, "request": request}


@register.simple_tag(takes_context=True)
def sees_as_student(context: template.Context, course: Course) -> bool:
    """Somebody of the staff asked to see the course as a student."""
    return looks_as_student(context["request"], course)
