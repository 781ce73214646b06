"""Reading pairs. Every function expects that `people.rules.check_can_review` was asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from courses.attempts import stored
from courses.attempts.models import Attempt
from courses.catalog.models import Exercise
from courses.similarity import prints, reading
from courses.similarity.models import Comparison, Pair

Part = tuple[str, bool]  # text, and whether it stands in the other work too


@dataclass(frozen=True, slots=True)
class Side:
    """One of two works, as it is compared."""

    attempt: Attempt
    parts: Sequence[Part]
    pictures: Sequence[str]  # digests


def pairs_of(exercise: Exercise) -> QuerySet[Pair]:
    """What nobody has settled comes first, then the most alike."""
    rows = Pair.objects.filter(exercise=exercise).select_related("first__student", "second__student")
    return rows.order_by("verdict", "-share", "bits", "pk")


def comparison_of(exercise: Exercise) -> Comparison | None:
    return Comparison.objects.filter(exercise=exercise).first()


def sides(pair: Pair) -> tuple[Side, Side]:
    """Both works with their shared passages; without what everybody was given."""
    attempts = [pair.first, pair.second]
    for each in attempts:
        each.exercise = pair.exercise
    records, without = stored.records(attempts), reading.starter(pair.exercise)
    texts = [reading.words_of(each, records[each.pk]) for each in attempts]
    shown = [reading.pictures_of(each, records[each.pk]) for each in attempts]
    one, other = (
        Side(attempts[n], _parts(texts[n], prints.shared(texts[n], texts[1 - n], without)), shown[n]) for n in (0, 1)
    )
    return one, other


def _parts(text: str, spans: Sequence[tuple[int, int]]) -> list[Part]:
    found, at = list[Part](), 0
    for begin, end in spans:
        found += [(text[at:begin], False), (text[begin:end], True)]
        at = end
    return [each for each in [*found, (text[at:], False)] if each[0]]
