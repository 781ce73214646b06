"""Every criterion against cases with known results; a criterion without cases fails here."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from courses.grading.criterion import Finding
from courses.grading.evidence import Evidence, Part
from courses.grading.registry import all_criteria
from tests.courses.grading.pictures import picture

FOLDER = Path(__file__).parent / "golden"
FOUND: dict[tuple[str, str], Finding] = {}
CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")
    for path in sorted(FOLDER.glob("*.yml"))
    for case in yaml.safe_load(path.read_text())
]


def evidence_of(case: dict[str, Any]) -> Evidence:
    text = [Part(case.get("part", "answer"), case["text"], "turn:1", case.get("facts", {}))] if "text" in case else []
    parts = [
        Part(name, "", f"{name}-{place}", case.get("facts", {}) | each.get("facts", {}), partial(picture, each["is"]))
        for name in ("picture", "target")
        for place, each in enumerate(_pictures(case.get(name, [])))
    ]
    results = {"criterion:x": {"vectors": case["vectors"]}} if "vectors" in case else {}
    return Evidence((*text, *parts), {**results, **case.get("results", {})}, picture)


def _pictures(given: list[Any]) -> list[dict[str, Any]]:
    return [each if isinstance(each, dict) else {"is": each} for each in given]


def finding_of(slug: str, case: dict[str, Any]) -> Finding:
    """Computed once for all tests of a case."""
    key = (slug, case["name"])
    if key not in FOUND:
        criterion = all_criteria()[slug]
        params = criterion.params.model_validate(case["params"])
        FOUND[key] = criterion.assess(params, evidence_of(case), "criterion:x")
    return FOUND[key]


@pytest.mark.parametrize(("slug", "case"), CASES)
def test_criterion_gives_the_known_result(slug: str, case: dict[str, Any]) -> None:
    finding = finding_of(slug, case)

    assert str(finding.status) == case["expect"]["status"]
    assert finding.score == pytest.approx(case["expect"]["score"], abs=case.get("within", 1e-9))
    if "quotes" in case:
        assert [quote.text for quote in finding.quotes] == case["quotes"]
    if "feedback" in case:
        assert finding.feedback == case["feedback"]


@pytest.mark.parametrize(("slug", "case"), CASES)
def test_quotes_stand_where_they_say(slug: str, case: dict[str, Any]) -> None:
    finding = finding_of(slug, case)

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
    finding = finding_of(slug, case)

    assert sorted(language for language, text in finding.feedback.items() if text.strip()) == ["en", "fr"]
    assert sorted(all_criteria()[slug].label) == ["en", "fr"]
