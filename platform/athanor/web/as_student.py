"""“Try it as a student”: the staff of a course sees its pages as students do, until they go back.

Only what is shown changes. What they may do stays their own, and what they hand in stands in no gradebook and in no
statistics, because those read the work of students.
"""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_POST

from athanor.web.course import as_student_in, find_course
from athanor.web.people import person
from courses.people import rules


@login_required
@require_POST
def as_student(request: HttpRequest, course: str) -> HttpResponse:
    found = find_course(person(request), course)
    rules.check_can_review(request.user, found)
    if request.POST.get("do") == "end":
        request.session.pop(as_student_in(found), None)
    else:
        request.session[as_student_in(found)] = True
    return redirect("course", found.slug)


urlpatterns = [path("courses/<slug:course>/as-student/", as_student, name="as_student")]
