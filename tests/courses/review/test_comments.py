"""Words about the work: who says them, who reads them, and that they stay words."""

import pytest

from athanor.accounts.models import User
from courses.attempts.models import Attempt
from courses.catalog.models import Course, Exercise
from courses.people.errors import Denied, Hidden
from courses.review import rules, services
from courses.review.comments import forget_remark, keep_remark, remove, say
from courses.review.errors import BadComment
from courses.review.selectors import comments_on, names_hidden, queue, remarks_for
from tests.courses.recorded import exercise_for, submitted
from tests.factories.people import make_grader, make_instructor, make_student


@pytest.fixture
def attempt(db: None) -> Attempt:
    exercise = exercise_for(release=Exercise.Release.AFTER_REVIEW)
    return submitted(make_student(course=exercise.module.course), exercise)


@pytest.fixture
def course(attempt: Attempt) -> Course:
    return attempt.exercise.module.course


@pytest.fixture
def bob(course: Course) -> User:
    return make_grader(course=course)


def test_student_reads_comments_with_the_mark_and_not_before(attempt: Attempt, bob: User) -> None:
    said = say(attempt=attempt, by=bob, text=" Why this word? ", anchor="turn:1:prompt", region=[0.1, 0.2, 0.5, 0.5])
    assert comments_on(attempt, attempt.student) == []
    assert comments_on(attempt, bob) == [said]

    services.approve(attempt=attempt, grader=bob)

    attempt.refresh_from_db()
    [read] = comments_on(attempt, attempt.student)
    assert (read.text, read.anchor, read.region, read.by) == (
        "Why this word?",
        "turn:1:prompt",
        [0.1, 0.2, 0.5, 0.5],
        bob,
    )
    remove(comment=said, by=bob)
    assert comments_on(attempt, attempt.student) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "  "},
        {"text": "x", "anchor": 'a" onclick="'},
        {"text": "x", "region": [0.5, 0.5, 0.6, 0.1]},
        {"text": "x", "region": [0, 0, 0, 0.1]},
        {"text": "x", "region": [float("nan"), 0, 0.1, 0.1]},
        {"text": "x", "region": [0.1, 0.1]},
    ],
)
def test_senseless_comment_is_refused(attempt: Attempt, bob: User, fields: dict[str, object]) -> None:
    with pytest.raises(BadComment):
        say(attempt=attempt, by=bob, **fields)  # type: ignore[arg-type]


def test_only_the_staff_comments_and_removes(attempt: Attempt, course: Course, bob: User) -> None:
    said = say(attempt=attempt, by=bob, text="Mine.")
    with pytest.raises(Denied):
        say(attempt=attempt, by=attempt.student, text="Mine, too.")
    with pytest.raises(Hidden):
        say(attempt=attempt, by=make_grader(course=exercise_for().module.course), text="x")
    with pytest.raises(Denied):
        remove(comment=said, by=make_grader(course=course))

    remove(comment=said, by=make_instructor(course=course))
    assert comments_on(attempt, bob) == []


def test_saved_words_are_ones_own_or_everybodys_and_go_up_with_use(attempt: Attempt, course: Course, bob: User) -> None:
    eve = make_grader(course=course)
    rare, often = (keep_remark(course=course, owner=bob, text=text) for text in ("Cite it.", "Be short."))
    shared = keep_remark(course=course, owner=eve, text="Well done.", shared=True)
    assert keep_remark(course=course, owner=bob, text=" Be short. ") == often
    assert [set(remarks_for(who, course)) for who in (bob, eve)] == [{rare, often, shared}, {shared}]

    say(attempt=attempt, by=bob, text="Be short. And more.")

    assert [(each.text, each.uses) for each in remarks_for(bob, course)] == [
        ("Be short.", 1), ("Cite it.", 0), ("Well done.", 0),
    ]  # fmt: skip
    with pytest.raises(Denied):
        forget_remark(remark=shared, by=bob)
    with pytest.raises(Denied):
        forget_remark(remark=rare, by=make_instructor(course=course))
    forget_remark(remark=shared, by=make_instructor(course=course))
    assert remarks_for(eve, course) == []


def test_blind_marking_hides_names_until_an_instructor_looks(attempt: Attempt, course: Course, bob: User) -> None:
    assert rules.can_see_name(bob, attempt)
    Course.objects.update(review={"blind": True})
    fresh = Attempt.objects.select_related("exercise__module__course").get()
    ines = make_instructor(course=course)

    assert [rules.can_see_name(who, fresh) for who in (bob, ines, attempt.student)] == [False, False, True]
    with pytest.raises(Denied):
        services.unveil(attempt=fresh, by=bob)
    services.unveil(attempt=fresh, by=ines)

    assert [rules.can_see_name(who, fresh) for who in (bob, ines)] == [False, True]
    assert fresh.unveilings.get().by == ines
    assert [names_hidden(who, queue(who)) for who in (bob, ines)] == [{fresh.pk}, set()]


def test_flag_brings_a_mark_that_is_shown_to_the_queue(attempt: Attempt, bob: User) -> None:
    services.approve(attempt=attempt, grader=bob)
    services.flag(attempt=attempt, by=bob, note="Looks copied.")

    [found] = queue(bob, filter="flagged")
    assert (found.flags.get().note, found.released_at is not None) == ("Looks copied.", True)
    with pytest.raises(Denied):
        services.flag(attempt=attempt, by=attempt.student, note="Me.")
