"""What is compared of an attempt: its words, its pictures, and what everybody was given."""

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from courses.attempts import stored
from courses.attempts.models import Attempt
from courses.attempts.selectors import kind_of
from courses.catalog.models import Exercise
from courses.grading.pixels.hashing import phash, text_of
from courses.similarity.models import Print
from courses.similarity.pairing import Work
from courses.similarity.prints import VERSION, Hashes, fingerprints, given, strings
from workers.backends import pictures

logger = logging.getLogger(__name__)
MOST_PICTURES = 8  # of one attempt


def starter(exercise: Exercise) -> Hashes:
    """Shingles of what the exercise itself says: nobody copied them from anybody."""
    kind = kind_of(exercise)
    public = kind.public(kind.spec.model_validate(exercise.spec))
    return given(strings([exercise.statement, exercise.prefill, public, exercise.title]))


def version(exercise: Exercise, without: Hashes) -> str:
    """Other prints are needed where the way of making them, or what everybody was given, is another one."""
    return f"{VERSION}:{hashlib.sha256(without.tobytes()).hexdigest()[:16]}"


def prints_of(exercise: Exercise, attempts: Sequence[Attempt], without: Hashes) -> Iterator[Print]:
    """Two queries. Work that cannot be read has an empty print."""
    records, name = stored.records(attempts), version(exercise, without)
    for attempt in attempts:
        words, shown = _read(attempt, records[attempt.pk])
        hashes = fingerprints(words, without).astype("<u8").tobytes()
        yield Print(attempt=attempt, exercise=exercise, version=name, hashes=hashes, pictures=shown)


def _read(attempt: Attempt, record: stored.Record) -> tuple[str, list[str]]:
    try:
        return words_of(attempt, record), [_hash(each) for each in pictures_of(attempt, record)[:MOST_PICTURES]]
    except Exception:
        logger.exception("Attempt %s cannot be compared.", attempt.pk)
        return "", []


def _hash(digest: str) -> str:
    return text_of(phash(pictures.read(digest)))


def words_of(attempt: Attempt, record: stored.Record) -> str:
    kind = kind_of(attempt.exercise)
    spec, answer = kind.spec.model_validate(attempt.spec), kind.answer.model_validate(attempt.answer)
    return str(kind.similarity_key(spec, answer, record.work))


def pictures_of(attempt: Attempt, record: stored.Record) -> list[str]:
    """Digests."""
    kind = kind_of(attempt.exercise)
    if kind.similarity_pictures is None:
        return []
    spec, answer = kind.spec.model_validate(attempt.spec), kind.answer.model_validate(attempt.answer)
    return list(kind.similarity_pictures(spec, answer, record.work))


def work_of(row: Print, groups: Mapping[int, frozenset[int]]) -> Work:
    student = row.attempt.student_id
    hashes = np.frombuffer(bytes(row.hashes), "<u8").astype(np.uint64)
    return Work(str(row.attempt_id), student, groups.get(student, frozenset()), hashes,
                [int(each, 16) for each in row.pictures])  # fmt: skip
