"""Every criterion against cases with known results; a criterion without cases fails here."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from courses.grading.evidence import Evidence, Part
from courses.grading.registry import all_criteria

FOLDER = Path(__file__).parent / "golden"
CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")
    for path in sorted(FOLDER.glob("*.yml"))
    for case in yaml.safe_load(path.read_text())
]


def evidence_of(case: dict[str, Any]) -> Evidence:
    part = Part("answer", case["text"], "turn:1", case.get("facts", {}))
    results = {"criterion:x": {"vectors": case["vectors"]}} if "vectors" in case else {}
    return Evidence((part,), results)


@pytest.mark.parametrize(("slug", "case"), CASES)
def test_criterion_gives_the_known_result(slug: str, case: dict[str, Any]) -> None:
    criterion = all_criteria()[slug]

    finding = criterion.assess(criterion.params.model_validate(case["params"]), evidence_of(case), "criterion:x")

    assert {"status": str(finding.status), "score": finding.score} == case["expect"]
    if "quotes" in case:
        assert [quote.text for quote in finding.quotes] == case["quotes"]
    if "feedback" in case:
        assert finding.feedback == case["feedback"]


@pytest.mark.parametrize(("slug", "case"), CASES)
def test_quotes_stand_where_they_say(slug: str, case: dict[str, Any]) -> None:
    criterion = all_criteria()[slug]

    finding = criterion.assess(criterion.params.model_validate(case["params"]), evidence_of(case), "criterion:x")

    for quote in finding.quotes:
        assert case["text"][quote.start : quote.end][: len(quote.text)] == quote.text
        assert quote.where == "turn:1"


@pytest.mark.parametrize("slug", all_criteria())
def test_criterion_has_at_least_six_cases(slug: str) -> None:
    cases = yaml.safe_load((FOLDER / f"{slug}.yml").read_text())

    assert len(cases) >= 6
    assert len({case["expect"]["status"] for case in cases}) >= 2


@pytest.mark.parametrize(("slug", "case"), CASES)
def test_feedback_is_in_both_languages(slug: str, case: dict[str, Any]) -> None:
    criterion = all_criteria()[slug]

    finding = criterion.assess(criterion.params.model_validate(case["params"]), evidence_of(case), "criterion:x")

    assert sorted(language for language, text in finding.feedback.items() if text.strip()) == ["en", "fr"]
    assert sorted(criterion.label) == ["en", "fr"]
