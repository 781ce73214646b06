"""A prepared statement says what its query set says, with other values each time."""

import uuid
from typing import Any

import pytest
from django.db.models import BigIntegerField, CharField, F, FloatField, JSONField, QuerySet, UUIDField
from django.utils import timezone

from tests.factories import make_job, make_user
from workers import prepared
from workers.events.models import Event
from workers.prepared import Given
from workers.scheduling.models import Job

pytestmark = pytest.mark.django_db


def asked() -> QuerySet[Job, tuple[Any, ...]]:
    rows = Job.objects.filter(alias=Given(0, CharField()), pk__in=[Given(1, UUIDField()), Given(2, UUIDField())])
    return rows.order_by("created_at").values_list("pk", "request__task", "avoid_servers", "created_at")


def test_rows_are_those_of_the_query_set_with_their_types() -> None:
    one, two = make_job(avoid_servers=[3]), make_job()
    make_job()
    name = uuid.uuid4()

    for keys in ([one.pk, two.pk], [two.pk, uuid.uuid4()]):
        expected = Job.objects.filter(pk__in=keys).order_by("created_at")
        found = prepared.select(name, asked, "chat-small", *keys)
        assert found == list(expected.values_list("pk", "request__task", "avoid_servers", "created_at"))
    assert prepared.select(name, asked, "another", one.pk, two.pk) == []


def test_statement_is_built_once() -> None:
    name, built = uuid.uuid4(), []

    def build() -> QuerySet[Job, tuple[Any, ...]]:
        built.append(1)
        return Job.objects.filter(alias=Given(0, CharField())).values_list("pk")

    for _ in range(3):
        prepared.select(name, build, "chat-small")
    assert built == [1]


def test_objects_are_whole_models() -> None:
    job = make_job(manifest={"a": 1}, started_at=timezone.now())
    [found] = prepared.objects(uuid.uuid4(), lambda: Job.objects.filter(pk=Given(0, UUIDField())), job.pk)

    assert found == job
    assert (found.manifest, found.started_at, found.request) == (job.manifest, job.started_at, job.request)
    found.tries = 2
    found.save(update_fields=["tries"])  # it knows that it is in the database
    assert Job.objects.get().tries == 2


def test_update_changes_what_it_names_and_counts() -> None:
    job, other = make_job(charge=2.0), make_job(charge=2.0)

    def build() -> tuple[QuerySet[Job], dict[str, Any]]:
        changes = {"charge": F("charge") + Given(1, FloatField()), "manifest": Given(2, JSONField())}
        return Job.objects.filter(pk=Given(0, UUIDField()), tries=Given(3, BigIntegerField())), changes

    name = uuid.uuid4()
    assert prepared.update(name, build, job.pk, 0.5, {"route": "only"}, 0) == 1
    assert prepared.update(name, build, job.pk, 0.5, {}, 1) == 0
    job.refresh_from_db()
    other.refresh_from_db()
    assert (job.charge, job.manifest, other.charge) == (2.5, {"route": "only"}, 2.0)


def test_statement_that_can_find_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="may ask for something"):
        prepared.select(uuid.uuid4(), lambda: Job.objects.none().values_list("pk"))


def test_objects_come_with_what_is_related() -> None:
    job = make_job(owner=make_user())
    name = uuid.uuid4()

    for _ in range(2):
        [found] = prepared.objects(
            name, lambda: Job.objects.select_related("owner", "server").filter(pk=Given(0, UUIDField())), job.pk
        )
        assert (found, found.request, found.server) == (job, job.request, None)
        assert Job.owner.is_cached(found)
        assert found.owner == job.owner


def test_inserted_row_is_as_one_that_was_saved() -> None:
    event = Event(channel="c", type="job", data={"a": [1, "é"]})

    assert prepared.insert(event) is True

    kept = Event.objects.get(pk=event.pk)
    assert (kept.channel, kept.type, kept.data, kept.created_at) == ("c", "job", {"a": [1, "é"]}, event.created_at)


def test_row_that_breaks_a_constraint_is_left_out_when_asked() -> None:
    job = make_job()
    again = Job(
        subject=job.subject, key=job.key, channel="c", pool="text", lane="live", alias="a", request={}, timeout=1
    )

    assert prepared.insert(again, ignore=True) is False
    assert Job.objects.filter(subject=job.subject).get() == job
    again.key = "another"
    assert prepared.insert(again, ignore=True) is True
    assert Job.objects.get(pk=again.pk).request == {}
