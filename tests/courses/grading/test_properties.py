"""Whatever a student or a model writes: a score between 0 and 1 or none, no exception, twice the same."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.grading.assessment import assess
from courses.grading.criterion import Status
from courses.grading.evidence import Evidence, Part
from courses.grading.registry import all_criteria
from courses.grading.rubric import Rubric
from tests.courses.grading.test_picture_properties import PICTURE_PARAMS

PARAMS: dict[str, dict[str, Any]] = {
    "contains": {"terms": ["paris", ["été", "summer"], "a-b"], "over": "mean"},
    "regex": {"pattern": r"(?i)\b(\w+)-(\w+)|[^\x00-\x7f]+", "most": 3},
    "length": {"unit": "sentences", "least": 1, "most": 4, "margin": 2},
    "json_schema": {"schema": {"type": "object", "required": ["a"]}, "extract": "first"},
    "language": {"languages": ["fr"], "min_words": 3},
    "similarity": {"good": ["a"], "bad": ["b"]},
    "judge": {
        "questions": [{"id": "a", "text": "It names a city."}],
        "good": "Paris lies on the Seine.",
        "bad": "Rivers are long and wet.",
    },
    "forbidden": {"secrets": ["blue heron", "ß12"]},
    "finish": {"most_tokens": 20, "margin": 4},
    "tokens": {"most": 5, "margin": 2},
    "selection": {"tolerance": 0.1},
    "mask": {},
    "answers": {"of": "answer"},
    "abstain": {"of": "answer"},
    "calls_match": {"of": "answer"},
    "calls_schema": {"of": "answer"},
    "definition_quality": {"of": "answer"},
    "lift": {"of": "answer", "baseline": 0.4},
    "tool_trace": {"of": "answer", "order": ["find"]},
}

pieces = st.sampled_from(
    [
        '{"a":',
        "}",
        "[",
        "```",
        "\n- ",
        "NaN",
        "été",
        "paris",
        "heron",
        "blue",
        "Qmx1ZQ==",
        "1e999",
        "。",
        "\u202e",
        "\x00",
    ]
)
strange = st.text(st.characters(exclude_categories=[]), max_size=60)  # halves of surrogate pairs, too
texts = st.one_of(strange, st.text(max_size=300), st.lists(pieces | st.text(max_size=8), max_size=40).map("".join))
facts = st.fixed_dictionaries(
    {},
    optional={
        "finish": st.sampled_from(["stop", "length", "cut", "nonsense", None]),
        "completion_tokens": st.none() | st.integers(-5, 10**12) | st.text(max_size=3),
    },
)
parts = st.lists(
    st.builds(Part, st.sampled_from(["answer", "prompt"]), texts, st.just("turn:1"), facts), max_size=3
).map(tuple)
vectors = st.lists(st.lists(st.floats() | st.none(), max_size=3), max_size=4)
evidences = st.builds(
    Evidence, parts, st.dictionaries(st.just("criterion:x"), st.fixed_dictionaries({"vectors": vectors}))
)


def test_every_criterion_has_parameters_here() -> None:
    assert sorted([*PARAMS, *PICTURE_PARAMS]) == sorted(all_criteria())


@pytest.mark.parametrize("slug", sorted(PARAMS))
@given(evidence=evidences)
@settings(max_examples=60, deadline=None)
def test_criterion_never_fails_and_stays_in_range(slug: str, evidence: Evidence) -> None:
    criterion = all_criteria()[slug]
    params = criterion.params.model_validate(PARAMS[slug])
    if slug == "similarity" and any(
        None in vector for vector in evidence.results.get("criterion:x", {}).get("vectors", [])
    ):
        return  # the wire format allows no null in a vector

    finding = criterion.assess(params, evidence, "criterion:x")
    again = criterion.assess(params, evidence, "criterion:x")

    assert finding == again
    if finding.status in (Status.UNSCORED, Status.ERROR):
        assert finding.score is None
    else:
        assert finding.score is not None
        assert 0.0 <= finding.score <= 1.0


HOSTILE = ["\ud800 abc", "a\x00b" * 10, '{"a":"\\ud800"}', "[{" * 9_000, "x" * 50_000, "QUJD" * 9_000, "a-b " * 9_000]


@pytest.mark.parametrize("slug", sorted(PARAMS))
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_criterion_judges_hostile_text(slug: str, text: str) -> None:
    criterion = all_criteria()[slug]

    finding = criterion.assess(criterion.params.model_validate(PARAMS[slug]), Evidence((Part("answer", text),)), "key")

    assert finding.status in set(Status)


items = st.lists(
    st.tuples(st.sampled_from(sorted(PARAMS)), st.floats(0, 10), st.none() | st.floats(0, 1)), min_size=1, max_size=5
)


@given(items=items, evidence=evidences)
@settings(max_examples=100, deadline=None)
def test_mark_is_between_0_and_1_or_withheld(items: list[tuple[str, float, float | None]], evidence: Evidence) -> None:
    rubric = Rubric.model_validate(
        {
            "items": [
                {
                    "id": f"i{number}",
                    "title": {"en": "t"},
                    "criterion": slug,
                    "params": PARAMS[slug],
                    "weight": weight if number else 1 + weight,
                    "gate": None if cap is None else {"cap": cap},
                }
                for number, (slug, weight, cap) in enumerate(items)
            ]
        }
    )

    outcome = assess(rubric, evidence)

    assert outcome.withheld == (outcome.score is None)
    assert outcome.score is None or (math.isfinite(outcome.score) and 0.0 <= outcome.score <= 1.0)
    assert outcome == assess(rubric, evidence)
    assert [found["id"] for found in outcome.findings] == [item.id for item in rubric.items]
