"""What a judge answered: read strictly, its quotes checked, its votes counted. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from courses.grading.judging.prompt import VERDICTS, Asked, clean
from courses.grading.strict_json import BadJson, load

LEAST_QUOTE = 4  # letters of evidence
SUSPECT = re.compile(
    r"ignor\w+ (?:all|any|the|your|toutes|les)|disregard|(?:previous|prior|above) (?:instruction|rule|prompt)"
    r"|(?:full|maximum|perfect|top) (?:marks?|score|points|credit)|(?:tous les|la note) (?:points|maximale)"
    r"|\bverdict\b|not_met|cannot_tell|\b(?:grader|judge|examiner|correcteur)\b|system prompt|new instructions?"
    r"|you (?:are|must|should|will) (?:now|answer|respond|reply|output|say|mark)|answer (?:met|yes) ",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Vote:
    verdicts: Mapping[str, str]  # by the id of the question
    quotes: Mapping[str, str]  # for what is met
    fooled: bool  # it said yes to the decoy


def read(asked: Asked, answer: str, text: str) -> Vote | None:
    """None: not an answer to what was asked. A yes without words that stand in the work is no yes."""
    try:
        given = load(answer)
    except BadJson:
        return None
    wanted = {*asked.names, asked.decoy}
    if not isinstance(given, dict) or set(given) != wanted or not all(_is_answer(each) for each in given.values()):
        return None
    said = {name: (given[shown]["verdict"], given[shown]["evidence"]) for shown, name in asked.names.items()}
    verdicts = {name: _checked(verdict, quote, text) for name, (verdict, quote) in said.items()}
    quotes = {name: said[name][1] for name, verdict in verdicts.items() if verdict == "met"}
    return Vote(verdicts, quotes, fooled=given[asked.decoy]["verdict"] == "met")


def _is_answer(given: object) -> bool:
    if not isinstance(given, dict) or set(given) != {"verdict", "evidence"}:
        return False
    return given["verdict"] in VERDICTS and isinstance(given["evidence"], str)


def _checked(verdict: str, quote: str, text: str) -> str:
    return "cannot_tell" if verdict == "met" and not stands_in(quote, text) else verdict


def stands_in(quote: str, text: str) -> bool:
    """Word for word, but for spaces and the form of letters."""
    wanted = _folded(quote)
    return sum(letter.isalnum() for letter in wanted) >= LEAST_QUOTE and wanted in _folded(text)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", clean(text)).split())


def agreed(votes: Sequence[Vote], question: str) -> tuple[str, bool]:
    """The verdict of most votes, and whether all of them gave it."""
    found = Counter(vote.verdicts[question] for vote in votes)
    [(verdict, times)] = found.most_common(1)
    return verdict, times == len(votes)


def looks_like_orders(text: str) -> bool:
    """Does the work speak to whoever marks it? Only a reason for a person to look."""
    return bool(SUSPECT.search(_folded(text)))
