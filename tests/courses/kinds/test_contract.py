"""What every kind must keep; a new folder is tested from the moment it exists."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.checks import run_checks
from django.forms import Textarea
from pydantic import BaseModel, ValidationError

from courses import kinds
from courses.grading.assessment import assess
from courses.grading.rubric import Rubric
from courses.kinds import checks
from courses.kinds.registry import AnyKind, all_kinds, kind_choices
from courses.kinds.work import Refusal, Work

FOLDER = Path(kinds.__path__[0])
EXAMPLES = [
    pytest.param(path.parts[-3], yaml.safe_load(path.read_text()), id=f"{path.parts[-3]}/{path.stem}")
    for path in sorted(FOLDER.glob("*/examples/*.yml"))
]


def imagined(kind: AnyKind, example: dict[str, Any]) -> tuple[BaseModel, BaseModel, Work]:
    spec = kind.spec.model_validate(example["spec"])
    answer, work = kind.imagine(spec, kind.reference.model_validate(example["reference"]))
    return spec, answer, work


@pytest.mark.parametrize(("slug", "example"), EXAMPLES)
def test_example_gives_what_it_says(slug: str, example: dict[str, Any]) -> None:
    kind, expected = all_kinds()[slug], example["expect"]
    if "errors" in expected:
        with pytest.raises(ValidationError) as caught:
            kind.spec.model_validate(example["spec"])
        assert [".".join(map(str, error["loc"])) for error in caught.value.errors()] == expected["errors"]
        return
    spec, answer, work = imagined(kind, example)
    if "refusal" in expected:
        with pytest.raises(Refusal, match=expected["refusal"]):
            kind.plan(spec, answer, work)
        return

    assert len(kind.plan(spec, answer, Work(work.runs))) == expected["jobs"]
    assert list(kind.plan(spec, answer, work)) == []
    rubric = example.get("rubric") or (kind.default_rubric and kind.default_rubric(spec))
    outcome = assess(Rubric.model_validate(rubric), kind.evidence(spec, answer, work))
    assert outcome.score == pytest.approx(expected["score"])
    assert kind.similarity_key(spec, answer, work) == expected["similarity"]


@pytest.mark.parametrize("slug", all_kinds())
def test_models_refuse_unknown_keys_and_survive_json(slug: str) -> None:
    kind = all_kinds()[slug]
    for model in filter(None, (kind.spec, kind.run, kind.answer, kind.reference)):
        assert model.model_config.get("extra") == "forbid"
    for parameters in EXAMPLES:
        name, example = parameters.values  # pytest's own attribute
        if name == slug and "errors" not in example["expect"]:
            spec, answer, _work = imagined(kind, example)
            assert kind.spec.model_validate_json(spec.model_dump_json()) == spec
            assert kind.answer.model_validate_json(answer.model_dump_json()) == answer


@pytest.mark.parametrize("slug", all_kinds())
def test_evidence_has_only_parts_that_the_kind_lists(slug: str) -> None:
    kind = all_kinds()[slug]
    for parameters in EXAMPLES:
        name, example = parameters.values
        if name == slug and not {"errors", "refusal"} & set(example["expect"]):
            found = {part.name.partition(".")[0] for part in kind.evidence(*imagined(kind, example)).parts}
            assert found <= set(kind.parts)


@pytest.mark.parametrize("slug", [slug for slug, kind in all_kinds().items() if kind.run])
def test_form_gives_a_run(slug: str) -> None:
    kind = all_kinds()[slug]
    assert kind.form is not None
    assert kind.run is not None
    texts = [name for name, field in kind.form().fields.items() if isinstance(field.widget, Textarea)]
    form = kind.form({**dict.fromkeys(texts, "Hello\r\nyou"), "seed": "3"})

    assert form.is_valid()
    run = kind.run.model_validate(form.cleaned_data)
    assert set(form.cleaned_data) == set(kind.run.model_fields)
    assert {name: run.model_dump()[name] for name in texts} == dict.fromkeys(texts, "Hello\nyou")


def test_kinds_have_nothing_missing() -> None:
    assert [message for message in run_checks() if str(message.id).startswith("kinds.")] == []
    assert ("chat", "chat") in kind_choices()


def test_check_names_everything_that_a_new_kind_lacks(tmp_path: Path) -> None:
    (tmp_path / "schema.py").touch()

    said = [message.msg for message in checks.check_kind("puzzle", tmp_path)]

    assert "The exercise kind 'puzzle' has no plan.py." in said
    assert "The exercise kind 'puzzle' has no README.md." in said
    assert "The exercise kind 'puzzle' has no templates/kinds/puzzle/workspace.html." in said
    assert "The exercise kind 'puzzle' has no example that shows: malformed." in said
    assert "The exercise kind 'puzzle' has no schema.py." not in said
    assert said[-1].startswith("The exercise kind 'puzzle' cannot be imported: ModuleNotFoundError")
