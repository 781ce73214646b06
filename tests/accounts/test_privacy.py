"""A person's data is handed out whole, and erased whole; the statistics of the course stay."""

import json
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.test import Client
from django.utils import timezone

from athanor.accounts import keys, privacy
from athanor.accounts.models import User
from courses.attempts.models import Attempt, Run, Score
from courses.gradebook.models import Column, HandMark, Import, Release
from courses.people.models import Enrolment
from courses.regrade.models import Change, Regrade
from courses.review.models import Comment, Flag
from courses.similarity.models import Pair
from tests.factories import make_administrator, make_exercise, make_job, make_student, make_submitted_attempt
from workers.events.models import Event
from workers.scheduling.models import Job
from workers.scheduling.states import State

pytestmark = pytest.mark.django_db
WORDS = "my grandmother lives in Lyon"


@pytest.fixture
def attempt() -> Attempt:
    """A graded attempt full of Alice's words."""
    exercise = make_exercise()
    alice = make_student(
        course=exercise.module.course, username="alice", email="alice@school.example", first_name="Alice"
    )
    attempt = make_submitted_attempt(
        exercise=exercise, student=alice, state=Attempt.State.GRADED, draft={"text": WORDS},
        released_at=timezone.now(), answer={"leaf": None, "system": WORDS, "note": WORDS},
    )  # fmt: skip
    job = make_job(
        subject=attempt.subject, key="run:1", owner=alice, state=State.DONE,
        request={"task": "chat", "messages": [{"role": "user", "content": WORDS}]},
        result={"task": "chat", "text": f"You said: {WORDS}", "finish": "stop"},
        error={"code": "busy", "fault": "server", "detail": WORDS},
    )  # fmt: skip
    run = Run.objects.create(attempt=attempt, job=job, payload={"text": WORDS, "parent": None})
    Attempt.objects.filter(pk=attempt.pk).update(answer={"leaf": str(run.pk), "system": WORDS, "note": WORDS})
    Score.objects.create(
        attempt=attempt, origin="human", value=0.75, points=7.5, rubric=exercise.rubric, grader_version="1",
        decided_by=make_administrator(), reason=f"Alice wrote {WORDS}", findings=[finding()],
    )  # fmt: skip
    grader = make_administrator(username="grader")
    Comment.objects.create(attempt=attempt, by=grader, anchor="", text=f"Alice, you wrote {WORDS}")
    Flag.objects.create(attempt=attempt, by=grader, note=f"Alice again: {WORDS}")
    keep_elsewhere(attempt, grader)
    Event.objects.create(channel=attempt.channel, type="job", data={"text": WORDS})
    EmailAddress.objects.create(user=alice, email=alice.email, primary=True, verified=True)
    Authenticator.objects.create(user=alice, type="totp", data={})
    keys.make(user=alice, name="laptop")
    return attempt


def keep_elsewhere(attempt: Attempt, grader: User) -> None:
    """What the gradebook, a regrade and the comparison of work hold of it."""
    exercise, alice = attempt.exercise, attempt.student
    course = exercise.module.course
    for visible, points in ((True, 7), (False, 3)):
        column = Column.objects.create(course=course, name=f"Oral {points}", visible=visible)
        HandMark.objects.create(column=column, student=alice, points=points, by=grader)
    changes = [{"student": alice.pk, "name": "Alice", "after": "7"}, {"student": 0, "name": "Bob", "after": "8"}]
    problems = [{"line": 2, "column": "username", "code": "unknown", "value": "alice@elsewhere.example"}]
    Import.objects.create(course=course, name="oral.csv", by=grader, changes=changes, problems=problems)
    Release.objects.create(exercise=exercise, action="show", by=grader, due_at=timezone.now())
    regrade = Regrade.objects.create(exercise=exercise, rubric=exercise.rubric, note="Unclear.", created_by=grader)
    Change.objects.create(regrade=regrade, attempt=attempt, effect="up", value=1.0, findings=[finding()])
    other = make_submitted_attempt(exercise=exercise, student=make_student(course=course))
    Pair.objects.create(
        exercise=exercise, first=attempt, second=other, verdict="talk", note=f"Alice: {WORDS}", noted_by=grader
    )


def finding() -> dict[str, Any]:
    return {
        "id": "hello", "criterion": "contains", "version": "1", "title": {"en": "Says hello"}, "weight": 1,
        "gate": None, "visibility": "public", "status": "pass", "score": 0.75, "feedback": {"en": f"Found: {WORDS}"},
        "quotes": [{"text": WORDS, "where": "", "start": 0, "end": 5}], "data": {"found": WORDS}, "members": [],
    }  # fmt: skip


def everything() -> str:
    """All rows of all tables."""
    return json.dumps(
        [list(table._default_manager.values()) for table in apps.get_models()], cls=DjangoJSONEncoder, default=str
    )


def test_export_holds_what_the_person_wrote_and_got(attempt: Attempt) -> None:
    data = json.loads(json.dumps(privacy.export(user=attempt.student), cls=DjangoJSONEncoder))

    assert data["person"]["email"] == "alice@school.example"
    assert data["attempts"][0]["runs"][0]["sent"]["text"] == WORDS
    assert data["attempts"][0]["runs"][0]["answer"]["text"] == f"You said: {WORDS}"
    assert data["attempts"][0]["score"]["value"] == 0.75
    assert [said["text"] for said in data["review"]["comments_on_my_work"]] == [f"Alice, you wrote {WORDS}"]
    assert [key["name"] for key in data["api_keys"]] == ["laptop"]
    assert "digest" not in data["api_keys"][0]
    assert [row["role"] for row in data["enrolments"]] == ["student"]


def test_export_holds_what_the_gradebook_says_of_the_person_and_what_they_did_there(attempt: Attempt) -> None:
    data = json.loads(json.dumps(privacy.export(user=attempt.student), cls=DjangoJSONEncoder))
    staff = json.loads(json.dumps(privacy.export(user=User.objects.get(username="grader")), cls=DjangoJSONEncoder))

    assert [mark["points"] for mark in data["gradebook"]["marks_by_hand"]] == ["7.00"]  # the other is not shown
    assert (data["gradebook"]["imports_by_me"], data["regrades"], data["pairs"]) == ([], [], [])
    assert [mark["points"] for mark in staff["gradebook"]["marks_by_me"]] == ["7.00", "3.00"]
    assert [row["name"] for row in staff["gradebook"]["imports_by_me"]] == ["oral.csv"]
    assert [row["action"] for row in staff["gradebook"]["releases_by_me"]] == ["show"]
    assert ([row["note"] for row in staff["regrades"]], len(staff["pairs"])) == (["Unclear."], 1)


def test_export_holds_no_mark_that_is_not_released(attempt: Attempt) -> None:
    Attempt.objects.update(released_at=None)

    assert privacy.export(user=attempt.student)["attempts"][0]["score"] is None


def test_erasure_leaves_no_word_and_no_name(attempt: Attempt) -> None:
    privacy.erase(user=attempt.student)

    left = everything()
    assert WORDS not in left
    assert "alice" not in left.lower()


def test_erasure_keeps_the_statistics(attempt: Attempt) -> None:
    privacy.erase(user=attempt.student)

    kept = Attempt.objects.get(pk=attempt.pk)
    score = Score.objects.get()
    assert (kept.state, kept.submitted_at) == (Attempt.State.GRADED, attempt.submitted_at)
    assert (score.value, float(score.points or 0), score.findings[0]["score"]) == (0.75, 7.5, 0.75)
    assert score.findings[0]["title"] == {"en": "Says hello"}
    assert [float(mark.points or 0) for mark in HandMark.objects.filter(student=attempt.student)] == [7.0, 3.0]
    assert [change["after"] for change in Import.objects.get().changes] == ["7", "8"]
    assert Import.objects.get().changes[1]["name"] == "Bob"
    assert (Change.objects.get().value, Change.objects.get().findings[0]["score"]) == (1.0, 0.75)
    assert Pair.objects.get().verdict == "talk"
    assert kept.answer is not None
    assert kept.answer["leaf"] == str(Run.objects.get().pk)


def test_erased_person_cannot_come_back(attempt: Attempt) -> None:
    client = Client()
    client.force_login(attempt.student)
    _row, clear = keys.make(user=attempt.student, name="phone")

    privacy.erase(user=attempt.student)

    user = User.objects.get(pk=attempt.student.pk)
    assert (user.is_active, user.has_usable_password(), user.api_keys.count()) == (False, False, 0)
    assert keys.authenticate(clear) is None
    assert Enrolment.objects.get(user=user).active is False
    assert not Authenticator.objects.exists()


def test_erasure_twice_changes_nothing_more(attempt: Attempt) -> None:
    privacy.erase(user=attempt.student)
    first = everything()

    privacy.erase(user=User.objects.get(pk=attempt.student.pk))

    assert User.objects.get(pk=attempt.student.pk).username in first
    assert Attempt.objects.count() == 2


def test_erasure_stops_what_waits_and_asks_to_wait_for_what_runs(attempt: Attempt) -> None:
    waiting = make_job(owner=attempt.student, state=State.QUEUED)
    running = make_job(owner=attempt.student, state=State.RUNNING)

    with pytest.raises(privacy.StillRunning):
        privacy.erase(user=attempt.student)

    running.refresh_from_db()
    assert Job.objects.get(pk=waiting.pk).state == State.CANCELLED
    assert running.cancel_requested_at is not None
    assert User.objects.get(pk=attempt.student.pk).username == "alice"


def test_last_administrator_stays() -> None:
    administrator = make_administrator()

    with pytest.raises(privacy.LastAdministrator):
        privacy.erase(user=administrator)

    make_administrator()
    privacy.erase(user=administrator)
    assert User.objects.get(pk=administrator.pk).is_superuser is False
