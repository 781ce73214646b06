"""A judge is compared with people before it may count, and only the very judge that was compared."""

from typing import Any

import pytest

from courses.attempts import selectors, services
from courses.attempts.models import Attempt
from courses.grading.judging import agreement as judging
from courses.people.errors import Denied
from courses.regrade import calibrating
from courses.regrade import services as regrades
from courses.regrade.errors import RegradeRefused
from courses.regrade.judges import agreement_of, judges_of
from courses.regrade.models import Calibration
from courses.regrade.tasks import calibration_answered, sweep_regrades
from courses.review.services import decide
from tests.courses.recorded import answer_job, submitted
from tests.courses.regrade.asked import answered
from tests.courses.regrade.test_asking import BOTH, fair, judged, obedient
from tests.courses.regrade.together import Class, class_of, finish, marks_of
from tests.factories import make_grader, make_student
from tests.factories.courses import make_rubric
from tests.factories.servers import make_alias
from workers.scheduling.models import Job
from workers.scheduling.states import State

NEITHER = "Rivers and towns are elsewhere, hello."
DIGEST = "sha256:" + "c" * 64


@pytest.fixture
def room(db: None, monkeypatch: pytest.MonkeyPatch) -> Class:
    """A judge that nobody has tried. A person has decided two pieces of work; a third waits for one."""
    monkeypatch.setattr(judging, "LEAST", 2)
    monkeypatch.setattr(judging, "LEAST_EACH", 1)
    make_alias(name="judge-small")
    exercise, ines, attempts = class_of(BOTH, NEITHER, BOTH, rubric=judged(calibrated=""))
    bob = make_grader(course=exercise.module.course)
    for attempt in attempts:
        graded(attempt)
    for attempt, score in zip(attempts[:2], (1.0, 0.0), strict=True):
        decide(attempt=attempt, grader=bob, changes={"j": score}, reason="I read it.")
    return exercise, ines, attempts


def graded(attempt: Attempt, model: Any = fair) -> None:
    answer_all(Job.objects.filter(subject=attempt.subject, state=State.QUEUED), model)
    services.collect(attempt.pk)
    attempt.refresh_from_db()


def answer_all(jobs: Any, model: Any = fair, digest: str = DIGEST) -> None:
    for job in list(jobs):
        answer_job(job, model(job))
        Job.objects.filter(pk=job.pk).update(manifest={"digest": digest})


def calibrated(room: Class, model: Any = fair, digest: str = DIGEST) -> Calibration:
    made = calibrating.calibrate(exercise=room[0], criterion="j", by=room[1])
    jobs = list(Job.objects.filter(subject__startswith=f"calibration:{made.pk}:"))
    assert {job.lane for job in jobs} == {"bulk"}
    answer_all(jobs, model, digest)
    for job in jobs:
        calibration_answered(str(job.pk))
    return Calibration.objects.get(pk=made.pk)


def test_untried_judge_only_advises(room: Class) -> None:
    attempt = room[2][2]

    assert (attempt.review_reasons, marks_of([attempt])) == (["unscored"], [None])
    [judge] = judges_of(room[1])
    assert (judge.criterion, judge.counts, judge.last) == ("j", False, None)


def test_judge_that_agrees_may_count_from_then_on(room: Class) -> None:
    exercise, ines, attempts = room
    made = calibrated(room)
    found = agreement_of(made)
    assert (made.state, found.number, found.share, found.reasons) == ("done", 2, 1.0, [])
    assert made.judge.endswith("@" + "c" * 12)

    calibrating.let_count(calibration=made, by=ines)
    calibrating.let_count(calibration=made, by=ines)

    exercise.refresh_from_db()
    assert exercise.rubric.content["items"][0]["params"]["calibrated"] == made.judge
    assert marks_of(attempts) == [1.0, 0.0, None]
    regrade = finish(regrades.prepare(exercise=exercise, by=ines, note="The judge is tried."))
    finish(regrades.apply(regrade=regrade, by=ines))
    assert marks_of(attempts) == [1.0, 0.0, 1.0]  # what is stored was said by this very judge


def test_another_model_behind_the_alias_only_advises(room: Class) -> None:
    exercise, ines, _ = room
    calibrating.let_count(calibration=calibrated(room), by=ines)
    exercise.refresh_from_db()
    regrade = finish(regrades.prepare(exercise=exercise, by=ines, note="x", method="rejudge"))

    regrade = answered(regrades.ask(regrade=regrade, by=ines), fair)  # these answers come from no known model

    assert list(regrade.changes.order_by("id").values_list("effect", flat=True)) == ["decided", "decided", "same"]


def test_judge_that_disagrees_or_obeys_may_not_count(room: Class) -> None:
    exercise, ines, attempts = room
    decide(attempt=attempts[2], grader=make_grader(course=exercise.module.course), changes={"j": 0.0}, reason="No.")
    low = calibrated(room)
    assert "kappa" in agreement_of(low).reasons
    withheld = calibrated(room, obedient)
    assert withheld.state == "withheld"

    for made in (low, withheld):
        with pytest.raises(RegradeRefused, match="not_passed"):
            calibrating.let_count(calibration=made, by=ines)
    exercise.refresh_from_db()
    assert exercise.rubric.content["items"][0]["params"]["calibrated"] == ""


def wavering(job: Job) -> str:
    """Its second vote is another one."""
    return fair(job).replace('"met"', '"not_met"') if job.key.endswith("vote-1") else fair(job)


def test_votes_that_differ_wait_for_a_person(room: Class) -> None:
    exercise, ines, _ = room
    exercise.rubric = make_rubric(judged(votes=3, calibrated=""))
    exercise.save()
    calibrating.let_count(calibration=calibrated(room), by=ines)
    exercise.refresh_from_db()
    attempt = submitted(make_student(course=exercise.module.course), exercise, answer=BOTH)

    graded(attempt, wavering)

    assert (attempt.review_reasons, attempt.released_at, marks_of([attempt])) == (["split"], None, [1.0])


def test_what_cannot_be_calibrated(room: Class) -> None:
    exercise, ines, _ = room
    with pytest.raises(RegradeRefused, match="no_judge"):
        calibrating.calibrate(exercise=exercise, criterion="nope", by=ines)
    with pytest.raises(Denied):
        calibrating.calibrate(exercise=exercise, criterion="j", by=make_grader(course=exercise.module.course))
    made = calibrating.calibrate(exercise=exercise, criterion="j", by=ines)
    assert sweep_regrades() == 0
    assert Calibration.objects.get().state == "asking"
    made = calibrating.cancel(calibration=made, by=ines)
    assert (made.state, calibrating.waiting(made)) == ("cancelled", 0)
    assert selectors.current_score(room[2][0]) is not None


def test_nothing_to_compare_with(db: None) -> None:
    make_alias(name="judge-small")
    exercise, ines, _ = class_of(rubric=judged(calibrated=""))

    with pytest.raises(RegradeRefused, match="nothing_decided"):
        calibrating.calibrate(exercise=exercise, criterion="j", by=ines)
