"""A course with its modules, and its lessons."""

import re
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.html import escape
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from athanor.accounts.models import User
from athanor.web.assets import assets_address
from athanor.web.people import person
from courses.catalog.models import Course, Exercise, Lesson, Module
from courses.catalog.render import render_markdown
from courses.people import rules
from courses.playground.rules import can_play
from courses.progress.completion import completion_of
from courses.progress.models import Certificate
from courses.progress.standings import Progress, Standing, progress_of, recommended
from courses.texts import localise


@dataclass(frozen=True, slots=True)
class Step:
    """A line of a module: a lesson, or an exercise with where the student stands."""

    title: str
    url: str
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Section:
    module: Module
    steps: list[Step]
    passed: int
    exercises: int


@dataclass(frozen=True, slots=True)
class Heading:
    anchor: str
    text: str
    level: str


def find_course(user: User, slug: str) -> Course:
    course = get_object_or_404(Course, slug=slug)
    rules.check_can_open_course(user, course)
    return course


def as_student_in(course: Course) -> str:
    """The key of a session under which somebody of the staff looks at the course as a student."""
    return f"as_student_{course.pk}"


def sees_as_student(request: HttpRequest, course: Course) -> bool:
    return bool(request.session.get(as_student_in(course)))


def sections_of(course: Course, user: User) -> tuple[list[Section], Progress]:
    exercises = Prefetch("exercises", Exercise.objects.filter(archived=False).defer("statement", "spec"))
    modules = list(course.modules.prefetch_related(exercises, Prefetch("lessons", Lesson.objects.defer("body"))))
    progress = progress_of(user, list(chain.from_iterable(module.exercises.all() for module in modules)))
    return [_section(course, module, progress) for module in modules], progress


def _section(course: Course, module: Module, progress: Progress) -> Section:
    passed, total = progress.of(module.exercises.all())
    parts: list[Lesson | Exercise] = [*module.lessons.all(), *module.exercises.all()]
    parts.sort(key=attrgetter("position"))
    return Section(module, [_step(course, module, part, progress) for part in parts], passed, total)


def _step(course: Course, module: Module, part: Lesson | Exercise, progress: Progress) -> Step:
    kind = "lesson" if isinstance(part, Lesson) else "exercise"
    url = reverse(kind, args=[course.slug, module.slug, part.slug])
    return Step(str(part), url, progress.standings.get(part.pk) if isinstance(part, Exercise) else None)


@login_required
@require_GET
def course(request: HttpRequest, course: str) -> HttpResponse:
    user = person(request)
    found = find_course(user, course)
    sections, progress = sections_of(found, user)
    as_student = sees_as_student(request, found)
    standings = [step.standing for section in sections for step in section.steps if step.standing]
    context = {
        "course": found,
        "sections": sections,
        "next": recommended(standings),
        "completion": completion_of(user, found, progress),
        "certificate": Certificate.objects.filter(course=found, student=user, revoked_at=None).first(),
        "passed": sum(section.passed for section in sections),
        "exercises": sum(section.exercises for section in sections),
        "may_play": can_play(user, found),
        "as_student": as_student,
        "can_review": not as_student and rules.can_review(user, found),
        "can_manage": not as_student and rules.can_manage(user, found),
        "join_link": request.build_absolute_uri(reverse("join_with_code", args=[found.join_code])),
    }
    return render(request, "course/course.html", context)


@login_required
@require_GET
def lesson(request: HttpRequest, course: str, module: str, lesson: str) -> HttpResponse:
    user = person(request)
    found = find_course(user, course)
    row = get_object_or_404(
        Lesson.objects.select_related("module"), module__course=found, module__slug=module, slug=lesson
    )
    body, contents = _with_anchors(_rendered(found, row))
    sections, _progress = sections_of(found, user)
    before, after = _neighbours([step for section in sections for step in section.steps], request.path)
    context = {"course": found, "lesson": row, "body": body, "contents": contents, "before": before, "after": after}
    context["untranslated"] = is_untranslated(row.body) and rules.can_review(user, found)
    return with_images_of(found, render(request, "course/lesson.html", context))


def with_images_of(course: Course, response: HttpResponse) -> HttpResponse:
    """Let the browser fetch images from the hosts that the course names; from nowhere else."""
    if course.image_hosts:
        hosts = [f"https://{host}" for host in course.image_hosts]
        response._csp_update = {"img-src": hosts}  # type: ignore[attr-defined]  # noqa: SLF001  # csp's own way
    return response


def _rendered(course: Course, lesson: Lesson) -> str:
    practice = reverse("exercise", args=[course.slug, lesson.module.slug, "-"]).removesuffix("-/")
    text = localise(lesson.body, get_language() or "en")
    return _with_frames(render_markdown(text, assets=assets_address(course), practice=practice))


LIVE = re.compile(r'<p class="live"><a href="([^"<>]+)"[^<>]*>([^<>]*)</a></p>')


def _with_frames(html: str) -> str:
    """Live blocks work in their place: the practice page stands in a frame, and the link stays for whoever wants it."""
    words = escape(_("Open it on a page of its own"))
    return LIVE.sub(
        rf'<figure class="live"><figcaption><span>\2</span> <a href="\1">{words}</a></figcaption>'
        r'<iframe src="\1" title="\2" loading="lazy"></iframe></figure>',
        html,
    )


def is_untranslated(text: dict[str, str]) -> bool:
    """Is another language shown in the place of the reader's? Its staff is told."""
    return not text.get((get_language() or "en")[:2], "").strip()


def _neighbours(steps: list[Step], url: str) -> tuple[Step | None, Step | None]:
    places = [index for index, step in enumerate(steps) if step.url == url]
    if not places:
        return None, None
    here = places[0]
    return steps[here - 1] if here else None, steps[here + 1] if here + 1 < len(steps) else None


HEADING = re.compile(r"<h([2-6])>(.*?)</h\1>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
LISTED = ("2", "3")


def _with_anchors(html: str) -> tuple[str, list[Heading]]:
    """Give the headings of sanitised HTML an id each, and list them. The highest one becomes h2, below the title."""
    found: list[Heading] = []
    lift = min((int(match[1]) for match in HEADING.finditer(html)), default=2) - 2

    def anchor(match: re.Match[str]) -> str:
        text, level = TAG.sub("", match[2]).strip(), str(int(match[1]) - lift)
        name = f"{slugify(text) or 'part'}-{len(found) + 1}"
        found.append(Heading(name, text, level))
        return f'<h{level} id="{escape(name)}">{match[2]}</h{level}>'

    body = HEADING.sub(anchor, html)
    return body, [heading for heading in found if heading.level in LISTED]


urlpatterns = [
    path("courses/<slug:course>/", course, name="course"),
    path("courses/<slug:course>/<slug:module>/<slug:lesson>/", lesson, name="lesson"),
]
