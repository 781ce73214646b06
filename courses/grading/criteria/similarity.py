"""Is a text closer in meaning to good examples than to bad ones? By embeddings. Pure.

A cosine alone says nothing, because every model has its own scale; the difference between two of them does.
"""

import math
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from courses.grading.criterion import Criterion, Finding, Quote, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.parts import OfParts
from courses.texts import both
from workers.backends.requests import EmbedRequest
from workers.scheduling.spec import JobSpec, Lane

Example = Annotated[str, Field(min_length=1, max_length=4_000)]
TEXT_LIMIT = 8_000  # characters of a part that are compared


class Params(OfParts):
    of: str = Field("answer:last", pattern=r"^[a-z_]+(\.[a-z0-9-]+)?:(first|last)$")
    """One part of the work."""
    good: list[Example] = Field(min_length=1, max_length=10)
    """Texts that would deserve full marks."""
    bad: list[Example] = Field(min_length=1, max_length=10)
    """Texts on the same subject that would deserve nothing."""
    margin: float = Field(0.2, gt=0, le=1)
    """Difference of cosines: so much closer to the good ones gives full marks, so much closer to the bad ones none."""
    alias: str = "embed-small"
    """Model alias that makes the embeddings."""


def jobs(params: Params, evidence: Evidence, key: str) -> Sequence[JobSpec]:
    parts = evidence.named(params.of)
    if not parts or not parts[0].text.strip():
        return ()
    texts = [parts[0].text[:TEXT_LIMIT], *params.good, *params.bad]
    return (JobSpec(key=key, alias=params.alias, request=EmbedRequest(texts=texts), lane=Lane.SUBMISSION),)


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    parts = evidence.named(params.of)
    if not parts:
        text = both("There is nothing to compare.", "Il n'y a rien à comparer.")
        return Finding(Status.UNSCORED, None, text, data={"parts": 0})
    if not parts[0].text.strip():
        return Finding(Status.FAIL, 0.0, both("The text is empty.", "Le texte est vide."), data={"empty": True})
    vectors = _vectors(params, evidence, key)
    if vectors is None:
        text = both(
            "The comparison could not be made because of a fault on our side.",
            "La comparaison n'a pas pu se faire à cause d'une panne de notre côté.",
        )
        return Finding(Status.ERROR, None, text)
    return _judged(params, parts[0], vectors)


def _vectors(params: Params, evidence: Evidence, key: str) -> list[list[float]] | None:
    """One vector for the text, then for each good and bad example; None where they are not all there and sound."""
    vectors = (evidence.results.get(key) or {}).get("vectors")
    if not isinstance(vectors, list) or len(vectors) != 1 + len(params.good) + len(params.bad):
        return None
    sound = all(vector and len(vector) == len(vectors[0]) and _length(vector) > 0 for vector in vectors)
    return vectors if sound else None


def _judged(params: Params, part: Part, vectors: list[list[float]]) -> Finding:
    cosines = [_cosine(vectors[0], other) for other in vectors[1:]]
    good, bad = max(cosines[: len(params.good)]), max(cosines[len(params.good) :])
    score = min(1.0, max(0.0, 0.5 + (good - bad) / (2 * params.margin)))
    text = (
        both("Close to what was expected.", "Proche de ce qui était attendu.")
        if good - bad >= params.margin
        else both("Not close enough to what was expected.", "Pas assez proche de ce qui était attendu.")
    )
    status = Status.PASS if score >= 1 else Status.FAIL if score <= 0 else Status.PARTIAL
    data = {"good": round(good, 4), "bad": round(bad, 4), "margin": params.margin}
    return Finding(status, score, text, (Quote(part.text[:200], part.where, 0, min(200, len(part.text))),), data)


def _length(vector: Sequence[float]) -> float:
    length = math.hypot(*vector)
    return length if math.isfinite(length) else 0.0


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True)) / (_length(one) * _length(other))


CRITERION = Criterion(
    label=both("Close in meaning", "Proche par le sens"), params=Params, assess=assess, jobs=jobs, live=False
)
