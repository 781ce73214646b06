"""A criterion whose model nobody has set up is left to a person; the others still ask theirs."""

from typing import Any

from courses.attempts import selectors, services
from tests.courses.recorded import answer_job, exercise_for, submitted
from tests.factories.people import make_student
from tests.factories.servers import make_alias


def near(name: str, alias: str) -> dict[str, Any]:
    params = {"good": ["a"], "bad": ["b"], "alias": alias}
    return {"id": name, "title": {"en": name}, "criterion": "similarity", "params": params}


def test_only_the_criterion_without_a_model_waits_for_a_person(db: None) -> None:
    make_alias(name="embed-small")
    exercise = exercise_for(rubric={"items": [near("known", "embed-small"), near("unknown", "embed-large")]})
    attempt = submitted(make_student(course=exercise.module.course), exercise)
    [job] = selectors.submission_jobs(attempt)
    assert job.key == "criterion:known"

    answer_job(job, vectors=[[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], task="embed")
    services.collect(attempt.pk)

    attempt.refresh_from_db()
    score = attempt.scores.get()
    assert [found["status"] for found in score.findings] == ["pass", "error"]
    assert (score.value, attempt.released_at, attempt.review_reasons) == (None, None, ["infrastructure"])
