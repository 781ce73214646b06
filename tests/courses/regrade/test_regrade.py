"""A regrade writes what its preview said, once, never over a person, and can be taken back."""

from typing import Any

import pytest
from django.utils import timezone

from athanor.accounts.models import User
from courses.attempts import selectors, stored
from courses.attempts.models import Attempt, Score
from courses.catalog.models import Exercise
from courses.people.errors import Denied, Hidden
from courses.regrade import preview, services, steps, writing
from courses.regrade.errors import RegradeRefused
from courses.regrade.models import Regrade
from courses.regrade.tasks import sweep_regrades
from courses.review.services import decide
from tests.courses.recorded import submitted
from tests.courses.regrade.together import change_rubric, class_of, finish
from tests.factories import make_grader, make_group, make_instructor, make_student

Class = tuple[Exercise, User, list[Attempt]]


@pytest.fixture
def room(db: None) -> Class:
    """Under the new rubric the first mark rises, the second falls, the third stays at full marks."""
    exercise, ines, attempts = class_of("world", "hello", "hello world")
    change_rubric(exercise, "world")
    return exercise, ines, attempts


def prepared(room: Class, **fields: Any) -> Regrade:
    return finish(services.prepare(exercise=room[0], by=room[1], note="The question was unclear.", **fields))


def applied(room: Class, **fields: Any) -> Regrade:
    return finish(services.apply(regrade=prepared(room, **fields), by=room[1]))


def marks(attempts: list[Attempt]) -> list[float | None]:
    return [score.value if (score := selectors.current_score(each)) else None for each in attempts]


def effects(regrade: Regrade) -> dict[str, int]:
    found = list(regrade.changes.values_list("effect", flat=True))
    return {effect: found.count(effect) for effect in found}


def test_preview_changes_nothing_and_application_equals_it(room: Class) -> None:
    exercise, ines, attempts = room
    regrade = prepared(room)

    assert (regrade.state, effects(regrade)) == ("ready", {"up": 1, "down": 1, "evidence": 1})
    assert marks(attempts) == [0.0, 1.0, 1.0]
    promised = dict(regrade.changes.values_list("attempt_id", "value"))

    regrade = finish(services.apply(regrade=regrade, by=ines))

    assert regrade.state == "applied"
    assert marks(attempts) == [promised[each.pk] for each in attempts] == [1.0, 0.0, 1.0]
    newest = selectors.current_score(attempts[0])
    assert newest is not None
    assert (newest.origin, newest.reason, newest.decided_by, newest.rubric) == (
        "regrade", "The question was unclear.", ines, exercise.rubric,
    )  # fmt: skip
    assert selectors.score_as_of(attempts[0], regrade.created_at) == attempts[0].scores.first()


def test_twice_is_once(room: Class) -> None:
    regrade = applied(room)
    entries = Score.objects.count()

    services.apply(regrade=regrade, by=room[1])
    finish(regrade)
    Regrade.objects.update(state="applying")  # a worker that did its step and was lost before it could say so
    finish(regrade)
    again = applied(room)

    assert effects(again) == {"same": 3}
    assert Score.objects.count() == entries


def test_rolled_back_marks_are_what_they_were(room: Class) -> None:
    regrade = applied(room)

    regrade = finish(services.roll_back(regrade=regrade, by=room[1]))

    assert (regrade.state, marks(room[2])) == ("reverted", [0.0, 1.0, 1.0])
    assert [score.origin for score in room[2][0].scores.all()] == ["auto", "regrade", "regrade"]
    with pytest.raises(RegradeRefused):
        services.apply(regrade=regrade, by=room[1])


def test_decision_of_a_person_stays_whenever_it_was_made(room: Class) -> None:
    exercise, ines, attempts = room
    bob = make_grader(course=exercise.module.course)
    decide(attempt=attempts[0], grader=bob, value=0.3, reason="Before the preview.")
    regrade = prepared(room)
    decide(attempt=attempts[1], grader=bob, value=0.4, reason="After the preview.")
    regrade = finish(services.apply(regrade=regrade, by=ines))
    decide(attempt=attempts[2], grader=bob, value=0.5, reason="After the application.")

    finish(services.roll_back(regrade=regrade, by=ines))

    assert marks(attempts) == [0.3, 0.4, 0.5]
    assert list(regrade.changes.order_by("id").values_list("skipped", flat=True)) == ["", "decided", "decided"]


def test_nobody_loses_where_that_was_promised(room: Class) -> None:
    regrade = applied(room, never_lower=True)

    assert effects(regrade) == {"up": 1, "kept": 1, "evidence": 1}
    assert marks(room[2]) == [1.0, 1.0, 1.0]


def test_work_that_cannot_be_judged_now_keeps_its_mark(room: Class) -> None:
    exercise, _, attempts = room
    rubric = {**exercise.rubric.content, "items": [{
        "id": "near", "title": {"en": "Near"}, "criterion": "similarity", "params": {"good": ["a"], "bad": ["b"]},
    }]}  # fmt: skip
    exercise.rubric.content = rubric
    exercise.rubric.save()

    assert effects(applied(room)) == {"unscored": 3}
    assert marks(attempts) == [0.0, 1.0, 1.0]


def test_rubric_that_changes_meanwhile(room: Class) -> None:
    exercise, ines, attempts = room
    regrade = prepared(room)
    change_rubric(exercise, "else")

    with pytest.raises(RegradeRefused) as caught:
        services.apply(regrade=regrade, by=ines)

    assert caught.value.code == "rubric_changed"
    assert marks(attempts) == [0.0, 1.0, 1.0]


def test_application_goes_on_by_the_rubric_of_its_preview_and_stops_on_demand(
    room: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    exercise, ines, attempts = room
    monkeypatch.setattr(writing, "CHUNK", 1)
    regrade = services.apply(regrade=prepared(room), by=ines)
    assert steps.advance(regrade.pk)
    change_rubric(exercise, "else")
    services.pause(regrade=regrade, by=ines, paused=True)

    assert not steps.advance(regrade.pk)
    assert marks(attempts) == [1.0, 1.0, 1.0]
    late = submitted(make_student(course=exercise.module.course), exercise, answer="else")

    services.pause(regrade=regrade, by=ines, paused=False)
    assert finish(regrade).state == "applied"
    assert marks([*attempts, late]) == [1.0, 0.0, 1.0, 1.0]


def test_application_that_is_broken_off_is_rolled_back(room: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "CHUNK", 1)
    regrade = services.apply(regrade=prepared(room), by=room[1])
    steps.advance(regrade.pk)

    assert finish(services.roll_back(regrade=regrade, by=room[1])).state == "reverted"
    assert marks(room[2]) == [0.0, 1.0, 1.0]


def test_scope_narrows(room: Class) -> None:
    exercise, _, attempts = room
    course = exercise.module.course
    group = make_group(course=course, members=list(course.enrolments.filter(user=attempts[0].student)))

    assert effects(prepared(room, scope={"group": group.pk})) == {"up": 1}
    assert effects(prepared(room, scope={"until": attempts[1].submitted_at})) == {"up": 1, "down": 1}
    applied(room)
    change_rubric(exercise, "world", "hello")
    assert effects(prepared(room, scope={"criterion": "world"})) == {"up": 1}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"note": " "}, "note_missing"),
        ({"scope": {"criterion": "nope"}}, "bad_scope"),
        ({"scope": {"group": 999}}, "bad_scope"),
        ({"scope": {"since": "yesterday"}}, "bad_scope"),
        ({"scope": {"since": "2999-01-01T00:00:00Z"}}, "empty"),
    ],
)
def test_senseless_regrade_is_refused(room: Class, fields: dict[str, Any], code: str) -> None:
    with pytest.raises(RegradeRefused) as caught:
        services.prepare(**{"exercise": room[0], "by": room[1], "note": "x", **fields})

    assert caught.value.code == code
    assert not Regrade.objects.exists()


def test_only_instructors_regrade_and_never_their_own_work(room: Class) -> None:
    exercise, ines, _ = room
    with pytest.raises(Denied):
        services.prepare(exercise=exercise, by=make_grader(course=exercise.module.course), note="x")
    with pytest.raises(Hidden):
        services.prepare(exercise=exercise, by=make_instructor(course=class_of()[0].module.course), note="x")

    submitted(ines, exercise, answer="hello")
    assert prepared(room).changes.count() == 3


def test_lost_message_is_made_up_for(room: Class, django_capture_on_commit_callbacks: Any) -> None:
    regrade = services.prepare(exercise=room[0], by=room[1], note="x")

    assert sweep_regrades() == 1
    Regrade.objects.update(busy_until=timezone.now() + steps.LEASE)
    assert (sweep_regrades(), steps.advance(regrade.pk)) == (0, False)


def test_many_records_are_read_as_one_is(room: Class) -> None:
    attempts = room[2]
    found = stored.records(attempts)

    for each in attempts:
        one = selectors.work(each)
        assert (list(found[each.pk].work.runs), found[each.pk].work.results) == (list(one.runs), one.results)


def test_students_hand_in_while_a_regrade_goes_on(room: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    """One between any two steps: their work is graded by the rubric of now, and the regrade never looks at it."""
    exercise, ines, attempts = room
    monkeypatch.setattr(preview, "CHUNK", 1)
    monkeypatch.setattr(writing, "CHUNK", 1)
    late: list[Attempt] = []

    def go(regrade: Regrade) -> Regrade:
        while steps.advance(regrade.pk):
            late.append(submitted(make_student(course=exercise.module.course), exercise, answer="world"))
        return Regrade.objects.get(pk=regrade.pk)

    regrade = go(services.prepare(exercise=exercise, by=ines, note="x"))
    assert effects(regrade) == {"up": 1, "down": 1, "evidence": 1}
    regrade = go(services.apply(regrade=regrade, by=ines))
    applied = marks(attempts)
    regrade = go(services.roll_back(regrade=regrade, by=ines))

    assert (regrade.state, applied, marks(attempts)) == ("reverted", [1.0, 0.0, 1.0], [0.0, 1.0, 1.0])
    assert len(late) >= 9
    assert set(marks(late)) == {1.0}
    assert not Score.objects.filter(attempt__in=late, origin="regrade").exists()
    assert regrade.changes.count() == 3


def test_step_that_another_worker_did_meanwhile_is_not_done_twice(room: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lease ran out after it had read what to write: the other one wrote that first."""
    regrade = services.apply(regrade=prepared(room), by=room[1])
    write, calls = writing._write, list[Any]()

    def late(*given: Any) -> Any:
        calls.append(given)
        if len(calls) == 1:
            writing.apply(regrade)
        return write(*given)

    monkeypatch.setattr(writing, "_write", late)
    writing.apply(regrade)

    assert Score.objects.filter(origin="regrade").count() == 3
    assert regrade.changes.filter(skipped="").exclude(applied=None).count() == 3
