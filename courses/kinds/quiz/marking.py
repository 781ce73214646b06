"""What an answer to one question is worth, and what to say to it. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from courses.grading.folding import fold, occurrences
from courses.kinds.quiz.numbers import factor_of, readings
from courses.kinds.quiz.schema import (
    Comparator,
    Match,
    Multiple,
    Number,
    Order,
    Question,
    Single,
    Words,
    compiled,
    key_of,
    worth,
)
from courses.texts import Text, both

EDGES = " \t\n.,;:!?…\"'()"


@dataclass(frozen=True, slots=True)
class Marked:
    score: float  # 0..1
    said: tuple[Text, ...] = ()  # the author's feedback
    answered: bool = True


UNANSWERED = Marked(0.0, (), answered=False)


def mark(question: Question, given: Any) -> Marked:
    """Whatever was given, a mark comes out: what cannot be understood is worth nothing."""
    if not is_answered(given):
        return UNANSWERED
    marked = MARKS[type(question)](question, given)
    whole = marked.score >= 1 or question.partial
    return marked if whole else Marked(0.0, marked.said)


def is_answered(given: Any) -> bool:
    if isinstance(given, str):
        return bool(given.strip())
    if isinstance(given, Mapping):
        return any(str(value).strip() for value in given.values())
    return bool(given)


def _single(question: Single, given: Any) -> Marked:
    chosen = next((option for option in question.options if key_of(option.text) == given), None)
    if chosen is None:
        return Marked(0.0)
    return Marked(worth(chosen), _said(chosen.feedback))


def _multiple(question: Multiple, given: Any) -> Marked:
    """The share of the right ones minus the share of the wrong ones: choosing everything gives nothing."""
    keys = [str(key) for key in given] if isinstance(given, list) else []
    chosen = [option for option in question.options if key_of(option.text) in keys]
    right, wrong = (sum(1 for option in question.options if option.right is value) for value in (True, False))
    hits, slips = (sum(1 for option in chosen if option.right is value) for value in (True, False))
    score = hits / right - (slips / wrong if wrong else 0.0)
    return Marked(max(0.0, score), tuple(option.feedback for option in chosen if option.feedback))


def _number(question: Number, given: Any) -> Marked:
    units = {question.unit: 1.0, **question.units} if question.unit else {}
    found = [_reading(question, value, unit, units) for value, unit in readings(str(given))]
    return max(found, key=lambda marked: marked.score, default=Marked(0.0))


def _reading(question: Number, value: float, unit: str, units: Mapping[str, float]) -> Marked:
    factor = factor_of(unit, units) if unit else None
    if _near(question, value * (factor or 1.0), question.answer):
        if factor is not None or (not unit and not question.unit_required):
            return Marked(1.0)
        return Marked(0.5, (NO_UNIT if not unit else OTHER_UNIT,))
    for mistake in question.mistakes:
        if _near(question, value * (factor or 1.0), mistake.value):
            return Marked(mistake.credit, (mistake.feedback,))
    return Marked(0.0)


NO_UNIT = both("The number is right, but its unit is missing.", "Le nombre est juste, mais il manque l'unité.")
OTHER_UNIT = both("The number is right, but not in this unit.", "Le nombre est juste, mais pas dans cette unité.")


def _near(question: Number, value: float, wanted: float) -> bool:
    """The tolerance, and a hair for what a binary fraction cannot say."""
    allowed = max(question.tolerance, question.relative * abs(wanted))
    return abs(value - wanted) <= allowed + 1e-9 * max(1.0, abs(wanted))


def _words(question: Words, given: Any) -> Marked:
    text = _folded(question, str(given))
    for answer in question.answers:
        comparator = Comparator(equals=answer) if isinstance(answer, str) else answer
        if _fits(question, comparator, str(given), text):
            return Marked(comparator.credit, _said(comparator.feedback))
    return Marked(0.0)


def _folded(question: Words, text: str) -> str:
    plain = fold(text, case=not question.case, accents=not question.accents).text
    return " ".join(plain.split()).strip(EDGES)


def _fits(question: Words, comparator: Comparator, typed: str, text: str) -> bool:
    if comparator.regex is not None:
        pattern = comparator.regex if question.case else f"(?i:{comparator.regex})"
        return compiled(pattern).fullmatch(typed.strip()) is not None
    if comparator.close is not None:
        return _distance(text, _folded(question, comparator.close)) <= comparator.distance
    if comparator.contains is not None:
        haystack = fold(text, case=False, accents=False)  # folded already, as far as this question wants
        return all(
            any(occurrences(haystack, _folded(question, word), words=True)) for word in _list(comparator.contains)
        )
    return text in {_folded(question, word) for word in _list(comparator.equals or [])}


def _list(given: list[str] | str) -> list[str]:
    return [given] if isinstance(given, str) else given


def _distance(one: str, other: str) -> int:
    """Insertions, deletions, changes and swaps of neighbours (Damerau 1964, optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        older, before, row = before, row, [i]
        for j, wanted in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _order(question: Order, given: Any) -> Marked:
    """Kendall's τ (1938), never below 0: pairs in the right order minus pairs in the wrong one, over all pairs."""
    places = {key: _place(value) for key, value in given.items()} if isinstance(given, Mapping) else {}
    found = [places.get(key_of(item)) for item in question.items]
    pairs = list(combinations(found, 2))
    right = sum(1 for a, b in pairs if a is not None and b is not None and a < b)
    wrong = sum(1 for a, b in pairs if a is not None and b is not None and a > b)
    return Marked(max(0.0, (right - wrong) / len(pairs)))


def _place(value: Any) -> int | None:
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


def _match(question: Match, given: Any) -> Marked:
    chosen = given if isinstance(given, Mapping) else {}
    hits = sum(1 for pair in question.pairs if chosen.get(key_of(pair.left)) == key_of(pair.right))
    return Marked(hits / len(question.pairs))


def _said(feedback: Text | None) -> tuple[Text, ...]:
    return (feedback,) if feedback else ()


MARKS: Mapping[type[Question], Callable[[Any, Any], Marked]] = {
    Single: _single, Multiple: _multiple, Number: _number, Words: _words, Order: _order, Match: _match,
}  # fmt: skip


def verdict(marked: Marked) -> Text:
    if not marked.answered:
        return both("Not answered.", "Sans réponse.")
    if marked.score >= 1:
        return both("Right.", "Juste.")
    if marked.score <= 0:
        return both("Not right.", "Faux.")
    return both("Partly right.", "En partie juste.")


def joined(texts: Sequence[Text]) -> Text:
    """Several texts as one; a language that one of them lacks takes its other language."""
    return {
        code: " ".join(filter(None, (text.get(code) or next(iter(text.values()), "") for text in texts)))
        for code in ("en", "fr")
    }
