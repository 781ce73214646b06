"""Alice teaches course A. Course B must not exist for her: not by list, id, choice, search, action or POST."""

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from athanor.accounts.models import User
from athanor.administration import scope
from athanor.administration.base import CourseAdmin, ReadOnly
from courses.attempts.models import Attempt
from courses.catalog.models import Course, Exercise, Lesson, Module, Revision
from courses.people.models import Enrolment, Extension, Group
from courses.progress.models import Certificate
from tests.admin.conftest import Place, client_of
from tests.factories import make_job, make_server, make_student

SCOPED = [Course, Module, Lesson, Exercise, Enrolment, Attempt, Group, Extension, Revision, Certificate]
GLOBAL = ["accounts_user", "accounts_apikey", "backends_server", "backends_modelalias", "scheduling_job"]


def url(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def row_of(place: Place, model: type[Model]) -> Model:
    return next(row for row in vars(place).values() if type(row) is model)


@pytest.fixture
def client(alice: User, place_b: Place) -> Client:
    return client_of(alice)


def test_every_course_admin_is_tested() -> None:
    scoped = {model for model, page in admin.site._registry.items() if isinstance(page, CourseAdmin)}

    assert scoped == set(SCOPED)
    assert scoped <= set(scope.COURSE_OF)


@pytest.mark.parametrize("model", SCOPED)
def test_list_shows_own_rows_only(model: type[Model], client: Client, place_a: Place, place_b: Place) -> None:
    response = client.get(url(model, "changelist"))

    assert response.status_code == 200
    listed = set(response.context["cl"].result_list)
    assert row_of(place_a, model) in listed
    assert {type(row).objects.filter(pk=row.pk).exists() for row in listed} == {True}
    assert row_of(place_b, model) not in listed
    assert b"course-b" not in response.content


@pytest.mark.parametrize("model", SCOPED)
def test_own_row_opens(model: type[Model], client: Client, place_a: Place) -> None:
    response = client.get(url(model, "change", row_of(place_a, model).pk))

    assert response.status_code == 200
    assert b"course-b" not in response.content


@pytest.mark.parametrize("page", ["change", "delete", "history"])
@pytest.mark.parametrize("model", SCOPED)
def test_row_of_another_course_does_not_exist(model: type[Model], page: str, client: Client, place_b: Place) -> None:
    row = row_of(place_b, model)
    response = client.get(url(model, page, row.pk), follow=True)
    seen = response.content.decode()

    # Django sends who asks for a row outside the queryset to the index, with a message that only names the id.
    assert response.status_code in {200, 403, 404}
    if response.status_code == 200:
        assert response.redirect_chain[-1][0] == reverse("admin:index")
    assert "course-b" not in seen


@pytest.mark.parametrize("model", SCOPED)
def test_posting_to_a_row_of_another_course_changes_nothing(model: type[Model], client: Client, place_b: Place) -> None:
    row = row_of(place_b, model)
    before = type(row).objects.filter(pk=row.pk).values().get()  # type: ignore[attr-defined]

    client.post(url(model, "change", row.pk), {"slug": "stolen", "title_en": "Stolen", "role": "instructor"})
    client.post(url(model, "delete", row.pk), {"post": "yes"})

    assert type(row).objects.filter(pk=row.pk).values().get() == before  # type: ignore[attr-defined]


@pytest.mark.parametrize("model", SCOPED)
def test_actions_do_not_reach_another_course(
    model: type[Model], client: Client, place_a: Place, place_b: Place
) -> None:
    page = admin.site._registry[model]
    row = row_of(place_b, model)
    before = type(row).objects.filter(pk=row.pk).values().get()  # type: ignore[attr-defined]
    actions = [*page.actions, "delete_selected"]

    for action in actions:
        answer = client.post(
            url(model, "changelist"), {"action": action, "_selected_action": [row.pk], "post": "yes"}, follow=True
        )
        assert answer.status_code in {200, 403}

    assert type(row).objects.filter(pk=row.pk).values().get() == before  # type: ignore[attr-defined]


def test_choices_hold_own_rows_only(client: Client, place_a: Place, place_b: Place) -> None:
    form = client.get(url(Module, "add")).context["adminform"].form

    assert set(form.fields["course"].queryset) == {place_a.course}


@pytest.mark.parametrize(
    ("app", "model", "field", "found"),
    [("catalog", "lesson", "module", "module"), ("catalog", "exercise", "module", "module")],
)
def test_autocomplete_finds_own_rows_only(
    app: str, model: str, field: str, found: str, client: Client, place_a: Place
) -> None:
    query = {"app_label": app, "model_name": model, "field_name": field, "term": "course"}
    results = client.get(reverse("admin:autocomplete"), query).json()["results"]

    assert [result["id"] for result in results] == [str(getattr(place_a, found).pk)]


def test_row_cannot_be_moved_into_another_course(client: Client, place_a: Place, place_b: Place) -> None:
    response = client.post(
        url(Lesson, "change", place_a.lesson.pk),
        {"module": place_b.module.pk, "title_en": "Moved", "slug": "moved", "position": 1, "body_en": "text"},
    )

    place_a.lesson.refresh_from_db()
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == ["module"]
    assert place_a.lesson.module == place_a.module


def test_inline_row_of_another_course_cannot_be_taken_over(client: Client, place_a: Place, place_b: Place) -> None:
    prefix, before = "modules", list(Module.objects.order_by("pk").values())
    client.post(
        url(Course, "change", place_a.course.pk),
        {
            "title_en": "Title", "slug": "course-a", "join_code": place_a.course.join_code, "published": "on",
            f"{prefix}-TOTAL_FORMS": 1, f"{prefix}-INITIAL_FORMS": 1,
            f"{prefix}-0-id": place_b.module.pk, f"{prefix}-0-course": place_a.course.pk,
            f"{prefix}-0-slug": "stolen", f"{prefix}-0-title_en": "Stolen", f"{prefix}-0-position": 0,
        },
    )  # fmt: skip

    assert list(Module.objects.order_by("pk").values()) == before


def test_enrolling_into_another_course_is_refused(client: Client, place_b: Place) -> None:
    newcomer = make_student(course=place_b.course, username="newcomer")
    Enrolment.objects.filter(user=newcomer).delete()

    response = client.post(
        url(Enrolment, "add"), {"course": place_b.course.pk, "role": "student", "people": "newcomer"}
    )

    assert list(response.context["form"].errors) == ["course"]
    assert not Enrolment.objects.filter(user=newcomer).exists()


@pytest.mark.parametrize("name", GLOBAL)
def test_machines_and_people_are_closed_to_instructors(name: str, client: Client) -> None:
    make_job()
    make_server()

    assert client.get(reverse(f"admin:{name}_changelist")).status_code == 403


def test_index_counts_and_lists_own_rows_only(client: Client, place_a: Place) -> None:
    response = client.get(reverse("admin:index"))

    assert [(count.title, count.value) for count in response.context["counts"]] == [
        ("Courses", "1"),
        ("Students", "1"),
        ("Attempts being graded", "0"),
        ("Work that waits for a person", "1"),
    ]
    models = {model["object_name"] for app in response.context["app_list"] for model in app["models"]}
    links = {item["link"] for group in response.context["sidebar_navigation"] for item in group["items"]}
    assert links == {url(model, "changelist") for model in SCOPED}
    assert models == {model.__name__ for model in SCOPED}


def test_instructor_of_a_new_course_finds_it(client: Client, alice: User) -> None:
    response = client.post(
        url(Course, "add"),
        {
            "title_en": "New", "slug": "new", "join_code": "ABCDEFGH", "time_zone": "UTC",
            "modules-TOTAL_FORMS": 0, "modules-INITIAL_FORMS": 0,
        },
        follow=True,
    )  # fmt: skip

    course = Course.objects.get(slug="new")
    assert response.status_code == 200
    assert Enrolment.objects.get(course=course).user == alice
    assert client.get(url(Course, "change", course.pk)).status_code == 200


def test_history_is_read_only_for_everybody() -> None:
    page = admin.site._registry[Attempt]

    assert isinstance(page, ReadOnly)
    assert page.has_change_permission(None) is False  # type: ignore[arg-type]
    assert page.has_delete_permission(None) is False  # type: ignore[arg-type]
    assert page.has_add_permission(None) is False  # type: ignore[arg-type]
