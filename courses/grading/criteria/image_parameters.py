"""Which parameters a picture was made with, from the server's record. Pure."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from courses.grading.criterion import Criterion, Finding, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.parts import OfParts, judge_parts
from courses.grading.pictures import measured, range_text, within
from courses.texts import Text, both

Name = Literal["steps", "cfg_scale", "sampler", "scheduler", "width", "height", "size", "seed"]
NAMES: dict[Name, Text] = {
    "steps": both("steps", "étapes"), "cfg_scale": both("guidance (CFG)", "guidage (CFG)"),
    "sampler": both("sampler", "échantillonneur"), "scheduler": both("noise schedule", "planificateur"),
    "width": both("width", "largeur"), "height": both("height", "hauteur"), "size": both("size", "taille"),
    "seed": both("seed", "graine"),
}  # fmt: skip


class Rule(BaseModel):
    """`{name, among}`, or `{name, least, most, margin}` for a number."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    among: list[int | float | str] | None = Field(None, min_length=1, max_length=30)
    least: float | None = Field(None, allow_inf_nan=False)
    most: float | None = Field(None, allow_inf_nan=False)
    margin: float = Field(0.0, ge=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        ranged = self.least is not None or self.most is not None
        if ranged == (self.among is not None):
            raise ValueError("a rule has either `among`, or `least` and `most`")
        if ranged and self.name in ("sampler", "scheduler", "size"):
            raise ValueError(f"`{self.name}` is no number: use `among`")
        return self


class Params(OfParts):
    of: str = "picture"
    """The pictures that are looked at."""
    rules: list[Rule] = Field(min_length=1, max_length=12)
    """`{name, among: […]}` or `{name, least, most, margin}`; names: steps, cfg_scale, sampler, scheduler, width,
    height, size (512x512), seed."""


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    return judge_parts(params, evidence, lambda part: _judge(params, part))


def _judge(params: Params, part: Part) -> Finding:
    values = [part.facts.get(rule.name) for rule in params.rules]
    if any(value is None for value in values):
        text = both(
            "The server did not record every parameter: a person decides.",
            "Le serveur n'a pas noté tous les paramètres : une personne décide.",
        )
        return Finding(Status.UNSCORED, None, text)
    scores = [_score(rule, value) for rule, value in zip(params.rules, values, strict=True)]
    rows = [
        {"name": dict(NAMES[rule.name]), "value": _plain(value), "wanted": dict(_wanted(rule)), "met": score >= 1}
        for rule, value, score in zip(params.rules, values, scores, strict=True)
    ]
    return measured(sum(scores) / len(scores), _feedback(rows), part, [{"type": "parameters", "rows": rows}])


def _score(rule: Rule, value: Any) -> float:
    if rule.among is not None:
        return float(any(_same(value, each) for each in rule.among))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    return within(float(value), rule.least, rule.most, rule.margin)


def _same(value: Any, wanted: float | str) -> bool:
    if isinstance(wanted, str):
        return str(value).casefold() == wanted.casefold()
    return isinstance(value, int | float) and abs(value - wanted) < 1e-6


def _wanted(rule: Rule) -> Text:
    if rule.among is not None:
        listed = [_plain(each) for each in rule.among]
        return {"en": " or ".join(listed), "fr": " ou ".join(listed)}
    return dict(range_text(rule.least, rule.most, 0 if rule.name != "cfg_scale" else 1))


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _feedback(rows: list[dict[str, Any]]) -> Text:
    wrong = [row for row in rows if not row["met"]]
    if not wrong:
        return both("The parameters are as expected.", "Les paramètres sont ceux attendus.")
    lines = [(row["name"], row["value"], row["wanted"]) for row in wrong]
    return {
        "en": " ".join(f"{_first_large(name['en'])}: {got}; expected: {want['en']}." for name, got, want in lines),
        "fr": " ".join(f"{_first_large(name['fr'])} : {got} ; attendu : {want['fr']}." for name, got, want in lines),
    }


def _first_large(words: str) -> str:
    return words[:1].upper() + words[1:]


CRITERION = Criterion(label=both("Parameters", "Paramètres"), params=Params, assess=assess)
