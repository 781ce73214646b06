"""The image kind: what is asked of a server, what is refused, what counts, what the rubric sees."""

from typing import Any

import pytest
from pydantic import ValidationError

from courses.kinds.image import grade, plan
from courses.kinds.image.form import read_form
from courses.kinds.image.imagine import imagine
from courses.kinds.image.public import public
from courses.kinds.image.schema import ImageAnswer, ImageReference, ImageRun, ImageSpec
from courses.kinds.image.targets import exhibits
from courses.kinds.image.view import view
from courses.kinds.work import Refusal, Run, Work
from tests.courses.grading.pictures import picture
from workers.backends.requests import ImageRequest
from workers.scheduling.spec import Lane

SPEC = ImageSpec.model_validate(
    {"samplers": ["Euler", "DPM++ SDE"], "sizes": ["128x128", "128x192"], "batch": 2, "budget": 4}
)
DIGEST = "0" * 64


def request(spec: ImageSpec = SPEC, prompt: str = "a circle", negative: str = "", **options: Any) -> ImageRequest:
    run = ImageRun(prompt=prompt, negative_prompt=negative, options=options)
    found = plan.plan_run(spec, Work(), run, "run-1").request
    assert isinstance(found, ImageRequest)
    return found


def made(number: int, pictures: int = 1, state: str = "done", **result: Any) -> Run:
    payload = {"prompt": f"prompt {number}", "negative_prompt": "", "options": {"seed": 10 * number, "batch": pictures}}
    records = [{"digest": DIGEST, "width": 128, "height": 128, "size": 9, "seed": None} for _place in range(pictures)]
    return Run(f"run-{number}", None, payload, state, {"pictures": records, **result} if state == "done" else None)


def test_request_has_defaults_what_was_chosen_and_a_seed() -> None:
    plain, chosen = request(), request(sampler="DPM++ SDE", steps="6", cfg_scale="2,5", size="128x192", seed=7, batch=2)

    assert (plain.sampler, plain.steps, plain.cfg_scale, plain.width, plain.batch) == ("Euler", 4, 2.0, 128, 1)
    assert plain.seed is not None
    assert plain.seed == request().seed != plan.request_of(SPEC, ImageRun(prompt="a circle"), "run-2").seed
    assert (chosen.sampler, chosen.steps, chosen.cfg_scale, chosen.height) == ("DPM++ SDE", 6, 2.5, 192)
    assert (chosen.seed, chosen.batch) == (7, 2)
    assert request(width=128, height=192).height == 192
    assert plan.plan_run(SPEC, Work(), ImageRun(prompt="x"), "r").lane == Lane.INTERACTIVE


BAD: list[tuple[str, dict[str, Any]]] = [
    ("empty", {"prompt": "  \n"}),
    ("too_long", {"prompt": "x" * 100_000}),
    ("too_long", {"negative": "x" * 2_001}),
    ("not_a_choice", {"size": "0x0"}),
    ("not_a_choice", {"size": "10000x10000"}),
    ("not_a_choice", {"width": 0, "height": 0}),
    ("not_a_choice", {"width": 10**400, "height": 128}),
    ("not_a_choice", {"size": ["128x128"]}),
    ("not_a_choice", {"sampler": "Nonsense"}),
    ("not_a_choice", {"scheduler": {"a": 1}}),
    ("out_of_range", {"steps": -4}),
    ("out_of_range", {"steps": 0}),
    ("out_of_range", {"steps": 10**9}),
    ("out_of_range", {"steps": "4.5"}),
    ("out_of_range", {"steps": "four"}),
    ("out_of_range", {"steps": True}),
    ("out_of_range", {"steps": "9" * 10_000}),
    ("out_of_range", {"cfg_scale": float("nan")}),
    ("out_of_range", {"cfg_scale": "NaN"}),
    ("out_of_range", {"cfg_scale": float("inf")}),
    ("out_of_range", {"cfg_scale": -1}),
    ("out_of_range", {"batch": 3}),
    ("bad_seed", {"seed": 2**64 + 1}),
    ("bad_seed", {"seed": -1}),
    ("bad_seed", {"seed": "1e400"}),
    ("bad_seed", {"seed": 1.5}),
    ("option_not_allowed", {"override_settings": {"sd_model_checkpoint": "another"}}),
    ("option_not_allowed", {"{evil}": 1}),
]


@pytest.mark.parametrize(("code", "given"), BAD, ids=[f"{code} {str(given)[:40]}" for code, given in BAD])
def test_bad_input_is_refused_in_both_languages(code: str, given: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as caught:
        request(**given)

    assert caught.value.code == code
    assert sorted(caught.value.text) == ["en", "fr"]
    assert all(0 < len(text) < 300 for text in caught.value.text.values())


def test_what_the_exercise_fixes_cannot_be_set() -> None:
    spec = ImageSpec.model_validate(
        {"negative_prompt": False, "seed": False, "steps": {"min": 4, "max": 4, "default": 4}}
    )

    assert request(spec).steps == 4
    for code, given in (("negative_not_allowed", {"negative": "blur"}), ("option_not_allowed", {"seed": 3}),
                        ("out_of_range", {"steps": 5})):  # fmt: skip
        with pytest.raises(Refusal, match=code):
            request(spec, **given)  # type: ignore[arg-type]  # options of any type


def test_budget_counts_pictures_but_not_what_a_server_lost() -> None:
    run = ImageRun(prompt="x", options={"batch": 2})
    lost = [made(number, 2, state) for number, state in enumerate(("failed", "dead", "cancelled"))]

    assert plan.plan_run(SPEC, Work([*lost, made(7, 2)]), run, "r")
    with pytest.raises(Refusal, match="budget") as caught:
        plan.plan_run(SPEC, Work([*lost, made(7, 2), made(8, 1, "running")]), run, "r")
    assert "1 of them are left" in caught.value.text["en"]


@pytest.mark.parametrize(
    ("code", "task", "chosen", "runs"),
    [
        ("nothing_to_submit", {}, [], []),
        ("nothing_to_submit", {}, ["run-1:0"], [made(1, 1, "running")]),
        ("wrong_count", {}, [], [made(1)]),
        ("wrong_count", {}, ["run-1:0", "run-2:0"], [made(1), made(2)]),
        ("wrong_count", {"task": "one_factor"}, ["run-1:0", "run-1:0"], [made(1)]),
        ("wrong_count", {"task": "grid"}, ["run-1:0"], [made(1)]),
        ("unknown_picture", {}, ["run-1:1"], [made(1)]),
        ("unknown_picture", {}, ["elsewhere:0"], [made(1)]),
        ("too_few_runs", {"task": "refine", "least_runs": 2}, ["run-1:0"], [made(1)]),
    ],
)  # fmt: skip
def test_answer_that_does_not_fit_is_refused(
    code: str, task: dict[str, Any], chosen: list[str], runs: list[Run]
) -> None:
    spec = ImageSpec.model_validate({**SPEC.model_dump(), **task})

    with pytest.raises(Refusal, match=code):
        plan.plan(spec, ImageAnswer(chosen=chosen), Work(runs))


def test_evidence_is_what_the_server_recorded() -> None:
    parameters = {"sampler": "Euler a", "steps": 5, "scheduler": "Karras", "checkpoint": "turbo", "prompt": "forged"}
    work = Work([made(1), made(2, 2, parameters=parameters, unknown_words=["zebra"])], picture=lambda digest: b"png")

    evidence = grade.evidence(SPEC, ImageAnswer(chosen=["run-2:1", "run-2:0"]), work)

    first, second = evidence.named("picture")
    assert [part.text for part in evidence.named("prompt")] == ["prompt 2"]
    assert len(evidence.named("made")) == 3
    assert (first.facts["seed"], second.facts["seed"]) == (20, 21)
    assert (first.facts["sampler"], first.facts["steps"], first.facts["cfg_scale"]) == ("Euler a", 5, 2.0)
    assert first.facts["scheduler"] == "Automatic"  # as it was asked for
    assert first.facts["prompt"] == "prompt 2"
    assert first.facts["unknown_words"] == ["zebra"]
    assert first.where == "picture-run-2-0"
    assert first.picture is not None
    assert first.picture() == b"png"


def test_draft_shows_the_newest_picture_where_one_is_asked_for() -> None:
    several = ImageSpec.model_validate({**SPEC.model_dump(), "task": "grid"})

    assert len(grade.draft_evidence(SPEC, Work([made(1), made(2)]), "run-2").named("picture")) == 1
    assert grade.draft_evidence(several, Work([made(1), made(2)]), "run-2").named("picture") == ()
    with pytest.raises(KeyError):
        grade.draft_evidence(SPEC, Work([made(1)]), "run-2")


def test_run_made_before_the_exercise_was_narrowed_can_still_be_read() -> None:
    spec = ImageSpec.model_validate({**SPEC.model_dump(), "batch": 1})

    [part] = grade.evidence(spec, ImageAnswer(chosen=["run-1:0"]), Work([made(1, 2)])).named("picture")

    assert (part.facts["prompt"], part.facts["width"]) == ("prompt 1", 128)


def test_target_comes_from_the_course_or_from_the_engine() -> None:
    drawn = {"draw": {"prompt": "a red circle", "width": 64, "height": 64, "seed": 1}}
    spec = ImageSpec.model_validate({"task": "match", "targets": [drawn, {"asset": "assets/target.png"}]})

    shown = exhibits(spec, {"assets/target.png": picture("photo")}.__getitem__)

    assert sorted(shown) == ["target-0", "target-1"]
    assert all(read().startswith(b"\x89PNG") for read in shown.values())
    assert "prompt" not in public(spec)["targets"][0]
    with pytest.raises(KeyError):
        exhibits(spec, {}.__getitem__)["target-1"]()


@pytest.mark.parametrize(
    "spec",
    [
        {"sizes": ["100x100"]},  # no multiple of 8
        {"sizes": ["0x0"]},
        {"steps": {"min": 0, "max": 4, "default": 1}},
        {"steps": {"min": 1, "max": 4, "default": 1.5}},
        {"cfg_scale": {"min": 1, "max": 99, "default": 2}},
        {"cfg_scale": {"min": 1, "max": 3, "default": 9}},
        {"task": "match"},  # without a target
        {"targets": [{"title": {"en": "x"}}]},
        {"samplers": []},
    ],
)
def test_specification_that_no_server_could_fulfil_is_an_error(spec: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ImageSpec.model_validate(spec)


def test_form_and_page_agree_on_what_is_chosen() -> None:
    answer = read_form(SPEC, {"chosen": ["a:0", "b:1"], "note": ["Look\r\nhere"], "key": ["1"]})

    assert answer == {"chosen": ["a:0", "b:1"], "note": "Look\nhere"}
    assert view(SPEC, answer, "seed").chosen == ("a:0", "b:1")
    assert view(SPEC, {"chosen": "a:0"}, "seed").chosen == ()  # a draft may hold anything


def test_reference_pictures_are_drawn_only_when_somebody_looks() -> None:
    reference = ImageReference.model_validate(
        {"pictures": [{"prompt": "a circle", "flat": "#ff0000"}], "results": {"criterion:again": {"picture": 1}}}
    )

    answer, work = imagine(SPEC, reference)

    assert answer.chosen == ["run-1:0"]
    assert work.results["criterion:again"]["pictures"] == (work.runs[0].result or {})["pictures"]
    assert work.picture((work.runs[0].result or {})["pictures"][0]["digest"]).startswith(b"\x89PNG")
