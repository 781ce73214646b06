"""Enrolling a class, and what administrators do with people and machines."""

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from athanor.accounts import keys
from athanor.accounts.models import User
from courses.catalog.models import Course
from courses.people.models import Enrolment, Role
from tests.admin.conftest import Place, client_of, make_place
from tests.factories import make_alias, make_job, make_server, make_user
from workers.backends.models import Server
from workers.scheduling.models import Allowance, Job, Share
from workers.scheduling.states import State

REASONS = {
    "courses.RubricVersion": "written through its exercise",
    "courses.Asset": "comes with the course's files",
    "attempts.Run": "shown inside its attempt",
    "attempts.Score": "shown inside its attempt",
    "review.Claim": "expires by itself",
    "review.Assignment": "handed out, taken and given back in the queue",
    "review.Flag": "shown beside its attempt in the queue",
    "review.Decision": "what the ledger does not say: how to take it back",
    "review.Unveiling": "a log of who lifted the veil, shown beside its attempt",
    "review.Comment": "written and removed beside the work",
    "review.Remark": "kept and forgotten beside the work",
    "regrade.Regrade": "has a page of its own: prepared, applied and taken back there",
    "regrade.Change": "shown inside its regrade",
    "regrade.Calibration": "has a page of its own: a judge compared with people",
    "regrade.Compared": "shown inside its calibration",
    "playground.Conversation": "its owner's alone",
    "playground.Prompt": "the same",
    "playground.Answer": "the same",
    "gradebook.Standing": "a projection that the database keeps",
    "gradebook.Column": "made and changed in the gradebook",
    "gradebook.HandMark": "a history that is only appended to, in the gradebook",
    "gradebook.Import": "has a page of its own: a preview, then all or nothing",
    "gradebook.Release": "has a page of its own: marks shown and hidden",
    "similarity.Print": "hashes that nobody can read",
    "similarity.Comparison": "how far the comparison of an exercise is",
    "similarity.Pair": "has a page of its own, for the staff of the course",
    "classroom.LiveSession": "begun and ended in the classroom",
    "classroom.Hand": "raised and lowered in the classroom",
    "classroom.Showing": "chosen and withdrawn in the classroom",
    "inquiries.Inquiry": "has a page of its own: asked, answered and withdrawn there",
    "inquiries.Message": "shown inside its request",
    "readings.Reading": "has a page of its own",
    "training.Piece": "chosen on the page of the training",
    "training.Trial": "shown on the page of the training",
    "notices.Notice": "its reader's alone",
    "notices.Mailbox": "chosen in one's settings",
    "backends.ServerModel": "shown inside its server",
    "backends.Route": "edited inside its alias and its server",
    "scheduling.PoolLock": "only locked, never read",
    "scheduling.Rate": "measured, never decided",
    "scheduling.Share": "counters that only dispatching may write",
    "scheduling.Spending": "the ledger: written by jobs, shown as what is left",
    "events.Event": "forgotten after a while; nothing to decide about",
}
OURS = ("athanor.", "courses.", "workers.")


@pytest.fixture
def ruler(administrator: User) -> Client:
    return client_of(administrator)


def test_every_model_is_registered_or_has_a_reason() -> None:
    from django.apps import apps

    ours = [model for model in apps.get_models() if model.__module__.startswith(OURS)]
    reasons = {label.split(".")[-1] for label in REASONS}
    missing = [model.__name__ for model in ours if not admin.site.is_registered(model)]

    assert sorted(missing) == sorted(reasons)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_list_and_form_opens(language: str, ruler: Client, place_a: Place) -> None:
    make_alias(server=make_server())
    make_job()
    keys.make(user=place_a.student, name="laptop")
    Allowance.objects.create(group=f"course:{place_a.course.pk}", person_images=20)

    with translation.override(language):
        for model in admin.site._registry:
            if not model.__module__.startswith(OURS):
                continue
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            row = model._default_manager.first()
            assert row is not None, model
            headers = {"accept-language": language}
            assert ruler.get(reverse(f"{name}_changelist"), headers=headers).status_code == 200, model
            assert ruler.get(reverse(f"{name}_change", args=[row.pk]), headers=headers).status_code == 200, model


def test_words_of_the_look_are_french_too(ruler: Client, place_a: Place) -> None:
    User.objects.update(language="fr")
    page = ruler.get(reverse("admin:catalog_course_change", args=[place_a.course.pk])).content.decode()

    assert "Général" in page
    assert "Clés d’API" in page or "Clés d'API" in page


def test_whole_class_is_enrolled_at_once(alice: User, place_a: Place) -> None:
    names = [make_user(username=f"Newcomer{number}").username for number in range(3)]
    typed = f"{names[0]}, {names[1].upper()}\n{names[2].lower()}@example.org;{names[0]}"

    response = client_of(alice).post(
        reverse("admin:people_enrolment_add"), {"course": place_a.course.pk, "role": "student", "people": typed}
    )

    enrolled = Enrolment.objects.filter(course=place_a.course, user__username__in=names, role=Role.STUDENT)
    assert response.status_code == 302
    assert enrolled.count() == 3


def test_unknown_person_is_named_and_nobody_is_enrolled(alice: User, place_a: Place) -> None:
    known = make_user(username="known")

    response = client_of(alice).post(
        reverse("admin:people_enrolment_add"),
        {"course": place_a.course.pk, "role": "student", "people": "known\nunkown\n<b>x</b>"},
    )

    assert list(response.context["form"].errors["people"]) == [
        "Nobody here is called: unkown, <b>x</b>. Nobody was enrolled."
    ]
    assert "<b>x</b>" not in response.content.decode()
    assert not Enrolment.objects.filter(user=known).exists()


def test_nobody_changes_their_own_role(alice: User) -> None:
    mine = Enrolment.objects.get(user=alice)

    response = client_of(alice).post(reverse("admin:people_enrolment_change", args=[mine.pk]), {"role": "student"})

    mine.refresh_from_db()
    assert response.status_code == 200
    assert mine.role == Role.INSTRUCTOR


def test_student_is_taken_off_and_the_work_stays(alice: User, place_a: Place) -> None:
    client_of(alice).post(
        reverse("admin:people_enrolment_changelist"),
        {"action": "take_off", "_selected_action": [place_a.enrolment.pk]},
    )

    place_a.enrolment.refresh_from_db()
    place_a.attempt.refresh_from_db()
    assert place_a.enrolment.active is False


def test_administrator_stops_a_waiting_job(ruler: Client) -> None:
    job = make_job()

    ruler.post(reverse("admin:scheduling_job_changelist"), {"action": "cancel", "_selected_action": [str(job.pk)]})

    assert Job.objects.get(pk=job.pk).state == State.CANCELLED


def test_jobs_are_never_edited_or_deleted(ruler: Client) -> None:
    job = make_job()

    assert ruler.post(reverse("admin:scheduling_job_delete", args=[job.pk]), {"post": "yes"}).status_code == 403
    assert ruler.post(reverse("admin:scheduling_job_change", args=[job.pk]), {"state": "done"}).status_code == 403
    assert Job.objects.get(pk=job.pk).state == State.QUEUED


def test_servers_are_paused_drained_resumed_and_switched_off(ruler: Client) -> None:
    server = make_server()
    address = reverse("admin:backends_server_changelist")

    ruler.post(address, {"action": "pause", "_selected_action": [server.pk]})
    server.refresh_from_db()
    assert server.paused is True

    ruler.post(address, {"action": "drain", "_selected_action": [server.pk]})
    server.refresh_from_db()
    assert (server.paused, server.draining) == (False, True)

    ruler.post(address, {"action": "resume", "_selected_action": [server.pk]})
    server.refresh_from_db()
    assert (server.paused, server.draining) == (False, False)

    ruler.post(address, {"action": "disable", "_selected_action": [server.pk]})
    server.refresh_from_db()
    assert server.enabled is False


@pytest.mark.django_db(transaction=True)
def test_probe_says_what_it_saw(ruler: Client) -> None:
    server = make_server(url="http://127.0.0.1:1", adapter="openai")  # nothing listens there

    answer = ruler.post(
        reverse("admin:backends_server_changelist"),
        {"action": "probe_now", "_selected_action": [server.pk]},
        follow=True,
    )

    server.refresh_from_db()
    [message] = [str(message) for message in answer.context["messages"]]
    assert server.health == Server.Health.DOWN
    assert message.startswith(f"{server.name}: {server.get_health_display()}.")


def test_server_that_ran_jobs_is_not_deleted(ruler: Client) -> None:
    server = make_server()
    make_job(server=server)

    assert ruler.post(reverse("admin:backends_server_delete", args=[server.pk]), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("http://ollama:11434/", "http://ollama:11434"),
        ("gpu-1:8080", "http://gpu-1:8080"),
        ("https://models.school.example/v1", "https://models.school.example/v1"),
    ],
)
def test_address_of_a_server_may_be_a_plain_name(typed: str, kept: str, ruler: Client) -> None:
    response = add_server(ruler, typed)

    assert response.status_code == 302, response.context["adminform"].form.errors
    assert Server.objects.get(name="new").url == kept


def test_type_of_a_server_must_be_chosen(ruler: Client) -> None:
    form = ruler.get(reverse("admin:backends_server_add")).context["adminform"].form

    assert form["adapter"].value() in {None, ""}
    assert form.fields["adapter"].choices[0][0] == ""


@pytest.mark.parametrize("typed", ["ftp://ollama", "http://", "file:///etc/passwd", "http://me:secret@ollama", "a b"])
def test_wrong_address_of_a_server_is_refused(typed: str, ruler: Client) -> None:
    response = add_server(ruler, typed)

    assert list(response.context["adminform"].form.errors) == ["url"]


def add_server(client: Client, url: str) -> Any:
    empty = {f"{prefix}-{part}_FORMS": 0 for prefix in ("models", "routes") for part in ("TOTAL", "INITIAL")}
    fields = {"name": "new", "adapter": "ollama", "url": url, "pool": "text", "slots": 1, "enabled": "on", **empty}
    return client.post(reverse("admin:backends_server_add"), fields)


def test_key_is_revoked(ruler: Client, place_a: Place) -> None:
    key, clear = keys.make(user=place_a.student, name="laptop")

    ruler.post(reverse("admin:accounts_apikey_changelist"), {"action": "revoke", "_selected_action": [key.pk]})

    assert keys.authenticate(clear) is None


def test_person_is_erased_only_after_a_second_question(ruler: Client, place_a: Place) -> None:
    address = reverse("admin:accounts_user_changelist")
    asked = ruler.post(address, {"action": "erase", "_selected_action": [place_a.student.pk]})

    assert asked.status_code == 200
    assert User.objects.get(pk=place_a.student.pk).username == "student-of-course-a"

    ruler.post(address, {"action": "erase", "_selected_action": [place_a.student.pk], "sure": "yes"})

    erased = User.objects.get(pk=place_a.student.pk)
    assert erased.username.startswith("erased-")
    assert erased.is_active is False


def test_person_is_never_deleted(ruler: Client, place_a: Place) -> None:
    response = ruler.post(reverse("admin:accounts_user_delete", args=[place_a.student.pk]), {"post": "yes"})

    assert response.status_code == 403


def test_course_without_attempts_is_deleted_with_its_enrolments(alice: User, place_a: Place) -> None:
    place_a.attempt.delete()
    address = reverse("admin:catalog_course_delete", args=[place_a.course.pk])

    assert client_of(alice).post(address, {"post": "yes"}).status_code == 302
    assert not Course.objects.filter(pk=place_a.course.pk).exists()


def test_course_with_attempts_is_not_deleted(alice: User, place_a: Place) -> None:
    address = reverse("admin:catalog_course_delete", args=[place_a.course.pk])

    client_of(alice).post(address, {"post": "yes"})

    assert Course.objects.filter(pk=place_a.course.pk).exists()


LISTS = ["catalog_course", "catalog_module", "catalog_lesson", "catalog_exercise", "people_enrolment",
         "attempts_attempt", "accounts_user", "accounts_apikey", "backends_server", "scheduling_job"]  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_lists_ask_as_many_questions_for_three_rows_as_for_one(name: str, ruler: Client) -> None:
    counts = []
    for slugs in (["course-a"], ["course-b", "course-c"]):
        for slug in slugs:
            place = make_place(slug)
            keys.make(user=place.student, name="laptop")
            make_job(owner=place.student, server=make_server())
        with CaptureQueriesContext(connection) as seen:
            assert ruler.get(reverse(f"admin:{name}_changelist")).status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1]


def test_allowance_of_a_course_weighs_its_shares_and_limits_its_students(ruler: Client, place_a: Place) -> None:
    typed = {"course": place_a.course.pk, "person": "", "weight": "2.5", "person_images": "20", "group_tokens": ""}
    added = ruler.post(reverse("admin:scheduling_allowance_add"), typed)
    again = ruler.post(reverse("admin:scheduling_allowance_add"), typed)

    allowance = Allowance.objects.get()
    assert added.status_code == 302
    assert again.status_code == 200  # refused: there is one already
    assert (allowance.group, allowance.person_images, allowance.group_tokens) == (
        f"course:{place_a.course.pk}", 20, None,
    )  # fmt: skip
    weights = Share.objects.filter(group=allowance.group, leaf=False).values_list("weight", flat=True)
    assert set(weights) == {2.5}

    ruler.post(reverse("admin:scheduling_allowance_delete", args=[allowance.pk]), {"post": "yes"})
    assert set(Share.objects.filter(group=allowance.group).values_list("weight", flat=True)) == {1.0}


def test_allowance_of_nobody_is_refused(ruler: Client, place_a: Place) -> None:
    typed = {"course": place_a.course.pk, "person": "nobody-here", "weight": "1"}
    response = ruler.post(reverse("admin:scheduling_allowance_add"), typed)

    assert "Nobody here is called nobody-here." in response.content.decode()
    assert not Allowance.objects.exists()


def test_instructor_says_how_graders_work(alice: User, place_a: Place) -> None:
    client = Client()
    client.force_login(alice)
    address = reverse("admin:catalog_course_change", args=[place_a.course.pk])
    form = {"title_en": "Course", "slug": place_a.course.slug, "time_zone": "UTC", "join_code": "ABCDEFGH",
            "modules-TOTAL_FORMS": "0", "modules-INITIAL_FORMS": "0", "review_second_reading_limit": "0.2",
            "review_training_pieces": "3", "review_training_tolerance": "0.15"}  # fmt: skip

    client.post(address, {**form, "review_blind": "on", "review_boundary": "0.05", "review_audit": "0.1"})
    place_a.course.refresh_from_db()
    assert place_a.course.review == {"blind": True, "audit": 0.1, "boundary": 0.05}

    client.post(address, {**form, "review_audit": "7"})
    place_a.course.refresh_from_db()
    assert place_a.course.review_rules.audit == 0.1
    client.post(address, form)
    place_a.course.refresh_from_db()
    assert place_a.course.review == {}


def test_instructor_says_how_totals_are_made(alice: User, place_a: Place) -> None:
    client = Client()
    client.force_login(alice)
    address = reverse("admin:catalog_course_change", args=[place_a.course.pk])
    form = {"title_en": "Course", "slug": place_a.course.slug, "time_zone": "UTC", "join_code": "ABCDEFGH",
            "modules-TOTAL_FORMS": "0", "modules-INITIAL_FORMS": "0"}  # fmt: skip

    client.post(address, {**form, "gradebook_text": "modules:\n  first: {weight: 30, drop_lowest: 1}"})
    place_a.course.refresh_from_db()
    assert place_a.course.gradebook == {"modules": {"first": {"weight": 30.0, "drop_lowest": 1}}}

    answer = client.post(address, {**form, "gradebook_text": "modules:\n  first: {weight: many}"})
    assert "modules.first.weight" in answer.content.decode()
    place_a.course.refresh_from_db()
    assert place_a.course.gradebook_rules.modules["first"].weight == 30
