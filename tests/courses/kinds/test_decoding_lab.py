"""The decoding lab over a made-up model: what is refused, which way was gone, what the questions are worth."""

import asyncio
from typing import Any

import numpy as np
import pytest

from courses.grading.assessment import assess
from courses.grading.rubric import Rubric
from courses.kinds.decoding_lab import KIND, settings
from courses.kinds.decoding_lab.form import LabForm
from courses.kinds.decoding_lab.grade import default_rubric, draft_evidence, evidence
from courses.kinds.decoding_lab.plan import plan, plan_run, question_key, request_of
from courses.kinds.decoding_lab.schema import LabAnswer, LabRun, LabSpec
from courses.kinds.work import Refusal, Run, Work
from tests.courses.made_up_model import answer, scores, token
from workers.backends.requests import PredictRequest, PredictResult, TokenizeRequest

SCHEMA = {
    "type": "object",
    "properties": {"ok": {"type": "boolean"}},
    "required": ["ok"],
    "additionalProperties": False,
}
SPEC = LabSpec(student_stop=True, bias=2)


def step(spec: LabSpec, runs: list[Run], **fields: Any) -> list[Run]:
    """One run more, computed by the made-up model."""
    payload = LabRun.model_validate({"text": "Is it?", **fields})
    number = str(len(runs) + 1)
    request = plan_run(spec, Work(runs), payload, number).request
    assert isinstance(request, PredictRequest | TokenizeRequest)
    return [*runs, Run(number, payload.parent, payload.model_dump(), "done", answer(request))]


def refusal(spec: LabSpec = SPEC, runs: list[Run] | None = None, **fields: Any) -> str:
    with pytest.raises(Refusal) as caught:
        step(spec, runs or [], **fields)
    assert all(caught.value.text[language] for language in ("en", "fr"))
    return caught.value.code


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": " \n"}, "empty"),
        ({"tool": "tokenize", "text": ""}, "empty"),
        ({"text": "x" * 100_000}, "too_long"),
        ({"tool": "tokenize", "text": "é" * 100_000}, "too_long"),
        ({"tool": "dream"}, "tool_not_allowed"),
        ({"tool": "tokenize", "text": "", "ids": "1 2 x"}, "not_ids"),
        ({"tool": "tokenize", "text": "", "ids": "-1"}, "not_ids"),
        ({"tool": "tokenize", "text": "", "ids": "99999999999999999999"}, "not_ids"),
        ({"tool": "tokenize", "text": "", "ids": "\u0661"}, "not_ids"),
        ({"tool": "tokenize", "text": "", "ids": "1 " * 5000}, "too_many_ids"),
        ({"parent": "nobody"}, "unknown_parent"),
        ({"choose": "5"}, "look_first"),
        ({"options": {"temperature": "hot"}}, "option_out_of_range"),
        ({"options": {"temperature": "nan"}}, "option_out_of_range"),
        ({"options": {"top_p": "0"}}, "option_out_of_range"),
        ({"options": {"top_k": "2.5"}}, "option_out_of_range"),
        ({"options": {"seed": True}}, "option_out_of_range"),
        ({"options": {"min_p": "1"}}, "option_not_allowed"),
        ({"tool": "walk", "options": {"steps": "25"}}, "option_out_of_range"),
        ({"bias": "Paris: 3"}, "bias_unreadable"),
        ({"bias": "1: 3\n2: 3\n3: 3"}, "bias_too_many"),
        ({"bias": "1: 400"}, "option_out_of_range"),
        ({"schema_text": "{}"}, "option_not_allowed"),
        ({"stop": "x" * 201}, "too_long"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_both_languages(fields: dict[str, Any], code: str) -> None:
    assert refusal(**fields) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "schema_unreadable"),
        ('{"a": 1, "a": 2}', "schema_unreadable"),
        ("[1]", "schema_unreadable"),
        ("[" * 5000, "schema_unreadable"),
        ('{"enum": []}', "schema_impossible"),
        ('{"$ref": "http://example.org"}', "schema_impossible"),
        ('{"type": "string", "minLength": 3, "maxLength": 2}', "schema_impossible"),
    ],
)
def test_schema_of_a_student_is_refused_with_its_fault(text: str, code: str) -> None:
    assert refusal(LabSpec(student_schema=True), schema_text=text) == code


def test_settings_are_read_as_they_are_typed() -> None:
    typed = {"temperature": "0,5", "top_p": "0.9", "top_k": "3", "seed": "7", "steps": ""}
    sampler = settings.sampler(SPEC, typed, looking=False)
    assert (sampler.temperature, sampler.top_p, sampler.top_k, sampler.seed) == (0.5, 0.9, 3, 7)
    assert settings.sampler(SPEC, {}, looking=True).temperature == 1
    assert settings.sampler(SPEC, {}, looking=False).temperature == 0
    assert settings.bias(SPEC, "42: -5\n 7 = 2,5 ") == {42: -5.0, 7: 2.5}
    assert settings.ids("[1, 2;3\n4]") == [1, 2, 3, 4]


def test_buttons_say_what_to_do() -> None:
    form = LabForm({"go": "look:abc:17", "text": "Hi", "split": "no", "temperature": "1"})
    assert form.is_valid()
    run = LabRun.model_validate(form.cleaned_data)
    assert (run.tool, run.parent, run.choose, run.text) == ("look", "abc", "17", "Hi")
    other = LabForm({"go": "tokenize", "text": "Hi", "split": "yes"})
    assert other.is_valid()
    assert other.cleaned_data["text"] == "yes"


def test_a_token_is_chosen_by_hand_and_the_rule_goes_on() -> None:
    runs = step(SPEC, step(SPEC, [], tool="look"), tool="look", parent="1", choose=str(token("A")))
    runs = step(SPEC, runs, tool="walk", parent="2", options={"steps": "2"})
    parts = draft_evidence(SPEC, Work(runs), "3")

    [output] = parts.named("output")
    assert output.text == "Ayesyes"
    assert (output.facts["completion_tokens"], output.facts["finish"]) == (3, "length")
    assert [part.text for part in parts.named("step")] == ["A", "yes", "yes"]
    ranks = [part.facts["rank"] for part in parts.named("step")]
    assert ranks[0] > 1
    assert ranks[1:] == [1, 1]
    assert parts.named("step")[0].facts["before"] > 0.5
    assert [part.text for part in parts.named("prompt")] == ["Is it?"]


def test_nothing_follows_the_end_and_a_walk_offers_no_choice() -> None:
    ended = step(SPEC, step(SPEC, []), parent="1", choose="0")
    assert PredictResult.model_validate(ended[-1].result).traces[0].finish == "end"
    assert refusal(SPEC, ended, parent="2") == "ended"
    walked = step(SPEC, [], tool="walk", options={"steps": "1"})
    assert refusal(SPEC, walked, parent="1", choose="5") == "look_first"
    lost = [Run("1", None, {"text": "x"}, "failed", None)]
    assert refusal(SPEC, lost, parent="1") == "parent_unfinished"


def test_schema_holds_from_the_beginning_to_the_end() -> None:
    spec = LabSpec(json_schema=SCHEMA)
    runs = step(spec, [])
    assert refusal(spec, runs, parent="1", choose=str(token("yes"))) == "forbidden_by_schema"
    runs = step(spec, runs, parent="1", choose=str(token('{"')))
    runs = step(spec, runs, tool="walk", parent="2")
    masked, free = PredictResult.model_validate(runs[-1].result).traces

    assert masked.text in ('{"ok":true}', '{"ok":false}')
    assert masked.finish == "end"
    assert free.text != masked.text
    assert all(part.facts["allowed"] for part in draft_evidence(spec, Work(runs), "3").named("step"))


def test_runs_are_counted_but_not_those_that_were_lost() -> None:
    spec = LabSpec(run_limit=1)
    lost = Run("1", None, {"text": "x"}, "dead", None)
    assert len(step(spec, [lost])) == 2
    assert refusal(spec, step(spec, [])) == "run_limit"


QUESTIONS: list[dict[str, Any]] = [
    {"id": "ids", "ask": "ids", "text": "ok"},
    {"id": "many", "ask": "ids", "text": "yes", "count": True},
    {"id": "best", "ask": "pick", "prompt": "Is it?"},
    {"id": "nucleus", "ask": "pick", "prompt": "Is it?", "sampler": {"temperature": 1, "top_k": 2}},
    {"id": "chance", "ask": "number", "prompt": "Is it?", "of": "probability", "token": "yes", "temperature": 2},
    {"id": "bits", "ask": "number", "prompt": "Is it?", "of": "entropy"},
    {"id": "mask", "ask": "mask", "json_schema": SCHEMA, "written": '{"ok":', "tokens": ["t", "true", "{", "xyz"]},
]


def test_questions_are_answered_by_the_server() -> None:
    title = {"en": "Well?", "fr": "Alors ?"}
    spec = LabSpec.model_validate(
        {"hand_in": "questions", "questions": [{**each, "title": title} for each in QUESTIONS]}
    )
    given = LabAnswer(answers={"ids": ["80 76"], "many": ["3"], "best": ["yes"], "mask": ["t", "true"]})
    jobs = plan(spec, given, Work())
    results = {job.key: answer(job.request) for job in jobs}  # type: ignore[arg-type]
    assert [job.key for job in jobs] == [question_key(each) for each in spec.questions]
    assert plan(spec, given, Work((), results)) == []

    facts = {part.name: part.facts for part in evidence(spec, given, Work((), results)).parts}
    likely = np.exp(asyncio.run(scores([0])))
    warm = np.sqrt(likely) / np.sqrt(likely).sum()
    assert facts["answer.many"]["wanted"] == 3
    assert [each["text"] for each in facts["answer.best"]["wanted"]] == ["yes"]
    assert len(facts["answer.nucleus"]["wanted"]) == 2
    assert facts["answer.chance"]["wanted"] == pytest.approx(warm[token("yes")])
    assert facts["answer.bits"]["wanted"] == pytest.approx(-(likely * np.log2(likely)).sum())
    assert facts["answer.mask"]["wanted"] == ["t", "true"]
    assert facts["answer.mask"]["shown"] == ["t", "true", "{"]  # `xyz` is no token of this model

    outcome = assess(Rubric.model_validate(default_rubric(spec)), evidence(spec, given, Work((), results)))
    found = {each["id"]: each["score"] for each in outcome.findings}
    assert found == {"ids": 1, "many": 1, "best": 1, "nucleus": 0, "chance": 0, "bits": 0, "mask": 1}


@pytest.mark.parametrize(
    ("spec", "given", "code"),
    [
        (SPEC, {}, "nothing_to_submit"),
        (SPEC, {"leaf": "9"}, "unknown_parent"),
        (SPEC, {"answers": {"who": ["me"]}}, "unknown_question"),
    ],
)
def test_empty_or_foreign_work_cannot_be_handed_in(spec: LabSpec, given: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal, match=code):
        plan(spec, LabAnswer.model_validate(given), Work())


def test_only_what_the_exercise_asks_for_can_be_handed_in() -> None:
    looked, split = step(SPEC, []), step(SPEC, [], tool="tokenize", text="Hi")
    for runs in (looked, split):
        with pytest.raises(Refusal, match="nothing_to_submit"):
            plan(SPEC, LabAnswer(leaf="1"), Work(runs))
    spec = LabSpec(hand_in="tokens")
    assert plan(spec, LabAnswer(leaf="1"), Work(split)) == []
    assert evidence(spec, LabAnswer(leaf="1"), Work(split)).named("tokens")[0].facts["completion_tokens"] == 2
    assert KIND.similarity_key(spec, LabAnswer(leaf="1"), Work(split)) == "Hi"


def test_request_behind_a_question_asks_for_what_is_needed_only() -> None:
    spec = LabSpec.model_validate({"questions": [{**each, "title": {"en": "?"}} for each in QUESTIONS]})
    requests = {each.id: request_of(each) for each in spec.questions}
    assert isinstance(requests["ids"], TokenizeRequest)
    mask = requests["mask"]
    assert isinstance(mask, PredictRequest)
    assert (mask.top, mask.steps, mask.watch) == (1, 0, ["t", "true", "{", "xyz"])
