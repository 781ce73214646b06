"""Who opens every address of our pages, and with which rows: a new address without an entry fails the tests."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from athanor.web.digest import token_of
from courses.attempts.selectors import current_score
from courses.classroom.services import start
from courses.gradebook import imports
from courses.gradebook.models import Column, HandMark
from courses.inquiries.services import ask
from courses.notices.services import notify
from courses.readings.models import Reading
from courses.readings.services import draw, read
from courses.regrade.services import prepare
from courses.review.comments import keep_remark, say
from courses.review.services import decide
from courses.similarity.models import Pair
from courses.training.services import add_piece
from tests.factories import make_exercise, make_student
from tests.pages import images, judged, play
from tests.pages.conftest import School
from tests.pages.work import handed_in


@dataclass(frozen=True)
class Visit:
    who: str | None
    arguments: Callable[[School], list[Any]] = field(default=lambda school: [])
    method: str = "get"
    status: int = 200
    data: Callable[[School], dict[str, str]] = field(default=lambda school: {})


def place(school: School) -> list[Any]:
    return [school.course.slug, school.exercise.module.slug, school.exercise.slug]


def working(school: School) -> list[Any]:
    return [school.working.pk]


def run(school: School) -> list[Any]:
    return [school.working.pk, school.run.pk]


def marked(school: School) -> list[Any]:
    return [school.marked.pk]


def server(school: School) -> list[Any]:
    return [school.server.pk]


def picture(school: School) -> list[Any]:
    run = images.painted(images.asked(school.student, images.image_exercise(school.exercise.module)))
    return [run.attempt_id, images.digest_of(run)]


def exhibit(school: School) -> list[Any]:
    return [*place(school)[:2], images.image_exercise(school.exercise.module).slug, "target-0"]


def regraded(school: School) -> list[Any]:
    return [prepare(exercise=school.exercise, by=school.instructor, note="Look again.").pk]


def compared(school: School) -> list[Any]:
    return [judged.calibration(school).pk]


def told(school: School) -> list[Any]:
    notify([school.student], kind="released", title=school.exercise.title, subject="x", link=("home", {}))
    return [school.student.notices.get().pk]


def asked_about(school: School) -> list[Any]:
    school.course.review = {"requests": 9}
    school.course.save()
    other = handed_in(school.student, make_exercise(module=school.exercise.module))  # nobody reads it a second time
    return [ask(attempt=other, student=school.student, text="Look again.").pk]


def commented(school: School) -> list[Any]:
    return [say(attempt=school.marked, by=school.grader, text="Why?").pk]


def remarked(school: School) -> list[Any]:
    return [school.course.slug, keep_remark(course=school.course, owner=school.grader, text="Be short.").pk]


def played(school: School) -> list[Any]:
    return [play.begun(school.student, school.course).pk]


def replied(school: School) -> list[Any]:
    conversation = play.begun(school.student, school.course)
    return [conversation.pk, play.answers_of(conversation)[0].pk]


def play_picture(school: School) -> list[Any]:
    return list(play.painted(school.student, school.course))


def hand_column(school: School) -> list[Any]:
    column = Column.objects.get_or_create(course=school.course, name="Oral exam")[0]
    HandMark.objects.create(column=column, student=school.student, by=school.instructor, points=8)
    return [school.course.slug, column.pk]


def imported(school: School) -> list[Any]:
    [course, _column] = hand_column(school)
    data = b"username;Oral exam;nothing\nsam;9,5;1\nwho;1;1\n"
    return [course, imports.prepare(course=school.course, by=school.grader, name="marks.csv", data=data).pk]


def similar(school: School) -> list[Any]:
    other = handed_in(make_student(course=school.course, username="tim"), school.exercise, "Hello to you.")
    pair = Pair.objects.create(exercise=school.exercise, first=school.marked, second=other, shared=7, share=0.9)
    return [school.course.slug, school.exercise.pk, pair.pk]


def empty_column(school: School) -> list[Any]:
    return [school.course.slug, Column.objects.get_or_create(course=school.course, name="Poster")[0].pk]


def in_session(school: School) -> list[Any]:
    start(course=school.course, by=school.instructor)
    return [school.course.slug]


def drawn(school: School) -> list[Any]:
    school.course.review = {"second_reading": 1.0}
    school.course.save()
    score = current_score(school.marked)
    decide(
        attempt=school.marked,
        grader=school.instructor,
        value=0.5,
        reason="So.",
        seen_score_id=score.pk if score else None,
    )
    draw(school.course)
    return [Reading.objects.get(attempt=school.marked).pk]


def read_twice(school: School) -> list[Any]:
    [pk] = drawn(school)
    read(reading=Reading.objects.get(pk=pk), reader=school.grader, scores={"hello": 0.0})
    return [pk]


def piece(school: School) -> list[Any]:
    return [add_piece(attempt=school.marked, by=school.instructor, scores={"hello": 1.0}, reason="It greets.").pk]


def slug(school: School) -> list[Any]:
    return [school.course.slug]


VISITS = {
    "home": Visit("student"),
    "join": Visit("student"),
    "join_with_code": Visit("student", lambda school: [school.course.join_code]),
    "course": Visit("student", lambda school: [school.course.slug]),
    "lesson": Visit("student", lambda school: [school.course.slug, school.lesson.module.slug, school.lesson.slug]),
    "asset": Visit("student", lambda school: [school.course.slug, "diagrams/tokens.svg"]),
    "course_schema": Visit(None, lambda school: ["exercise.json"]),
    "exercise": Visit("student", place),
    "issue_certificate": Visit("student", lambda school: [school.course.slug], "post", 302),
    "certificate": Visit(None, lambda school: [school.certificate.code]),
    "certificate_pdf": Visit("student", lambda school: [school.certificate.code]),
    "attempt": Visit("student", marked),
    "runs": Visit("student", working, "post", 302, lambda school: {"text": "Again, please."}),
    "run": Visit("student", run),
    "stop_run": Visit("student", run, "post", 302),
    "thread": Visit("student", working),
    "draft": Visit("student", working, "post", 302, lambda school: {"text": "half a"}),
    "notes": Visit("student", working),
    "submit": Visit("student", working, "post", 302, lambda school: {"leaf": str(school.run.pk)}),
    "checks": Visit("student", working),
    "status": Visit("student", marked),
    "picture": Visit("student", picture),
    "thumbnail": Visit("student", picture),
    "exhibit": Visit("student", exhibit),
    "attempt_events": Visit(None, working, status=401),  # the stream itself: test_live
    "readings": Visit("grader"),
    "reading": Visit("grader", drawn),
    "look_at_first": Visit("instructor", drawn, "post", 302),
    "settle_reading": Visit("instructor", read_twice, "post", 302, lambda school: {"verdict": "first"}),
    "agreement": Visit("instructor", slug),
    "training": Visit("grader", slug),
    "train_again": Visit("instructor", slug, "post", 302, lambda school: {"grader": str(school.grader.pk)}),
    "training_piece": Visit("grader", piece),
    "retire_piece": Visit("instructor", piece, "post", 302),
    "choose_piece": Visit("instructor", marked),
    "ask": Visit("student", marked),
    "requests": Visit("grader"),
    "request": Visit("grader", asked_about),
    "act_on_request": Visit("student", asked_about, "post", 302, lambda school: {"do": "withdraw"}),
    "notices": Visit("student"),
    "notice": Visit("student", told, status=302),
    "read_notices": Visit("student", method="post", status=302),
    "notice_pace": Visit("student", method="post", status=302, data=lambda school: {"pace": "at_once"}),
    "bell": Visit("student"),
    "unsubscribe": Visit(None, lambda school: [token_of(school.student)]),
    "queue": Visit("student"),
    "ui": Visit("grader"),
    "playground": Visit("student", lambda school: [school.course.slug]),
    "playground_allowance": Visit("student", lambda school: [school.course.slug]),
    "conversation": Visit("student", played),
    "conversation_events": Visit(None, played, status=401),  # the stream itself: test_playground
    "playground_answer": Visit("student", replied),
    "stop_answer": Visit("student", replied, "post", 302),
    "rename_conversation": Visit("student", played, "post", 302, lambda school: {"title": "Heat"}),
    "delete_conversation": Visit("student", played, "post", 302),
    "export_conversation": Visit("student", played),
    "play_picture": Visit("student", play_picture),
    "play_thumbnail": Visit("student", play_picture),
    "servers": Visit("administrator"),
    "probe_server": Visit("administrator", server, "post", 302),
    "try_server": Visit("administrator", server, "post", 302),
    "server_duty": Visit("administrator", server, "post", 302, lambda school: {"duty": "pause"}),
    "review": Visit("grader"),
    "review_attempt": Visit("grader", marked),
    "release_mark": Visit("grader", marked, "post", 302),
    "claim": Visit("grader", marked, "post", 204),
    "grading_guide": Visit("grader"),
    "skip_work": Visit("grader", marked, "post", 302),
    "share_work": Visit("grader", marked, "post", data=lambda school: {"do": "take"}),
    "flag_work": Visit("grader", marked, "post", data=lambda school: {"note": "Look."}),
    "unveil": Visit("instructor", marked, "post"),
    "undo_decision": Visit("grader", method="post", status=302),
    "distribute": Visit("instructor", lambda school: [school.course.slug], "post", 302),
    "comment": Visit("grader", marked, "post", data=lambda school: {"comment": "Nice.", "anchor": "system"}),
    "remove_comment": Visit("grader", commented, "post"),
    "remarks": Visit("grader", lambda school: [school.course.slug]),
    "forget_remark": Visit("grader", remarked, "post", 302),
    "judges": Visit("instructor"),
    "calibration": Visit("instructor", compared),
    "act_on_calibration": Visit("instructor", compared, "post", 302, lambda school: {"do": "cancel"}),
    "regrades": Visit("instructor"),
    "regrade": Visit("instructor", regraded),
    "act_on_regrade": Visit("instructor", regraded, "post", 302, lambda school: {"do": "cancel"}),
    "gradebook": Visit("grader", lambda school: [school.course.slug]),
    "gradebook_file": Visit("grader", lambda school: [school.course.slug, "csv"]),
    "as_student": Visit("instructor", lambda school: [school.course.slug], "post", 302),
    "classroom": Visit("instructor", lambda school: [school.course.slug]),
    "projector": Visit("instructor", in_session),
    "in_class": Visit("student", in_session),
    "answer_hand": Visit("grader", lambda school: [school.course.slug, school.student.pk], "post", 302),
    "choose_output": Visit("grader", lambda school: [school.course.slug, 1], "post", 302),
    "class_events": Visit(None, lambda school: [school.course.slug], status=401),  # the stream itself: test_classroom
    "course_health": Visit("instructor", lambda school: [school.course.slug]),
    "course_health_file": Visit("instructor", lambda school: [school.course.slug]),
    "my_marks": Visit("student", lambda school: [school.course.slug]),
    "similarity": Visit("grader", lambda school: [school.course.slug, school.exercise.pk]),
    "similar_pair": Visit("grader", similar),
    "release_marks": Visit("instructor", lambda school: [school.course.slug]),
    "import_marks": Visit("grader", lambda school: [school.course.slug]),
    "import_preview": Visit("grader", imported),
    "gradebook_columns": Visit("instructor", lambda school: [school.course.slug]),
    "gradebook_column": Visit("grader", hand_column),
    "set_marks": Visit("grader", empty_column, "post", 302, lambda school: {f"mark-{school.student.pk}": "7,5"}),
    "exercise_statistics": Visit("grader", place),
    "tour": Visit("student", method="post", status=302),
    "account": Visit("student"),
    "keys": Visit("student"),
    "personal_data": Visit("student"),
    "download_data": Visit("student"),
    "revoke_key": Visit("student", lambda school: [school.key.pk], "post", 302),
    "set_language": Visit(None, method="post", status=302, data=lambda school: {"language": "fr"}),
    "set_theme": Visit(None, method="post", status=302, data=lambda school: {"theme": "dark"}),
    "demo_login": Visit(None, lambda school: ["forged"], status=404),
}  # fmt: skip
PUBLIC = {"unsubscribe", "certificate", "course_schema", "set_language", "set_theme", "demo_login", "attempt_events",
          "conversation_events",
          "class_events"}  # fmt: skip
# What a GET answers that is no page: why nobody looks at it alone.
NOT_PAGES = {
    "asset": "a file of the course",
    "course_schema": "a file for editors",
    "certificate_pdf": "a file",
    "run": "a part of the exercise",
    "thread": "a part of the exercise",
    "notes": "a part of the exercise",
    "checks": "a part of the exercise",
    "status": "a part of the result",
    "picture": "a picture",
    "thumbnail": "a picture",
    "exhibit": "a picture",
    "attempt_events": "a stream",
    "conversation_events": "a stream",
    "class_events": "a stream",
    "notice": "leads to what it tells of",
    "bell": "a part of every page",
    "playground_allowance": "a part of the playground",
    "playground_answer": "a part of the playground",
    "export_conversation": "a file",
    "play_picture": "a picture",
    "play_thumbnail": "a picture",
    "gradebook_file": "a file",
    "course_health_file": "a file",
    "download_data": "a file",
    "demo_login": "leads home, only on a demo site's own machine",
}
