import json
from typing import Any

import pytest
from pydantic import ValidationError

from courses.grading import assessment
from courses.grading.assessment import assess, live, outline
from courses.grading.criterion import Criterion, Finding, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.findings import HIDDEN_TITLE, for_student, overridden, total
from courses.grading.parts import OfParts
from courses.grading.registry import all_criteria
from courses.grading.rubric import Rubric, content, digest
from courses.texts import both


def evidence_of(*texts: str) -> Evidence:
    return Evidence(tuple(Part("answer", text, f"turn:{number}") for number, text in enumerate(texts)))


def item(name: str, term: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "title": {"en": name}, "criterion": "contains", "params": {"terms": [term]}, **more}


def unsure(name: str, **more: Any) -> dict[str, Any]:
    """A criterion that cannot be judged on a short text."""
    return {"id": name, "title": {"en": name}, "criterion": "language", "params": {"languages": ["fr"]}, **more}


def rubric_of(*items: dict[str, Any]) -> Rubric:
    return Rubric.model_validate({"items": list(items)})


def group(rule: str, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "group", "title": {"en": "group"}, "group": rule, "items": list(items), **more}


def test_mark_is_the_weighted_mean() -> None:
    outcome = assess(rubric_of(item("one", "yes", weight=3), item("two", "no")), evidence_of("yes"))

    assert outcome.score == 0.75
    assert not outcome.withheld


def test_weight_zero_informs_and_counts_nothing() -> None:
    outcome = assess(rubric_of(item("one", "yes"), item("two", "no", weight=0)), evidence_of("yes"))

    assert outcome.score == 1.0
    assert [found["status"] for found in outcome.findings] == ["pass", "fail"]


def test_failed_gate_caps_the_mark() -> None:
    rubric = rubric_of(item("one", "yes", weight=9), item("two", "no", gate={"cap": 0.3}))

    assert assess(rubric, evidence_of("yes")).score == 0.3
    assert assess(rubric, evidence_of("yes no")).score == 1.0


def test_gate_never_raises_the_mark() -> None:
    rubric = rubric_of(item("one", "yes", weight=9), item("two", "no", gate={"cap": 0.9}))

    assert assess(rubric, evidence_of("nothing")).score == 0.0


def test_unscored_with_weight_withholds_the_mark() -> None:
    outcome = assess(rubric_of(item("one", "yes"), unsure("two")), evidence_of("yes"))

    assert (outcome.score, outcome.withheld, outcome.broken) == (None, True, False)


def test_unscored_without_weight_does_not_withhold() -> None:
    outcome = assess(rubric_of(item("one", "yes"), unsure("two", weight=0)), evidence_of("yes"))

    assert (outcome.score, outcome.withheld) == (1.0, False)


def test_unscored_gate_without_weight_withholds_because_the_cap_is_unknown() -> None:
    outcome = assess(rubric_of(item("one", "yes"), unsure("two", weight=0, gate={"cap": 0})), evidence_of("yes"))

    assert outcome.withheld


def test_criterion_that_fails_is_our_fault_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(params: OfParts, evidence: Evidence, key: str) -> Finding:
        raise ZeroDivisionError

    broken = Criterion(label=both("x", "x"), params=OfParts, assess=explode)
    monkeypatch.setitem(all_criteria(), "broken", broken)
    rubric = rubric_of({"id": "b", "title": {"en": "b"}, "criterion": "broken"}, item("one", "yes"))

    outcome = assess(rubric, evidence_of("yes"))

    assert (outcome.score, outcome.withheld, outcome.broken) == (None, True, True)
    assert [found["status"] for found in outcome.findings] == ["error", "pass"]


@pytest.mark.parametrize("score", [1.5, -0.1, float("nan"), None])
def test_unsound_score_is_an_error_and_never_a_mark(monkeypatch: pytest.MonkeyPatch, score: float | None) -> None:
    wild = Criterion(
        label=both("x", "x"),
        params=OfParts,
        assess=lambda params, evidence, key: Finding(Status.PASS, score, both("x", "x")),
    )
    monkeypatch.setitem(all_criteria(), "wild", wild)

    outcome = assess(rubric_of({"id": "w", "title": {"en": "w"}, "criterion": "wild"}), evidence_of("yes"))

    assert (outcome.score, outcome.broken) == (None, True)


@pytest.mark.parametrize(
    ("rule", "text", "score"),
    [
        ("all", "a1 b2", 1.0),
        ("all", "a1", 0.0),
        ("any", "b2", 1.0),
        ("any", "", 0.0),
        ("best_of", "a1", 1.0),
        ("min", "a1", 0.0),
        ("mean", "a1", 0.75),
    ],
)
def test_group_combines_its_members(rule: str, text: str, score: float) -> None:
    rubric = rubric_of(group(rule, item("one", "a1", weight=3), item("two", "b2")))

    assert assess(rubric, evidence_of(text)).score == score


def test_group_n_of_counts_in_proportion_below_n() -> None:
    members = [item("one", "a1"), item("two", "b2"), item("three", "c3")]
    rubric = rubric_of(group("n_of", *members, n=2))

    assert assess(rubric, evidence_of("a1")).score == 0.5
    assert assess(rubric, evidence_of("a1 c3")).score == 1.0
    assert assess(rubric, evidence_of("a1 b2 c3")).score == 1.0


def test_group_ignores_a_member_that_could_not_change_the_result() -> None:
    assert assess(rubric_of(group("any", item("one", "yes"), unsure("two"))), evidence_of("yes")).score == 1.0
    assert assess(rubric_of(group("all", item("one", "no"), unsure("two"))), evidence_of("yes")).score == 0.0


def test_group_is_withheld_when_a_member_could_change_the_result() -> None:
    outcome = assess(rubric_of(group("any", item("one", "no"), unsure("two"))), evidence_of("yes"))

    assert (outcome.score, outcome.withheld) == (None, True)


def test_no_part_is_neither_pass_nor_zero() -> None:
    outcome = assess(rubric_of(item("one", "no", params={"terms": ["x"], "require": "none"})), evidence_of())

    assert outcome.score is None
    assert outcome.findings[0]["status"] == "unscored"


@pytest.mark.parametrize(("over", "score"), [("each", 0.0), ("any", 1.0), ("mean", 0.5)])
def test_several_parts_count_as_the_author_says(over: str, score: float) -> None:
    rubric = rubric_of(item("one", "", params={"terms": ["yes"], "of": "answer", "over": over}))

    assert assess(rubric, evidence_of("yes", "no")).score == score


def test_human_change_moves_the_mark_and_keeps_the_machine_score() -> None:
    findings = assess(rubric_of(item("one", "yes"), item("two", "no")), evidence_of("yes")).findings

    changed = overridden(findings, {"two": 1.0})

    assert total(changed).score == 1.0
    assert changed[1]["data"]["machine_score"] == 0.0
    assert total(overridden(changed, {"two": 0.5})).findings[1]["data"]["machine_score"] == 0.0
    assert findings[1]["score"] == 0.0


def test_human_change_of_a_member_moves_its_group() -> None:
    findings = assess(rubric_of(group("all", item("one", "yes"), item("two", "no"))), evidence_of("yes")).findings

    assert total(overridden(findings, {"two": 1.0})).score == 1.0
    assert total(overridden(findings, {"group": 0.4})).score == 0.4


def test_human_change_of_an_unknown_criterion_is_refused() -> None:
    with pytest.raises(KeyError, match="nope"):
        overridden(assess(rubric_of(item("one", "yes")), evidence_of("yes")).findings, {"nope": 1.0})


def test_student_reads_no_evidence_of_hidden_criteria() -> None:
    rubric = rubric_of(
        item("open", "yes"),
        item("cat", "secretword", visibility="category"),
        item("hid", "canary", visibility="hidden", hint={"en": "canary hint"}),
    )

    shown = for_student(assess(rubric, evidence_of("yes canary")).findings)

    assert [found["title"] for found in shown] == [{"en": "open"}, {"en": "cat"}, HIDDEN_TITLE]
    assert "canary" not in json.dumps(shown)
    assert "secretword" not in json.dumps(shown)
    assert [found["score"] for found in shown] == [1.0, 0.0, 1.0]


def test_live_shows_public_criteria_only() -> None:
    rubric = rubric_of(
        item("open", "yes"),
        item("hid", "x", visibility="hidden"),
        {"id": "far", "title": {"en": "far"}, "criterion": "similarity", "params": {"good": ["a"], "bad": ["b"]}},
    )

    assert [found["id"] for found in live(rubric, evidence_of("yes"))] == ["open"]


def test_live_says_of_what_comes_later_that_it_is_judged_at_submission() -> None:
    rubric = rubric_of(item("later", "x", params={"terms": ["x"], "of": "probe"}), item("now", "yes"))

    later, now = live(rubric, evidence_of("yes"))

    assert (later["status"], later["feedback"]) == ("unscored", assessment.LATER)
    assert now["status"] == "pass"


def test_outline_hides_names_of_hidden_criteria_from_students() -> None:
    rubric = rubric_of(item("open", "yes"), item("hid", "x", visibility="hidden"))

    assert [found["title"] for found in outline(rubric)] == [{"en": "open"}, HIDDEN_TITLE]
    assert [found["id"] for found in outline(rubric, reveal=True)] == ["open", "hid"]
    assert [found["share"] for found in outline(rubric)] == [0.5, 0.5]


def test_jobs_are_named_by_their_criterion() -> None:
    far = {"id": "far", "title": {"en": "far"}, "criterion": "similarity", "params": {"good": ["a"], "bad": ["b"]}}

    [job] = assessment.jobs(rubric_of(far), evidence_of("yes"))

    assert job.key == "criterion:far"
    assert job.request.texts == ["yes", "a", "b"]  # type: ignore[union-attr]


def test_digest_depends_on_meaning_not_on_order_of_keys() -> None:
    one = rubric_of(item("one", "yes"))
    same = Rubric.model_validate(json.loads(json.dumps(content(one), sort_keys=True)))

    assert digest(one) == digest(same)
    assert digest(one) != digest(rubric_of(item("one", "no")))


def test_content_survives_the_database() -> None:
    schema = {"type": "object"}
    one = rubric_of({"id": "j", "title": {"en": "j"}, "criterion": "json_schema", "params": {"schema": schema}})

    assert Rubric.model_validate(json.loads(json.dumps(content(one)))) == one


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ([item("one", "a1"), item("one", "b2")], "the id 'one' is used twice"),
        ([item("one", "a1", weight=0)], "at least one item needs a weight above 0"),
        ([item("one", "a1", criterion="nope")], "unknown criterion 'nope'"),
        ([item("one", "a1", params={"terms": ["x"], "extra": 1})], "Extra inputs are not permitted"),
        ([item("one", "a1", weight=-1)], "greater than or equal to 0"),
        ([item("one", "a1", weight=float("nan"))], "finite number"),
        ([group("n_of", item("one", "a1"))], "`n` belongs to a group `n_of`"),
        ([group("n_of", item("one", "a1"), n=2)], "the group has 1 items"),
        ([item("one", "a1", criterion="regex", params={"pattern": "("})], "missing \\)"),
        (
            [item("one", "a1", criterion="json_schema", params={"schema": {"$ref": "http://x/y"}})],
            "only references inside this schema",
        ),
        ([item("one", "a1", criterion="json_schema", params={"schema": {"type": 3}})], "not a JSON Schema"),
        ([item("one", "a1", criterion="length", params={"unit": "words"})], "`least`, `most` or both"),
    ],
)
def test_wrong_rubric_is_refused_with_a_reason(wrong: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Rubric.model_validate({"items": wrong})


def test_errors_in_parameters_name_their_place() -> None:
    with pytest.raises(ValidationError) as caught:
        rubric_of(item("one", "a1"), item("two", "b2", params={"terms": [], "n": 0}))

    places = [error["loc"] for error in caught.value.errors()]
    assert ("items", 1, "(criterion)", "params", "terms") in places
