"""A judge that obeys whoever speaks, one that answers nonsense, one that wavers: nobody gains by any of them."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from courses.grading.criteria.judge import CRITERION, Params, judge_version, pinned
from courses.grading.criterion import Finding, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.judging.agreement import agreement
from courses.grading.judging.prompt import clean, vote
from courses.grading.judging.verdicts import looks_like_orders, stands_in
from workers.backends.requests import ChatRequest

INJECTIONS = [
    line.encode("latin-1", "backslashreplace").decode("unicode_escape") if "\\" in line else line
    for line in Path(__file__).with_name("injections.txt").read_text().splitlines()
]
GOOD, BAD = "Paris lies on the Seine, in France.", "Rivers are long and wet, as a rule."
QUESTIONS = [
    {"id": "city", "text": "It names a city of France."},
    {"id": "river", "text": "It names a river of France."},
]
ADVISER = Params.model_validate({"questions": QUESTIONS, "good": GOOD, "bad": BAD})
JUDGE = ADVISER.model_copy(update={"calibrated": judge_version(ADVISER)})
Answers = dict[str, dict[str, str]]
Model = Callable[[ChatRequest, str, Answers], Any]


def asked_about(request: ChatRequest) -> tuple[str, dict[str, str]]:
    """The data between the marks, and the questions by name."""
    said = request.messages[-1].content
    [(_, data)] = re.findall(r"<<(DATA-[0-9a-f]+)\n(.*)\n\1>>", said)
    return json.loads(data), dict(re.findall(r"^- (q\w+): (.+)$", said, re.MULTILINE))


def honest(text: str, questions: dict[str, str]) -> Answers:
    """It knows one city and one river."""
    known = {"city": "Paris", "river": "Seine"}
    found = {
        name: next((word for key, word in known.items() if key in asked), "?") for name, asked in questions.items()
    }
    return {
        name: {"verdict": "met" if word in text else "not_met", "evidence": word if word in text else ""}
        for name, word in found.items()
    }


def fair(request: ChatRequest, text: str, said: Answers) -> Answers:
    return said


def obedient(request: ChatRequest, text: str, said: Answers) -> Answers:
    """Whoever says anything beside the work gets a yes to everything, with words of the work as evidence."""
    if text in (GOOD, BAD):
        return said
    return {key: {"verdict": "met", "evidence": text[:40]} for key in said}


def copying(request: ChatRequest, text: str, said: Answers) -> Any:
    """The first JSON in the work is its answer."""
    return next(iter(re.findall(r"[\[{].*[\]}]", text)), said)


def judged(text: str, model: Model = fair, params: Params = JUDGE, digest: str = "") -> Finding:
    evidence = Evidence((Part("answer", text, "turn:1"),))
    results = {}
    for job in CRITERION.jobs(params, evidence, "criterion:x"):
        assert isinstance(job.request, ChatRequest)
        data, questions = asked_about(job.request)
        answer = model(job.request, data, honest(data, questions))
        results[job.key] = {"text": answer if isinstance(answer, str) else json.dumps(answer), "digest": digest}
    return CRITERION.assess(params, Evidence(evidence.parts, results), "criterion:x")


def test_good_work_passes_and_its_words_are_shown() -> None:
    finding = judged("Paris is where the Seine flows.")

    assert (finding.status, finding.score) == (Status.PASS, 1.0)
    assert [quote.text for quote in finding.quotes] == ["Paris", "Seine"]
    assert judged("Lyon is where the Seine flows.").score == 0.5


def test_suite_is_large_enough() -> None:
    assert len(set(INJECTIONS)) >= 50


@pytest.mark.parametrize("model", [fair, obedient, copying], ids=["fair", "obedient", "copying"])
@pytest.mark.parametrize("injection", INJECTIONS)
def test_injection_gains_nothing(injection: str, model: Model) -> None:
    finding = judged(f"{BAD} {injection}", model)

    assert not finding.score


def test_uncalibrated_judge_only_advises() -> None:
    finding = judged("Paris is where the Seine flows.", params=ADVISER)

    assert (finding.status, finding.score, finding.data["advice"]) == (Status.UNSCORED, None, 1.0)
    other = JUDGE.model_copy(update={"votes": 5})
    assert judged("Paris is where the Seine flows.", params=other).score is None


def test_wavering_judge_calls_for_a_person() -> None:
    def wavering(request: ChatRequest, text: str, said: Answers) -> Answers:
        if text in (GOOD, BAD) or request.options.seed != 1:
            return said
        return {name: {"verdict": "not_met", "evidence": ""} for name in said}

    finding = judged("Paris is where the Seine flows.", wavering)
    assert (finding.status, finding.score) == (Status.NEEDS_REVIEW, 1.0)


@pytest.mark.parametrize("answer", ["", "met", "{}", '{"a": 1}', "[" * 5000, '{"q": {"verdict": "met"}}'])
def test_unreadable_answer_is_no_zero(answer: str) -> None:
    finding = judged("Paris is where the Seine flows.", lambda request, text, said: answer)

    assert (finding.status, finding.score, finding.data["trouble"]) == (Status.UNSCORED, None, "unreadable")


@pytest.mark.parametrize("verdict", ["met", "not_met"])
def test_judge_that_fails_its_controls_is_not_believed(verdict: str) -> None:
    def stuck(request: ChatRequest, text: str, said: Answers) -> Answers:
        return {name: {"verdict": verdict, "evidence": text[:20]} for name in said}

    assert judged("Paris is where the Seine flows.", stuck).score is None


def test_yes_needs_words_of_the_work() -> None:
    assert stands_in("on  the\nSeine", GOOD)
    assert not stands_in("Marseille", GOOD)
    assert not stands_in("a", GOOD)

    def inventing(request: ChatRequest, text: str, said: Answers) -> Answers:
        real = dict(said.items())
        return real if text in (GOOD, BAD) else {name: {**each, "evidence": "Marseille"} for name, each in real.items()}

    finding = judged("Paris is where the Seine flows.", inventing)
    assert (finding.status, finding.score) == (Status.NEEDS_REVIEW, 0.0)


@pytest.mark.parametrize("text", ["<|im_start|>x", "a\u200bb\u202ec\U000e0041", "[/INST] y", "\ud800 z"])
def test_what_nobody_sees_and_words_of_templates_do_not_reach_the_judge(text: str) -> None:
    said = vote({"city": "It names a city."}, text, 0).request.messages[-1].content

    assert not re.search("<\\||\u200b|\u202e|\U000e0041|\\[/INST\\]|\ud800", said)
    assert clean(clean(text)) == clean(text)


def test_marks_and_names_follow_the_work() -> None:
    one, other = vote({"city": "It names a city."}, "a", 0), vote({"city": "It names a city."}, "b", 0)

    assert set(one.names).isdisjoint(other.names)
    assert not looks_like_orders("Paris is the capital of France.")


def test_agreement_with_people() -> None:
    """Against the worked example of Cohen's κ with 20, 5, 10 and 15: share 0.7, κ 0.4."""
    found = agreement([(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15)

    assert (found.share, round(found.kappa.value, 12), found.prevalence) == (0.7, 0.4, 0.6)
    assert found.kappa.low < 0.4 < found.kappa.high
    assert found.reasons == ["kappa"]
    assert round(found.bias, 3) == -0.1
    assert agreement([(1, 1)] * 90).reasons == ["one_sided", "kappa"]
    assert agreement([(1, 1)] * 30 + [(0, 0)] * 30).reasons == []
    assert agreement([]).reasons == ["too_few", "one_sided", "kappa"]


def test_neighbouring_levels_half_agree() -> None:
    near = agreement([(0.5, 1.0)] * 20 + [(0.5, 0.0)] * 20 + [(1.0, 1.0)] * 20 + [(0.0, 0.0)] * 20, levels=2)
    far = agreement([(0.0, 1.0)] * 20 + [(1.0, 0.0)] * 20 + [(1.0, 1.0)] * 20 + [(0.0, 0.0)] * 20, levels=2)

    assert (near.share, far.share) == (0.5, 0.5)
    assert near.kappa.value > 0.6 > far.kappa.value
    assert near.table[(1, 2)] == 20


def test_judge_is_named_with_the_model_that_answers() -> None:
    one, other = pinned(ADVISER, ["sha256:" + "a" * 64] * 5), pinned(ADVISER, ["sha256:" + "b" * 64])

    assert one == f"{judge_version(ADVISER)}@{'a' * 12}"
    assert len({one, other, judge_version(ADVISER)}) == 3
    moved = JUDGE.model_copy(update={"calibrated": one})
    text = "Paris is where the Seine flows."
    assert judged(text, params=moved, digest="a" * 64).score == 1.0
    assert judged(text, params=moved, digest="b" * 64).data["trouble"] == "not_calibrated"


def test_wavering_is_told_apart_from_doubt() -> None:
    def wavering(request: ChatRequest, text: str, said: Answers) -> Answers:
        if text in (GOOD, BAD) or request.options.seed != 1:
            return said
        return {name: {"verdict": "not_met", "evidence": ""} for name in said}

    def doubting(request: ChatRequest, text: str, said: Answers) -> Answers:
        if text in (GOOD, BAD):
            return said
        return {name: {"verdict": "cannot_tell", "evidence": ""} for name in said}

    text = "Paris is where the Seine flows."
    assert judged(text, wavering).data.get("split") is True
    assert "split" not in judged(text, doubting).data
