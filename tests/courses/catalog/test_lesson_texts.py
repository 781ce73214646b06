"""What a lesson may hold beside words: formulas, notes, parts to open, and things to try."""

from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from courses import kinds
from courses.attempts import errors, services
from courses.catalog import yaml_nodes, yaml_writer
from courses.catalog.load import load
from courses.catalog.models import Course, Exercise, Lesson
from courses.catalog.render import render_answer, render_markdown
from courses.catalog.sync import sync
from courses.catalog.tree import BadCourse
from courses.kinds.registry import all_kinds
from courses.people.models import Role
from tests.courses.catalog.folders import make_course_folder
from tests.factories import make_alias, make_enrolment, make_student, make_user

LIVE = """\
```live-chat
title: Ask it twice
alias: chat-small
prefill: {text: "Why is the sky blue?"}
```
"""


def lesson(text: str) -> str:
    return f"---\ntitle: Words\n---\n{text}\n"


def problem(tmp_path: Path, text: str) -> str:
    with pytest.raises(BadCourse) as caught:
        load(make_course_folder(tmp_path, lesson=lesson(text)))
    return str(caught.value).removeprefix("greeting/01-start/01-words.en.md:")


def test_formula_is_mathml_and_money_is_not() -> None:
    html = render_markdown(r"The share $\frac{1}{n}$ costs $5 or $10." + "\n\n$$\nx^2 \\le 4\n$$\n")

    assert '<math display="inline"><mrow><mfrac>' in html
    assert "costs $5 or $10." in html
    assert '<p class="formula" tabindex="0"><math display="block">' in html
    assert "<math" not in render_answer("$x$")


def test_markup_in_a_formula_stays_text() -> None:
    html = render_markdown(r"$\text{<script>alert(1)</script>}$ $\href{javascript:x}{y}$ $\style{color:red}{x}$")

    assert "<script" not in html
    assert "href=" not in html
    assert "style=" not in html


def test_notes_and_parts_to_open() -> None:
    text = "::: tip\nRead **this**.\n:::\n\n::: warning <b>Hot</b>\nx\n:::\n\n::: details Solution\n42\n:::\n"
    html = render_markdown(text)

    assert '<aside class="note note-tip">\n<p class="note-title">Tip</p>\n<p>Read <strong>this</strong>.</p>' in html
    assert '<p class="note-title">&lt;b&gt;Hot&lt;/b&gt;</p>' in html
    assert "<details>\n<summary>Solution</summary>\n<p>42</p>" in html
    with translation.override("fr"):
        assert f'<p class="note-title">{translation.gettext("Tip")}</p>' in render_markdown(text)
    assert "<aside" not in render_answer(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("One.\n\nBad $\\frac{a$.", "6: a brace of this formula is never closed or never opened: \\frac{a"),
        ("$\\nonsense{x}$", "4: a command of this formula is not known: \\nonsense{x}"),
        (f"${'{' * 50}{'}' * 50}$", "4: a formula has at most 2000 characters and 40 braces within braces"),
        ("```live-chess\nalias: x\n```", "4: unknown live block 'live-chess'; known: live-chat"),
        ("Two.\n\n```live-chat\nalias: a\nturns: 3\n```", "8: turns: Extra inputs are not permitted"),
        ("```live-chat\nprefill: {txt: a}\n```", "5: prefill.txt: a run of this kind has no such field; it has text"),
        ("```live-chat\na: [\n```", "6: expected the node content"),
    ],
)
def test_mistake_is_named_with_its_line(text: str, said: str, tmp_path: Path) -> None:
    assert problem(tmp_path, text).startswith(said)


@pytest.fixture
def course(tmp_path: Path, db: None) -> Course:
    sync(make_course_folder(tmp_path, lesson=lesson(f"Before.\n\n{LIVE}\nAfter.")))
    make_alias()
    return Course.objects.get()


def test_live_block_stands_in_the_lesson_and_works_there(course: Course, client: Client) -> None:
    student = make_student(course=course)
    client.force_login(student)
    [block] = Exercise.objects.filter(practice=True)
    address = f"/courses/greeting/start/exercises/{block.slug}/"

    page = client.get("/courses/greeting/start/words/").content.decode()
    frame = client.get(address)

    assert f'<iframe src="{address}" title="Ask it twice" loading="lazy"></iframe>' in page
    assert "alias: chat-small" not in page
    assert "Why is the sky blue?</textarea>" in frame.content.decode()
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in frame["Content-Security-Policy"]
    assert client.post(address, {"text": "Hello?", "key": "1"}).status_code == 302
    assert student.attempts.get().runs.count() == 1


def test_practice_is_in_no_list_and_cannot_be_handed_in(course: Course, client: Client) -> None:
    student = make_student(course=course)
    client.force_login(student)
    block = Exercise.objects.get(practice=True)
    attempt = services.begin(student=student, exercise=block)

    assert block.slug not in client.get("/courses/greeting/").content.decode()
    assert block.slug not in client.get("/").content.decode()
    with pytest.raises(errors.Closed) as caught:
        services.submit(attempt=attempt, answer={"leaf": None})
    assert caught.value.code == "practice"


def test_practice_follows_its_block_and_keeps_work(course: Course, tmp_path: Path) -> None:
    first = Exercise.objects.get(practice=True)
    assert not sync(make_course_folder(tmp_path, lesson=lesson(f"Before.\n\n{LIVE}\nAfter."))).changed
    services.begin(student=make_student(course=course), exercise=first)

    sync(make_course_folder(tmp_path, lesson=lesson(LIVE.replace("twice", "once"))))
    sync(make_course_folder(tmp_path, lesson=lesson("Nothing to try.")))

    assert list(Exercise.objects.filter(practice=True)) == [first]


@pytest.mark.parametrize(("role", "told"), [(Role.STUDENT, False), (Role.GRADER, True)])
def test_staff_is_told_of_a_missing_translation(role: Role, told: bool, course: Course, client: Client) -> None:
    person = make_user(language="fr")
    make_enrolment(course=course, user=person, role=role)
    client.force_login(person)
    Lesson.objects.update(body={"en": "Only *English*."})
    Exercise.objects.update(statement={"en": "Only *English*."})

    pages = [client.get(f"/courses/greeting/start/{end}/").content.decode() for end in ("words", "exercises/hello")]

    for page in pages:
        assert "Only <em>English</em>." in page
        assert ("alert-warn" in page) is told


def test_browser_may_ask_the_hosts_that_the_course_names(course: Course, client: Client) -> None:
    client.force_login(make_student(course=course))
    address = "/courses/greeting/start/words/"
    before = client.get(address)["Content-Security-Policy"]
    Course.objects.update(image_hosts=["pictures.example"])

    after = client.get(address)["Content-Security-Policy"]

    assert "https://pictures.example" not in before
    assert "https://pictures.example" in next(part for part in after.split(";") if "img-src" in part)


def example_of(slug: str) -> str:
    """The specification of the kind's own right example, as YAML."""
    path = Path(kinds.__path__[0]) / slug / "examples" / "right.yml"
    return yaml_writer.write(yaml_nodes.parse(path.read_text(encoding="utf-8")).data.get("spec"))


@pytest.mark.django_db
@pytest.mark.parametrize("slug", [slug for slug, kind in all_kinds().items() if kind.run is not None])
def test_every_kind_with_runs_can_be_tried_in_a_lesson(slug: str, tmp_path: Path, client: Client) -> None:
    block = f"```live-{slug.replace('_', '-')}\n{example_of(slug)}```"
    sync(make_course_folder(tmp_path, lesson=lesson(block)))
    row = Exercise.objects.get(practice=True)
    make_alias(name=row.spec.get("alias", "chat-small"))
    client.force_login(make_student(course=row.module.course))

    page = client.get(f"/courses/greeting/start/exercises/{row.slug}/")

    assert row.kind == slug
    assert page.status_code == 200
    assert b"practice-page" in page.content
