"""The playground of a course: free chat and pictures, one to four models side by side. Its owner's alone."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.text import slugify
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from athanor.accounts.models import User
from athanor.streaming.attempt import events_of, last_event_id
from athanor.streaming.attempt import respond as stream
from athanor.streaming.readers import person_of_session, watch_conversation
from athanor.web.answers import JobShown
from athanor.web.course import find_course
from athanor.web.faults import REFUSALS, Fault, explain, respond
from athanor.web.people import is_fetch, person
from athanor.web.picture import FOR_A_MINUTE, FOR_A_YEAR, labelled, served, stored
from courses.attempts import quota
from courses.catalog.models import Course
from courses.playground import rules, selectors, services
from courses.playground.markdown import as_markdown
from courses.playground.models import Answer, Conversation, Prompt
from courses.playground.schema import MOST_COLUMNS, PROMPT_LIMIT, SIZES, SYSTEM_LIMIT, ChatSettings, ImageSettings
from workers.backends import pictures
from workers.events.models import Event
from workers.events.whisper import partial
from workers.scheduling.models import Job
from workers.scheduling.states import ACTIVE


@dataclass(frozen=True, slots=True)
class Reply(JobShown):
    """What one column says."""

    answer: Answer
    partial: Mapping[str, Any] = field(default_factory=dict)

    @property
    def job(self) -> Job:
        return self.answer.job

    @property
    def number(self) -> int:
        return self.answer.place + 1


@dataclass(frozen=True, slots=True)
class Exchange:
    prompt: Prompt
    replies: list[Reply]


@dataclass(frozen=True, slots=True)
class Unsent:
    """What was typed but not accepted, and why."""

    fault: Fault | None = None
    typed: Mapping[str, Any] = field(default_factory=dict)


def find_conversation(user: User, pk: UUID) -> Conversation:
    found = get_object_or_404(Conversation.objects.select_related("course"), pk=pk)
    rules.check_can_see_conversation(user, found)
    return found


# --- pages --------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def playground(request: HttpRequest, course: str) -> HttpResponse:
    """GET: an empty conversation. POST begins one."""
    user = person(request)
    found = find_course(user, course)
    rules.check_can_play(user, found)
    mode = Conversation.Mode.IMAGE if _asked_mode(request) == "image" else Conversation.Mode.TEXT
    if request.method == "GET":
        return _show(request, found, mode, None, Unsent())
    try:
        begun = services.begin(
            owner=user, course=found, mode=mode, columns=_columns(request), settings=_settings(request, mode),
            text=_text(request), idempotency_key=request.POST.get("key", ""),
        )  # fmt: skip
    except REFUSALS as error:
        return _show(request, found, mode, None, Unsent(explain(error), request.POST.dict()))
    return redirect("conversation", begun.pk)


@login_required
@require_http_methods(["GET", "POST"])
def conversation(request: HttpRequest, conversation: UUID) -> HttpResponse:
    """GET shows it; POST asks on."""
    found = find_conversation(person(request), conversation)
    if request.method == "GET":
        if is_fetch(request):
            return render(request, "playground/thread.html", _thread(found))
        return _show(request, found.course, found.mode, found, Unsent())
    try:
        services.ask(
            conversation=found, text=_text(request), columns=_columns(request),
            settings=_settings(request, found.mode), idempotency_key=request.POST.get("key", ""),
        )  # fmt: skip
    except REFUSALS as error:
        return _refused(request, found, explain(error))
    if is_fetch(request):
        return render(request, "playground/thread.html", _thread(found), status=201)
    return redirect(f"{reverse('conversation', args=[found.pk])}#latest")


def _refused(request: HttpRequest, found: Conversation, fault: Fault) -> HttpResponse:
    if is_fetch(request):
        return respond(request, "exercise/fault.html", {"fault": fault}, fault)
    return _show(request, found.course, found.mode, found, Unsent(fault, request.POST.dict()))


def _show(request: HttpRequest, course: Course, mode: str, found: Conversation | None, unsent: Unsent) -> HttpResponse:
    user, offers = person(request), selectors.offers(course, mode)
    held = selectors.settings_of(found) if found else (ImageSettings() if mode == "image" else ChatSettings())
    context = {
        "course": course,
        "mode": mode,
        "offers": offers,
        "rows": _rows(found, [offer.name for offer in offers], unsent.typed),
        "settings": {**held.model_dump(), **unsent.typed},
        "sizes": SIZES,
        "text": unsent.typed.get("text", ""),
        "fault": unsent.fault,
        "conversations": selectors.conversations_of(user, course)[:50],
        "has_pictures": mode == "image" or bool(selectors.offers(course, "image")),
        "quota": quota.meters(user, course),
        "may_ask": rules.can_play(user, course),
        "key": uuid.uuid4(),
        "prompt_limit": PROMPT_LIMIT,
        "system_limit": SYSTEM_LIMIT,
        **_thread(found),
    }
    return respond(request, "playground/playground.html", context, unsent.fault)


def _rows(found: Conversation | None, names: list[str], typed: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the fields of each column hold."""
    if found:
        return [{**column, "number": place + 1} for place, column in enumerate(found.columns)]
    first = {0: names[0]} if names else {}
    return [
        {
            "number": place + 1,
            "alias": typed.get(f"model_{place}", first.get(place, "")),
            "temperature": typed.get(f"temperature_{place}", ""),
        }
        for place in range(MOST_COLUMNS)
    ]


def _thread(found: Conversation | None) -> dict[str, Any]:
    if found is None:
        return {"conversation": None, "exchanges": [], "last_event_id": 0, "busy": False}
    # Before the rows: what happens in between comes again by the stream.
    newest = Event.objects.filter(channel=found.channel).order_by("-id").values_list("id", flat=True).first()
    exchanges = [_exchange(prompt) for prompt in selectors.prompts_of(found)]
    busy = any(reply.active for exchange in exchanges for reply in exchange.replies)
    return {"conversation": found, "exchanges": exchanges, "last_event_id": newest or 0, "busy": busy}


def _exchange(prompt: Prompt) -> Exchange:
    return Exchange(prompt, [_reply(answer) for answer in prompt.answers.all()])


def _reply(answer: Answer) -> Reply:
    writing = partial(answer.job_id) if answer.job.state in ACTIVE else None
    return Reply(answer, writing or {})


# --- what a form carries ------------------------------------------------------------------------------------------


def _asked_mode(request: HttpRequest) -> str:
    return request.POST.get("mode") or request.GET.get("mode", "")


def _text(request: HttpRequest) -> str:
    return request.POST.get("text", "").replace("\r\n", "\n")


def _columns(request: HttpRequest) -> list[dict[str, Any]]:
    rows = [
        {"alias": request.POST.get(f"model_{place}", ""), "temperature": request.POST.get(f"temperature_{place}", "")}
        for place in range(MOST_COLUMNS)
    ]
    return [{name: value for name, value in row.items() if value} for row in rows if row["alias"]]


def _settings(request: HttpRequest, mode: str) -> dict[str, str]:
    """Empty fields are left to their defaults."""
    model = ImageSettings if mode == Conversation.Mode.IMAGE else ChatSettings
    given = {name: request.POST.get(name, "").replace("\r\n", "\n") for name in model.model_fields}
    return {name: value for name, value in given.items() if value.strip()}


# --- parts --------------------------------------------------------------------------------------------------------


def _find_answer(found: Conversation, pk: UUID) -> Answer:
    rows = Answer.objects.select_related("job__server", "prompt")
    return get_object_or_404(rows, prompt__conversation=found, pk=pk)


@login_required
@require_GET
def answer(request: HttpRequest, conversation: UUID, answer: UUID) -> HttpResponse:
    """One column's answer."""
    found = find_conversation(person(request), conversation)
    context = {"conversation": found, "reply": _reply(_find_answer(found, answer))}
    return render(request, "playground/answer.html", context)


@login_required
@require_POST
def stop(request: HttpRequest, conversation: UUID, answer: UUID) -> HttpResponse:
    found = find_conversation(person(request), conversation)
    services.stop(answer=_find_answer(found, answer))
    return HttpResponse(status=204) if is_fetch(request) else redirect("conversation", found.pk)


@login_required
@require_GET
def allowance(request: HttpRequest, course: str) -> HttpResponse:
    """What is left today."""
    found = find_course(person(request), course)
    return render(request, "exercise/quota.html", {"quota": quota.meters(person(request), found)})


@login_required
@require_POST
def rename(request: HttpRequest, conversation: UUID) -> HttpResponse:
    found = find_conversation(person(request), conversation)
    services.rename(conversation=found, title=request.POST.get("title", ""))
    return redirect("conversation", found.pk)


@login_required
@require_POST
def delete(request: HttpRequest, conversation: UUID) -> HttpResponse:
    found = find_conversation(person(request), conversation)
    services.delete(conversation=found)
    if rules.can_play(person(request), found.course):
        return redirect("playground", found.course.slug)
    return redirect("home")


@login_required
@require_GET
def export(request: HttpRequest, conversation: UUID) -> HttpResponse:
    """JSON with all that is known; `?format=md` for people."""
    found = find_conversation(person(request), conversation)
    content, name = selectors.exported(found), f"athanor-{slugify(found.title)[:40] or 'conversation'}"
    if request.GET.get("format") == "md":
        text = as_markdown(content, get_language() or "en")
        response = HttpResponse(text, content_type="text/markdown; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}.md"'
        return response
    headers = {"Content-Disposition": f'attachment; filename="{name}.json"'}
    return JsonResponse(content, headers=headers, json_dumps_params={"indent": 2, "ensure_ascii": False})


@login_required
@require_GET
def play_picture(request: HttpRequest, conversation: UUID, digest: str) -> HttpResponse:
    """The original; with `?download` in a file that says how it was made."""
    job = _job_of_picture(request, conversation, digest)
    png = stored(pictures.read, digest)
    if "download" not in request.GET:
        return served(png, "image/png", FOR_A_YEAR)
    response = served(labelled(png, job.request, job.result or {}, digest), "image/png", FOR_A_MINUTE)
    response["Content-Disposition"] = f'attachment; filename="athanor-{digest[:8]}.png"'
    return response


@login_required
@require_GET
def play_thumbnail(request: HttpRequest, conversation: UUID, digest: str) -> HttpResponse:
    _job_of_picture(request, conversation, digest)
    return served(stored(pictures.thumbnail, digest), "image/webp", FOR_A_YEAR)


def _job_of_picture(request: HttpRequest, conversation: UUID, digest: str) -> Job:
    job = selectors.picture_of(find_conversation(person(request), conversation), digest)
    if job is None:
        raise Http404("This conversation has no such picture.")
    return job


@require_GET
def play_events(request: HttpRequest, conversation: UUID) -> HttpResponseBase:
    """An EventSource cannot follow a redirect to the sign-in page: without a session the answer is a plain 401."""
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    found = find_conversation(person(request), conversation)
    session = request.session.session_key or ""
    may_go_on = watch_conversation(conversation, lambda: person_of_session(session))
    return stream(events_of(found, last_event_id=last_event_id(request), may_go_on=may_go_on))


urlpatterns = [
    path("courses/<slug:course>/playground/", playground, name="playground"),
    path("playground/courses/<slug:course>/allowance/", allowance, name="playground_allowance"),
    path("playground/<uuid:conversation>/", conversation, name="conversation"),
    path("playground/<uuid:conversation>/events/", play_events, name="conversation_events"),
    path("playground/<uuid:conversation>/answers/<uuid:answer>/", answer, name="playground_answer"),
    path("playground/<uuid:conversation>/answers/<uuid:answer>/stop/", stop, name="stop_answer"),
    path("playground/<uuid:conversation>/rename/", rename, name="rename_conversation"),
    path("playground/<uuid:conversation>/delete/", delete, name="delete_conversation"),
    path("playground/<uuid:conversation>/export/", export, name="export_conversation"),
    path("playground/<uuid:conversation>/pictures/<digest:digest>.png", play_picture, name="play_picture"),
    path("playground/<uuid:conversation>/pictures/<digest:digest>.webp", play_thumbnail, name="play_thumbnail"),
]
