"""What happens around the work of a class, for pictures of the site: a lesson in session, requests, columns, play.

Everything goes through the services that the pages use.
"""

import time
from collections.abc import Callable
from decimal import Decimal

import lively_class

from athanor.accounts.models import User
from courses.attempts.models import Attempt, Run
from courses.attempts.selectors import current_score
from courses.catalog.models import Course, Exercise
from courses.classroom import services as classroom
from courses.gradebook import services as gradebook
from courses.gradebook.models import Column
from courses.inquiries import services as inquiries
from courses.inquiries.models import Inquiry
from courses.people.models import Enrolment, Role
from courses.playground import services as playground
from courses.playground.models import Answer
from courses.readings import services as readings
from courses.regrade import services as regrade
from courses.regrade.models import Regrade
from courses.similarity import services as similarity
from courses.similarity.models import Comparison
from workers.scheduling.models import Job
from workers.scheduling.states import TERMINAL, State

LONGEST_WAIT = 60.0  # seconds
DOUBT = "The object has the three keys and the right values. Why does the mark say that something is missing?"
ANSWER = "Thank you for asking. I read the answer again; the age stands there as text, not as a number."


def is_there() -> bool:
    return Column.objects.exists()


def play() -> None:
    """Once, on a site where the class has worked already."""
    course = Course.objects.get(slug="prompting-basics")
    course.review = {**course.review, "requests": 30, "second_reading": 0.5}
    course.save(update_fields=["review"])
    staff = {name: User.objects.get(username=name) for name in ("instructor", "grader")}
    _begin_again()
    _object(course, staff)
    _mark_by_hand(course, staff["instructor"])
    _play_freely(course)
    _look_for_more(course, staff["instructor"])
    _be_in_class(course, staff["instructor"])


def _begin_again() -> None:
    """The student is in the middle of an exercise with words and of one with pictures."""
    student = User.objects.get(username="student")
    for course, slug in (("prompting-basics", "contact-card"), ("images-with-sd-turbo", None)):
        tasks = lively_class.tasks_of(course)
        task = next(each for each in tasks if slug in (None, each.exercise.slug))
        lively_class.work(student, task, task.references[0], last=True)


def _object(course: Course, staff: dict[str, User]) -> None:
    """Two students ask about marks; one is answered."""
    seen = Attempt.objects.filter(exercise__module__course=course, exercise__slug="contact-card")
    two = list(seen.exclude(released_at=None).exclude(student__username="student").order_by("student__username")[:1])
    two += list(seen.exclude(released_at=None).filter(student__username="student")[:1])
    for attempt in two:
        asked = inquiries.ask(attempt=attempt, student=attempt.student, text=DOUBT)
        if attempt.student.username == "student":
            _answer(asked, staff["instructor"])


def _answer(asked: Inquiry, by: User) -> None:
    score = current_score(asked.attempt)
    inquiries.answer(inquiry=asked, grader=by, value=0.8, text=ANSWER, seen_score_id=score.pk if score else None)


def _mark_by_hand(course: Course, by: User) -> None:
    column = gradebook.add_column(course=course, by=by, name="Oral exam", points=Decimal(20), visible=True)
    members = Enrolment.objects.filter(course=course, role=Role.STUDENT).select_related("user")
    for place, member in enumerate(members.order_by("user__username")):
        if place % 4:
            points = Decimal(11 + (place * 7) % 9)
            gradebook.set_mark(column=column, student=member.user, by=by, points=points, seen=None)


def _play_freely(course: Course) -> None:
    columns = [{"alias": "chat-small", "temperature": temperature} for temperature in (0.0, 1.2)]
    text = "What is a token? Answer in two sentences."
    student = User.objects.get(username="student")
    made = playground.begin(owner=student, course=course, mode="text", columns=columns, settings={}, text=text)
    jobs = Answer.objects.filter(prompt__conversation=made).values("job_id")
    wait_until(lambda: not Job.objects.filter(pk__in=jobs).exclude(state__in=TERMINAL).exists())


def _look_for_more(course: Course, by: User) -> None:
    """A preview of a regrade, a comparison of the works, and decisions that are read twice."""
    exercise = Exercise.objects.get(module__course=course, slug="contact-card")
    made = regrade.prepare(exercise=exercise, by=by, note="The age may be a text, too.")
    similarity.ask(exercise=exercise, by=by)
    readings.draw(course)
    wait_until(lambda: Regrade.objects.filter(pk=made.pk, state=Regrade.State.READY).exists())
    wait_until(lambda: Comparison.objects.filter(exercise=exercise).exclude(done_at=None).exists())


def _be_in_class(course: Course, by: User) -> None:
    classroom.start(course=course, by=by)
    members = Enrolment.objects.filter(course=course, role=Role.STUDENT).exclude(user__username="student")
    tasks = lively_class.tasks_of(course.slug)
    for place, member in enumerate(members.select_related("user").order_by("user__username")[:9]):
        task = tasks[place % len(tasks)]
        lively_class.work(member.user, task, task.references[0], last=place % 3 != 0)
    done = Run.objects.filter(attempt__exercise__module__course=course, job__state=State.DONE)
    for place, run in enumerate(done.select_related("attempt__student").order_by("-job__finished_at")[:3]):
        shown = classroom.offer(course=course, student=run.attempt.student, run_id=run.pk, named=place != 1)
        if place < 2:
            classroom.choose(course=course, showing_id=shown.pk, shown=True, by=by)
    waving = Enrolment.objects.filter(course=course, role=Role.STUDENT, user__username__in=("maya", "ravi"))
    for member in waving.select_related("user"):
        classroom.raise_hand(course=course, student=member.user)


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST_WAIT
    while not true() and time.monotonic() < deadline:
        time.sleep(0.1)
