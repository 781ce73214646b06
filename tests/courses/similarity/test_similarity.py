"""From work that was handed in to the pair that a person looks at."""

import pytest
from django.test import Client

from courses.attempts.models import Attempt
from courses.attempts.services import submit
from courses.catalog.models import Exercise
from courses.people.errors import Denied
from courses.similarity import services
from courses.similarity.models import Comparison, Pair, Print
from courses.similarity.tasks import compare_work, sweep_comparisons
from tests.factories import (
    make_alias,
    make_course,
    make_exercise,
    make_grader,
    make_instructor,
    make_module,
    make_server,
    make_student,
)
from tests.pages.work import answer, asked

pytestmark = pytest.mark.django_db
STORY = (
    "Tell me how the old lighthouse keeper found seven green bottles under the stairs one winter evening, and why he "
    "never told anybody but the parrot of his late grandmother what was written inside them."
)
STARTER = "You may begin with these words about the sea and the weather on the island of the lighthouse."


def handed_in(exercise: Exercise, prompt: str) -> Attempt:
    run = answer(asked(make_student(course=exercise.module.course), exercise, prompt), "Once upon a time.")
    return submit(attempt=run.attempt, answer={"leaf": str(run.pk)})


@pytest.fixture
def exercise(db: None) -> Exercise:
    make_alias(server=make_server(name="tiny"))
    return make_exercise(module=make_module(course=make_course()), statement={"en": STARTER})


def compared(exercise: Exercise) -> list[Pair]:
    services.ask(exercise=exercise, by=make_grader(course=exercise.module.course))
    while services.advance(exercise.pk):
        pass
    return list(Pair.objects.order_by("-share"))


def test_work_that_shares_a_story_is_a_pair_and_what_was_given_is_not(exercise: Exercise) -> None:
    one, two = handed_in(exercise, STORY), handed_in(exercise, f"{STARTER} {STORY}")
    handed_in(exercise, STARTER)
    handed_in(exercise, f"{STARTER} I would rather write about trains that run late through the mountains at night.")

    [pair] = compared(exercise)

    assert {pair.first, pair.second} == {one, two}
    assert pair.share > 0.6
    assert Comparison.objects.get().works == 4


def test_only_new_work_is_read_again_and_notes_stay(exercise: Exercise, monkeypatch: pytest.MonkeyPatch) -> None:
    handed_in(exercise, STORY)
    handed_in(exercise, STORY)
    [pair] = compared(exercise)
    grader = make_grader(course=exercise.module.course)
    services.judge(pair=pair, by=grader, verdict="harmless", note="Both quote the lesson.")
    Print.objects.filter(attempt=pair.first).update(pictures=["0" * 16])  # would be overwritten by a second reading
    monkeypatch.setattr(services, "CHUNK", 1)
    handed_in(exercise, STORY)
    handed_in(exercise, "Something of my own that has nothing in common with the others at all.")

    pairs = compared(exercise)

    assert len(pairs) == 3
    assert Pair.objects.get(pk=pair.pk).note == "Both quote the lesson."
    assert Print.objects.get(attempt=pair.first).pictures == ["0" * 16]
    exercise.statement = {"en": f"{STARTER} {STORY}"}  # now everybody was given the story
    exercise.save()
    assert [each.pk for each in compared(exercise)] == [pair.pk]  # only because somebody noted something


def test_comparison_is_for_the_staff_and_goes_on_by_itself(exercise: Exercise) -> None:
    student = handed_in(exercise, STORY).student
    handed_in(exercise, STORY)
    with pytest.raises(Denied):
        services.ask(exercise=exercise, by=student)
    assert sweep_comparisons() == 0
    services.ask(exercise=exercise, by=make_grader(course=exercise.module.course))
    assert sweep_comparisons() == 1

    compare_work(exercise.pk)
    compare_work(exercise.pk)  # a message that comes twice

    assert Pair.objects.count() == 1
    assert Comparison.objects.get().done_at is not None


def test_pages_show_names_to_whoever_may_know_them(exercise: Exercise, client: Client) -> None:
    one, _two = handed_in(exercise, STORY), handed_in(exercise, STORY)
    [pair] = compared(exercise)
    course = exercise.module.course
    course.review = {"blind": True}
    course.save()
    address = f"/similarity/{course.slug}/{exercise.pk}/"
    seen = []
    for who in (make_grader(course=course), make_instructor(course=course)):
        client.force_login(who)
        pages = [client.get(place).content.decode() for place in (address, f"{address}{pair.pk}/")]
        seen.append([one.student.username in page for page in pages])
        assert all("proves nothing" in page for page in pages)
        assert pages[1].count("<mark>") == 2

    assert seen == [[False, False], [True, True]]
    client.post(f"{address}{pair.pk}/", {"verdict": "talk", "note": "On Monday."})
    assert Pair.objects.get().verdict == "talk"
    assert client.post(f"{address}{pair.pk}/", {"verdict": "guilty"}).status_code == 404
    client.force_login(one.student)
    assert [client.get(place).status_code for place in (address, f"{address}{pair.pk}/")] == [403, 403]
