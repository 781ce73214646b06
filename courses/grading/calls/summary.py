"""Many runs of many cases as one finding. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from courses.grading.criterion import Finding, Quote
from courses.grading.evidence import Evidence, Part
from courses.grading.findings import status_of
from courses.grading.intervals import wilson
from courses.texts import Text, both, localise

SHOWN = 5  # faults and quotes
NOTHING = both("No question was run here.", "Aucune question n'a été exécutée ici.")


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of one run of one case."""

    part: Part
    score: float
    faults: Sequence[Text] = ()

    @property
    def passed(self) -> bool:
        return self.score >= 1.0


def cases(evidence: Evidence, of: str, *, sample: bool | None = None) -> list[Part]:
    """`sample`: only the public ones, only the hidden ones; None: all."""
    parts = [part for part in evidence.named(of) if "case" in part.facts]
    return [part for part in parts if sample is None or bool(part.facts.get("visible")) == sample]


def summarise(judged: Sequence[Judged], *, credit: str = "partial") -> Finding:
    """The mean score, or with `credit: binary` the share of runs in which all was right."""
    passed = sum(each.passed for each in judged)
    score = sum(each.score if credit == "partial" else float(each.passed) for each in judged) / len(judged)
    low, high = wilson(passed, len(judged))
    data = {"passed": passed, "of": len(judged), "low": round(low, 4), "high": round(high, 4), "runs": [
        {"case": each.part.facts["case"], "seed": each.part.facts.get("seed", 1), "score": round(each.score, 4)}
        for each in judged
    ]}  # fmt: skip
    wrong = [each for each in judged if not each.passed and each.part.facts.get("visible")]
    quotes = tuple(_quote(each.part) for each in wrong[:SHOWN] if each.part.text)
    return Finding(status_of(score), min(1.0, score), _feedback(judged, passed, low, high), quotes, data)


def _quote(part: Part) -> Quote:
    text = part.text[:500]
    return Quote(text, part.where, 0, len(text))


def _feedback(judged: Sequence[Judged], passed: int, low: float, high: float) -> Text:
    found = both(
        "{passed} of {of} runs are right ({share:.0%}; at 95 %, between {low:.0%} and {high:.0%}).",
        "{passed} exécutions sur {of} sont justes ({share:.0%} ; à 95 %, entre {low:.0%} et {high:.0%}).",
        passed=passed,
        of=len(judged),
        share=passed / len(judged),
        low=low,
        high=high,
    )
    for language in found:
        lines = [*_open_faults(judged, language), *_hidden_faults(judged, language)]
        found[language] = " ".join([found[language], *lines])
    return found


def _open_faults(judged: Sequence[Judged], language: str) -> list[str]:
    open_ones = [each for each in judged if each.faults and each.part.facts.get("visible")]
    return [
        f"“{each.part.facts['question'][:60]}” → {localise(each.faults[0], language)}" for each in open_ones[:SHOWN]
    ]


def _hidden_faults(judged: Sequence[Judged], language: str) -> list[str]:
    """Of hidden questions only the category."""
    wrong = [each for each in judged if not each.passed and not each.part.facts.get("visible")]
    counted = Counter(localise(each.part.facts.get("category") or {}, language) for each in wrong)
    if not counted:
        return []
    said = ", ".join(f"{category} ({count})" for category, count in counted.most_common(SHOWN))
    return [f"{'Questions cachées manquées' if language == 'fr' else 'Hidden questions that failed'}: {said}."]
