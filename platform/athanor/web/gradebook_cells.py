"""The cells of the gradebook, drawn without a template each: a page has thousands."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
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

    @classmethod
    def of_now(cls) -> "Drawing":
        before, _id, after = reverse("review_attempt", args=[ANY]).partition(ANY)
        return cls(before, after, _icons(), _words())

    def row(self, line: Line, exercises: list[Exercise]) -> SafeString:
        return SafeString("".join(self._cell(line, each) for each in exercises))

    def _cell(self, line: Line, exercise: Exercise) -> str:
        cell = line.cell(exercise)
        text = self.words.get(cell.state, "")
        if cell.value is not None or cell.state == "waiting":
            said = self.words["no mark"] if cell.value is None else points(cell.value * float(exercise.points))
            text = f'<a href="{self.before}{cell.attempt}{self.after}">{said}</a>'
        shown = {"clock": cell.late, "user": cell.human, "eye-off": cell.value is not None and not cell.shown,
                 "half-circle": line.dropped(exercise), "scale": cell.waiting}  # fmt: skip
        icons = "".join(self.icons[name] for name, holds in shown.items() if holds)
        return f'<td data-state="{cell.state}">{text}{icons}</td>'

    def by_hand(self, line: Line, columns: list[Column]) -> SafeString:
        return SafeString("".join(self._hand(line, each) for each in columns))

    def _hand(self, line: Line, column: Column) -> str:
        mark = line.by_hand.get(column.pk)
        text = self.words["missing"] if mark is None or mark.points is None else points(float(mark.points))
        icon = self.icons["half-circle"] if line.dropped(column) else ""
        return f"<td>{text}{icon}</td>"


def points(value: float) -> str:
    return _points(round(value, 4), get_language() or "en")


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
