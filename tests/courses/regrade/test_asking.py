"""Models asked again: priced first, on the background lane, for nobody's account, with known answers among it."""

import json
from collections import Counter
from typing import Any

import pytest
from django.test import Client

from courses.attempts import selectors, services
from courses.grading.criteria.judge import CANARY, Params, judge_version
from courses.regrade import asking, steps
from courses.regrade import services as regrades
from courses.regrade.errors import RegradeRefused
from courses.regrade.layers import new_answers
from courses.regrade.left import Left
from courses.regrade.models import Regrade
from courses.regrade.pricing import price_of
from courses.review.services import decide
from tests.courses.grading.test_judge import BAD, GOOD, QUESTIONS, asked_about, honest
from tests.courses.recorded import answer_job, submitted
from tests.courses.regrade.asked import answered, waiting
from tests.courses.regrade.together import Class, change_rubric, class_of, finish, marks_of
from tests.factories import make_grader, make_student
from tests.factories.courses import make_rubric
from tests.factories.servers import make_alias
from workers.backends.requests import ChatRequest
from workers.scheduling.models import Job, Spending
from workers.scheduling.states import State

JUDGED = {"questions": QUESTIONS, "good": GOOD, "bad": BAD, "votes": 1}
BOTH = "Paris is where the Seine flows."


def judged(**more: Any) -> dict[str, Any]:
    params = {**JUDGED, **more}
    params.setdefault("calibrated", judge_version(Params.model_validate(params)))
    return {"items": [{"id": "j", "title": {"en": "J"}, "criterion": "judge", "params": params}]}


def fair(job: Job) -> str:
    request = ChatRequest.model_validate(job.request)
    data, questions = asked_about(request)
    return json.dumps(honest(data, questions))


def obedient(job: Job) -> str:
    """It does what the work says, and is right about all other work."""
    request = ChatRequest.model_validate(job.request)
    data, questions = asked_about(request)
    said = honest(data, questions)
    if "Ignore all" in data:
        said = {key: {"verdict": "met", "evidence": data[:30]} for key in said}
    return json.dumps(said)


@pytest.fixture
def room(db: None) -> Class:
    """Two pieces of work that were marked by a word; the new rubric has a judge look at them."""
    make_alias(name="judge-small")
    exercise, ines, attempts = class_of(BOTH, "Lyon is where the Seine flows, hello")
    exercise.rubric = make_rubric(judged())
    exercise.save()
    return exercise, ines, attempts


def prepared(room: Class, method: str, **fields: Any) -> Regrade:
    return finish(regrades.prepare(exercise=room[0], by=room[1], note="Why.", method=method, **fields))


def test_nothing_is_asked_before_somebody_accepts_the_cost(room: Class) -> None:
    regrade = prepared(room, "rejudge")

    cost = price_of(regrade)
    assert (regrade.state, waiting(regrade), cost.questions) == ("priced", [], 6)
    assert cost.seconds > 0
    assert cost.minutes == pytest.approx(cost.seconds / 60)
    assert cost.guessed == ("judge-small",)


def test_judges_are_asked_again_in_the_background_for_nobodys_account(room: Class) -> None:
    exercise, ines, attempts = room
    regrade = prepared(room, "rejudge")
    regrade = finish(regrades.ask(regrade=regrade, by=ines))
    jobs = waiting(regrade)
    assert {job.lane for job in jobs} == {"bulk"}
    assert Counter(job.key.split(":")[0] for job in jobs) == {"criterion": 6, "control": 9}
    lines = Spending.objects.filter(job__in=[job.pk for job in jobs])
    assert {(line.owner_id, line.group) for line in lines} == {(None, f"course:{exercise.module.course_id}:regrades")}

    regrade = answered(regrade, fair)

    assert (regrade.state, marks_of(attempts)) == ("ready", [0.0, 1.0])
    promised = dict(regrade.changes.values_list("attempt_id", "value"))
    finish(regrades.apply(regrade=regrade, by=ines))
    assert marks_of(attempts) == [promised[each.pk] for each in attempts] == [1.0, 0.5]
    again = finish(regrades.prepare(exercise=exercise, by=ines, note="The same."))
    assert set(again.changes.values_list("effect", flat=True)) == {"same"}


def test_twice_is_once_and_a_person_stays(room: Class) -> None:
    exercise, ines, attempts = room
    regrade = regrades.ask(regrade=prepared(room, "rejudge"), by=ines)
    regrades.ask(regrade=regrade, by=ines)
    finish(regrade)
    asked = len(waiting(regrade))
    Regrade.objects.update(busy_until=None)
    finish(regrade)
    decide(attempt=attempts[0], grader=make_grader(course=exercise.module.course), value=0.3, reason="I read it.")
    late = submitted(make_student(course=exercise.module.course), exercise, answer=BOTH)
    change_rubric(exercise, "else")

    regrade = answered(regrade, fair)

    assert (asked, Job.objects.filter(subject__startswith="regrade:").count()) == (15, 15)
    assert list(regrade.changes.order_by("id").values_list("effect", "value")) == [("decided", 0.3), ("down", 0.5)]
    assert not regrade.changes.filter(attempt=late).exists()
    with pytest.raises(RegradeRefused, match="rubric_changed"):
        regrades.apply(regrade=regrade, by=ines)


def test_batch_is_withheld_when_the_judge_obeys_the_work(room: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "BATCH", 1)
    ines, attempts = room[1], room[2]
    regrade = finish(regrades.ask(regrade=prepared(room, "rejudge"), by=ines))
    first = Job.objects.get(key__startswith="control:j:canary", key__endswith="vote-0", subject__endswith="batch-1")
    assert "Ignore all" in first.request["messages"][-1]["content"]
    assert "Ignore all" in CANARY

    regrade = answered(regrade, lambda job: (obedient if job.subject == first.subject else fair)(job))

    effects = list(regrade.changes.order_by("batch").values_list("effect", flat=True))
    assert (regrade.state, effects) == ("ready", ["withheld", "down"])
    finish(regrades.apply(regrade=regrade, by=ines))
    assert marks_of(attempts) == [0.0, 0.5]


def test_answers_that_do_not_come_leave_the_mark(room: Class) -> None:
    ines, attempts = room[1], room[2]
    regrade = finish(regrades.ask(regrade=prepared(room, "rejudge"), by=ines))
    for job in waiting(regrade):
        if job.key.startswith("criterion:"):
            answer_job(job, state=State.DEAD)

    regrade = answered(regrade, fair)

    assert set(regrade.changes.values_list("effect", flat=True)) == {"unscored"}
    finish(regrades.apply(regrade=regrade, by=ines))
    assert marks_of(attempts) == [0.0, 1.0]


def test_cancelled_in_the_middle_asks_nobody_any_more(room: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "BATCH", 1)
    monkeypatch.setattr(asking, "BATCHES", 1)
    regrade = finish(regrades.ask(regrade=prepared(room, "rejudge"), by=room[1]))
    assert len(waiting(regrade)) == 12

    regrades.pause(regrade=regrade, by=room[1], paused=True)
    for job in waiting(regrade):
        answer_job(job, fair(job))
    assert not waiting(finish(regrade))
    regrades.pause(regrade=regrade, by=room[1], paused=False)
    assert len(waiting(finish(regrade))) == 12
    regrade = regrades.cancel(regrade=regrade, by=room[1])

    assert (finish(regrade).state, waiting(regrade)) == ("cancelled", [])
    assert set(Job.objects.filter(state=State.CANCELLED).values_list("lane", flat=True)) == {"bulk"}


def test_models_answer_the_stored_questions_again(db: None, client: Client) -> None:
    exercise, ines, attempts = class_of("nothing much", "hello", rubric=None)
    asked = [each.runs.get().job.request for each in attempts]
    regrade = prepared((exercise, ines, attempts), "regenerate")
    assert price_of(regrade).questions == 2
    regrade = finish(regrades.ask(regrade=regrade, by=ines))
    jobs = waiting(regrade)
    assert sorted((job.request for job in jobs), key=str) == sorted(asked, key=str)

    regrade = answered(regrade, lambda job: "hello again")

    assert new_answers(attempts[0]) == []
    finish(regrades.apply(regrade=regrade, by=ines))
    assert marks_of(attempts) == [1.0, 1.0]
    assert new_answers(attempts[0]) == ["hello again"]
    client.force_login(attempts[0].student)
    assert "The model was asked again" in client.get(f"/attempts/{attempts[0].pk}/").content.decode()
    change_rubric(exercise, "again")
    assert finish(regrades.prepare(exercise=exercise, by=ines, note="x")).changes.get(attempt=attempts[0]).value == 1.0
    finish(regrades.roll_back(regrade=regrade, by=ines))
    after = finish(regrades.prepare(exercise=exercise, by=ines, note="x"))
    assert (marks_of(attempts), after.changes.get(attempt=attempts[0]).value) == ([0.0, 1.0], 0.0)
    assert new_answers(attempts[0]) == []


def test_probes_follow_the_new_answers(db: None) -> None:
    spec = {"alias": "chat-small", "probes": [{"id": "p", "turns": ["First?", "Second?"]}]}
    rubric = {"items": [{"id": "w", "title": {"en": "W"}, "criterion": "contains",
                         "params": {"terms": ["world"], "of": "probe:last"}}]}  # fmt: skip
    exercise, ines, [attempt] = class_of("hi", rubric=rubric, spec=spec)
    while jobs := [job for job in selectors.submission_jobs(attempt) if job.state == State.QUEUED]:
        answer_job(jobs[0], "none")
        services.collect(attempt.pk)
    attempt.refresh_from_db()
    assert marks_of([attempt]) == [0.0]
    regrade = prepared((exercise, ines, [attempt]), "regenerate")
    assert price_of(regrade).questions == 3

    regrade = answered(regrades.ask(regrade=regrade, by=ines), lambda job: f"world {job.key}")

    last = Job.objects.get(subject=regrade.subject_of(attempt.pk), key="probe:p:2")
    said = [message["content"] for message in last.request["messages"]]
    assert (said[1].startswith("world run:"), said[3]) == (True, "world probe:p:1")
    finish(regrades.apply(regrade=regrade, by=ines))
    assert marks_of([attempt]) == [1.0]


def test_regenerated_work_without_a_model_keeps_its_mark(db: None) -> None:
    exercise, ines, attempts = class_of("hello")
    regrade = prepared((exercise, ines, attempts), "regenerate")
    Job.objects.update(alias="gone")

    regrade = answered(regrades.ask(regrade=regrade, by=ines), lambda job: "hello")

    assert (regrade.state, regrade.changes.get().effect) == ("ready", "unscored")


def test_answer_that_comes_while_a_step_is_in_hand_is_not_waited_for(
    room: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    regrade = finish(regrades.ask(regrade=prepared(room, "rejudge"), by=room[1]))
    looked = asking.ask

    def meanwhile(found: Regrade) -> Left:
        left = looked(found)
        for job in waiting(found):
            answer_job(job, fair(job))
        return left

    monkeypatch.setattr(steps, "ask", meanwhile)

    assert steps.advance(regrade.pk)
    assert finish(regrade).state == "ready"
