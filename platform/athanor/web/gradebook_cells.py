"""The cells of the gradebook, drawn without a template each: a page has thousands."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from athanor.web.templatetags.ui import short
from courses.catalog.models import Exercise
from courses.gradebook.models import Column
from courses.gradebook.selectors import Line

ANY = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Drawing:
    """What all cells of one page share."""

    before: str  # the address of an attempt, around its id
    after: str
    icons: dict[str, str]
    words: dict[str, str]
    language: str

    @classmethod
    def of_now(cls) -> "Drawing":
        before, _id, after = reverse("review_attempt", args=[ANY]).partition(ANY)
        return cls(before, after, _icons(), _words(), get_language() or "en")

    def row(self, line: Line, exercises: list[Exercise]) -> SafeString:
        return SafeString("".join(self._cell(line, each) for each in exercises))

    def _cell(self, line: Line, exercise: Exercise) -> str:
        cell = line.cell(exercise)
        text = self.words.get(cell.state, "")
        if cell.value is not None or cell.state == "waiting":
            said = self.words["no mark"] if cell.value is None else self._points(cell.value * float(exercise.points))
            text = f'<a href="{self.before}{cell.attempt}{self.after}">{said}</a>'
        icons, hidden = self.icons, cell.value is not None and not cell.shown
        marks = (
            (icons["clock"] if cell.late else "") + (icons["user"] if cell.human else "")
            + (icons["eye-off"] if hidden else "") + (icons["half-circle"] if line.dropped(exercise) else "")
            + (icons["scale"] if cell.waiting else "")
        )  # fmt: skip
        return f'<td data-state="{cell.state}">{text}{marks}</td>'

    def by_hand(self, line: Line, columns: list[Column]) -> SafeString:
        return SafeString("".join(self._hand(line, each) for each in columns))

    def _hand(self, line: Line, column: Column) -> str:
        mark = line.by_hand.get(column.pk)
        text = self.words["missing"] if mark is None or mark.points is None else self._points(float(mark.points))
        icon = self.icons["half-circle"] if line.dropped(column) else ""
        return f"<td>{text}{icon}</td>"

    def _points(self, value: float) -> str:
        return _points(round(value, 4), self.language)


def options(exercises: list[Exercise], chosen: Exercise | None) -> SafeString:
    """Of a choice of one exercise."""
    marks = {chosen.pk: SafeString(" selected")} if chosen else {}
    return format_html_join(
        "", '<option value="{}"{}>{}</option>', ((each.pk, marks.get(each.pk, ""), str(each)) for each in exercises)
    )


@lru_cache(2048)
def _points(value: float, language: str) -> str:
    """`language` is what the number is written in: part of the key only."""
    return escape(short(value))


def legend() -> dict[str, str]:
    """Icon → what it says."""
    return {
        "clock": gettext("reduced for lateness"),
        "user": gettext("decided by a person"),
        "eye-off": gettext("not shown to the student yet"),
        "half-circle": gettext("does not count: one of the lowest"),
        "scale": gettext("waits for a person"),
    }


def _icons() -> dict[str, str]:
    return {
        name: " " + render_to_string("components/icon.html", {"name": name, "label": label}).strip()
        for name, label in legend().items()
    }


def _words() -> dict[str, str]:
    return dict(_said())


def _said() -> Iterator[tuple[str, str]]:
    yield "no mark", escape(gettext("no mark yet"))
    for state, text in (("open", gettext("begun")), ("grading", gettext("being graded"))):
        yield state, f'<span class="faint">{escape(text)}</span>'
    nothing = escape(gettext("nothing handed in"))
    yield "missing", f'<span aria-hidden="true">–</span><span class="visually-hidden">{nothing}</span>'
