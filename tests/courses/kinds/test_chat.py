from typing import Any

import pytest
from pydantic import ValidationError

from courses.kinds.chat.conversation import path, tokens_used
from courses.kinds.chat.grade import evidence
from courses.kinds.chat.plan import plan, plan_run
from courses.kinds.chat.schema import ChatAnswer, ChatRun, ChatSpec
from courses.kinds.work import Refusal, Run, Work
from workers.backends.requests import ChatRequest


def spec_of(**fields: Any) -> ChatSpec:
    return ChatSpec.model_validate(fields)


def run_of(name: str, parent: str | None = None, *, text: str = "q", answer: str = "a", state: str = "done",
           tokens: int | None = 10) -> Run:  # fmt: skip
    result = {"text": answer, "finish": "stop", "usage": {"completion_tokens": tokens}} if answer else None
    return Run(name, parent, {"text": text}, state, result)


def request_of(spec: ChatSpec, work: Work, **run: Any) -> ChatRequest:
    job = plan_run(spec, work, ChatRun.model_validate({"text": "new", **run}), "id")
    assert job.key == "run:id"
    assert isinstance(job.request, ChatRequest)
    return job.request


def test_request_holds_system_starter_path_and_question() -> None:
    spec = spec_of(system={"text": "Be brief.", "visible": False}, starter=[{"role": "assistant", "text": "Welcome!"}])
    work = Work([run_of("1"), run_of("2", "1", text="q2", answer="a2"), run_of("3", "1", text="other")])

    request = request_of(spec, work, parent="2")

    assert [(message.role, message.content) for message in request.messages] == [
        ("system", "Be brief."), ("assistant", "Welcome!"), ("user", "q"), ("assistant", "a"), ("user", "q2"),
        ("assistant", "a2"), ("user", "new"),
    ]  # fmt: skip


def test_turn_limit_counts_the_branch_and_not_other_branches() -> None:
    spec = spec_of(turn_limit=2)
    work = Work([run_of("1"), run_of("2", "1"), run_of("3")])

    assert request_of(spec, work, parent="3").messages[-1].content == "new"
    with pytest.raises(Refusal, match="turn_limit"):
        request_of(spec, work, parent="2")


def test_token_budget_counts_all_branches_and_caps_the_next_answer() -> None:
    spec, work = spec_of(token_budget=25, max_tokens=100), Work([run_of("1"), run_of("2")])

    assert request_of(spec, work).options.max_tokens == 5
    with pytest.raises(Refusal, match="token_budget"):
        request_of(spec_of(token_budget=20), work)


@pytest.mark.parametrize("state", ["failed", "dead"])
def test_lost_runs_cost_no_tokens_and_no_turns(state: str) -> None:
    lost = run_of("1", answer="half", state=state, tokens=1000)

    assert tokens_used(Work([lost])) == 0
    assert request_of(spec_of(turn_limit=1, token_budget=10), Work([lost])).options.max_tokens == 10


def test_tokens_are_estimated_where_the_server_does_not_count() -> None:
    assert tokens_used(Work([run_of("1", answer="x" * 9, tokens=None)])) == 3


@pytest.mark.parametrize("state", ["queued", "running", "failed"])
def test_run_without_answer_cannot_be_continued(state: str) -> None:
    with pytest.raises(Refusal, match="parent_unfinished"):
        request_of(spec_of(), Work([run_of("1", answer="", state=state)]), parent="1")


def test_options_come_from_fixed_then_default_then_student() -> None:
    spec = spec_of(
        fixed={"top_p": 0.5, "repeat_penalty": 1.1},
        options={"temperature": {"min": 0, "max": 1, "default": 0.2}, "seed": {"min": 0, "max": 9}},
    )

    defaults = request_of(spec, Work()).options
    chosen = request_of(spec, Work(), options={"temperature": 1, "seed": 4}).options

    assert defaults.temperature == 0.2
    assert (defaults.seed, defaults.top_p, defaults.max_tokens) == (None, 0.5, 512)
    assert (chosen.temperature, chosen.seed, chosen.repeat_penalty) == (1.0, 4, 1.1)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"temperature": 1.1}, "option_out_of_range"),
        ({"temperature": -1}, "option_out_of_range"),
        ({"temperature": "1"}, "option_out_of_range"),
        ({"temperature": True}, "option_out_of_range"),
        ({"temperature": float("nan")}, "option_out_of_range"),
        ({"temperature": [0.5]}, "option_out_of_range"),
        ({"seed": 1.5}, "option_out_of_range"),
        ({"top_p": 0.5}, "option_not_allowed"),
        ({"num_ctx": 1}, "option_not_allowed"),
    ],
)
def test_option_that_is_not_allowed_is_refused(options: dict[str, Any], code: str) -> None:
    spec = spec_of(options={"temperature": {"min": 0, "max": 1}, "seed": {"min": 0, "max": 9}})

    with pytest.raises(Refusal, match=code) as caught:
        request_of(spec, Work(), options=options)

    assert sorted(caught.value.text) == ["en", "fr"]


def test_student_system_prompt_is_sent_and_limited() -> None:
    spec = spec_of(student_system={"max_chars": 10})

    assert request_of(spec, Work(), system="Be nice.").messages[0].content == "Be nice."
    with pytest.raises(Refusal, match="too_long"):
        request_of(spec, Work(), system="x" * 11)
    with pytest.raises(Refusal, match="system_missing"):
        request_of(spec, Work(), system=" ")
    with pytest.raises(Refusal, match="system_not_allowed"):
        request_of(spec_of(), Work(), system="mine")


def test_probes_test_the_prompt_alone_and_go_on_turn_by_turn() -> None:
    spec = spec_of(student_system={}, probes=[{"id": "a", "turns": ["one", "two"]}, {"id": "b", "turns": ["three"]}])
    answer, work = ChatAnswer(system="Rules."), Work([run_of("1")])

    first = plan(spec, answer, work)
    assert [job.key for job in first] == ["probe:a:1", "probe:b:1"]
    assert [[message.content for message in job.request.messages] for job in first] == [  # type: ignore[union-attr]
        ["Rules.", "one"], ["Rules.", "three"],
    ]  # fmt: skip
    results = {"probe:a:1": {"text": "no"}, "probe:b:1": {"text": "no"}}
    [second] = plan(spec, answer, Work(work.runs, results))
    assert [message.content for message in second.request.messages] == ["Rules.", "one", "no", "two"]  # type: ignore[union-attr]
    assert list(plan(spec, answer, Work(work.runs, {**results, "probe:a:2": {"text": "no"}}))) == []


def test_probes_continue_the_conversation_where_the_author_wrote_the_system_prompt() -> None:
    spec = spec_of(system={"text": "S"}, probes=[{"id": "a", "turns": ["probe"]}])

    [job] = plan(spec, ChatAnswer(leaf="1"), Work([run_of("1")]))

    assert [message.content for message in job.request.messages] == ["S", "q", "a", "probe"]  # type: ignore[union-attr]


def test_evidence_names_each_piece_and_its_place() -> None:
    spec = spec_of(student_system={}, probes=[{"id": "a", "turns": ["x"]}])
    work = Work([run_of("1"), run_of("2")], {"probe:a:1": {"text": "p", "finish": "stop"}})

    parts = evidence(spec, ChatAnswer(leaf="1", system="S"), work).parts

    assert [(part.name, part.text, part.where) for part in parts] == [
        ("system", "S", "system"), ("prompt", "q", "turn:1"), ("answer", "a", "turn:1"),
        ("probe", "p", "probe:a:1"), ("probe.a", "p", "probe:a:1"),
    ]  # fmt: skip


def test_path_ends_even_in_a_circle() -> None:
    with pytest.raises(KeyError):
        path(Work([run_of("1", "2"), run_of("2", "1")]), "1")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"system": {"text": "x"}, "student_system": {}}, "either the author writes the system prompt"),
        ({"options": {"temperature": {"min": 0, "max": 9}}}, "less than or equal to 5"),
        ({"options": {"temperature": {"min": 0, "max": 1, "default": 2}}}, "outside"),
        ({"options": {"num_ctx": {"min": 0, "max": 1}}}, "Input should be"),
        ({"probes": [{"id": "a", "turns": ["x"]}, {"id": "a", "turns": ["y"]}]}, "the same id"),
        ({"alias": "../x"}, "should match pattern"),
    ],
)
def test_wrong_specification_is_refused_with_a_reason(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        spec_of(**fields)
