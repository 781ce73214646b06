"""Addresses of the REST API, version 1."""

from django.urls import URLPattern, URLResolver, path, re_path

from athanor.api import catalog, documentation, events, machines, missing, runs, work

MODULE = "courses/<slug:course>/modules/<slug:module>"
ATTEMPT = "attempts/<uuid:attempt>"

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("me/", catalog.me, name="me"),
    path("courses/", catalog.courses, name="courses"),
    path("courses/join/", catalog.join_course, name="join"),
    path("courses/<slug:course>/", catalog.course, name="course"),
    path(f"{MODULE}/lessons/<slug:lesson>/", catalog.lesson, name="lesson"),
    path(f"{MODULE}/exercises/<slug:exercise>/", catalog.exercise, name="exercise"),
    path(f"{MODULE}/exercises/<slug:exercise>/attempts/", work.exercise_attempts, name="exercise_attempts"),
    path("attempts/", work.attempts, name="attempts"),
    path(f"{ATTEMPT}/", work.attempt, name="attempt"),
    path(f"{ATTEMPT}/draft/", work.draft, name="draft"),
    path(f"{ATTEMPT}/runs/", runs.start, name="start_run"),
    path(f"{ATTEMPT}/runs/<uuid:run>/", runs.run, name="run"),
    path(f"{ATTEMPT}/runs/<uuid:run>/stop/", runs.stop, name="stop_run"),
    path(f"{ATTEMPT}/submit/", work.submit, name="submit"),
    path(f"{ATTEMPT}/score/", work.score, name="score"),
    path(f"{ATTEMPT}/events/", events.events, name="events"),
    path("queue/", machines.queue, name="queue"),
    path("schema/", documentation.schema, name="schema"),
    path("docs/", documentation.page, name="docs"),
    re_path(r"^.*$", missing.missing, name="missing"),
]
