"""What staff see of the last hour."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import make_job, make_server
from workers.scheduling.history import last_hour, waiting_by_group

pytestmark = pytest.mark.django_db


def test_last_hour_counts_answers_waiting_and_busy_slots() -> None:
    make_server(slots=2)
    now = timezone.now()
    begun = now - timedelta(minutes=12)
    make_job(
        state="done",
        created_at=begun - timedelta(seconds=30),
        started_at=begun,
        finished_at=begun + timedelta(seconds=60),
    )
    make_job(
        state="done",
        created_at=begun - timedelta(days=1),
        started_at=begun - timedelta(days=1),
        finished_at=begun - timedelta(days=1),
    )
    make_job(state="running", created_at=now - timedelta(minutes=1), started_at=now - timedelta(minutes=1))

    pieces = last_hour("text")

    assert len(pieces) == 12
    assert [piece.answers for piece in pieces] == [0] * 9 + [1, 0, 0]
    assert pieces[9].wait == pytest.approx(30)
    assert pieces[9].busy == pytest.approx(60 / 600)
    assert pieces[11].busy == pytest.approx(60 / 600, abs=0.01)


def test_empty_pool_has_an_empty_hour() -> None:
    assert {(piece.answers, piece.wait, piece.busy) for piece in last_hour("image")} == {(0, 0.0, 0.0)}


def test_queue_is_counted_by_course() -> None:
    for group in ("course:1", "course:1", "course:2"):
        make_job(share_group=group)
    assert waiting_by_group("text") == {"course:1": 2, "course:2": 1}
