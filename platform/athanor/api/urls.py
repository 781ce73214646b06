"""Addresses of the REST API, version 1."""

from django.urls import URLPattern, URLResolver, path, re_path

from athanor.api import catalog, documentation, events, inquiries, machines, missing, review, runs, work

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
    path(f"{ATTEMPT}/requests/", inquiries.attempt_requests, name="attempt_requests"),
    path("requests/", inquiries.requests, name="requests"),
    path("requests/<uuid:inquiry>/", inquiries.one, name="request"),
    path("requests/<uuid:inquiry>/messages/", inquiries.say, name="say"),
    path("requests/<uuid:inquiry>/answer/", inquiries.answer, name="answer_request"),
    path("requests/<uuid:inquiry>/withdraw/", inquiries.withdraw, name="withdraw_request"),
    path("notices/", inquiries.notices, name="notices"),
    path("notices/read/", inquiries.read_notices, name="read_notices"),
    path(f"{ATTEMPT}/decision/", review.decide, name="decide"),
    path(f"{ATTEMPT}/approval/", review.approve, name="approve"),
    path(f"{ATTEMPT}/comments/", review.comments_on, name="comments"),
    path("review/", review.review, name="review"),
    path("review/undo/", review.undo, name="undo"),
    path("queue/", machines.queue, name="queue"),
    path("schema/", documentation.schema, name="schema"),
    path("docs/", documentation.page, name="docs"),
    re_path(r"^.*$", missing.missing, name="missing"),
]
