"""Are function definitions complete: names, descriptions, types, what is required? And do they give nothing away? Pure.

Looks at a part whose facts hold "functions" (what was written), "wanted" (the functions as they are), "problems" (why
the text cannot be used) and "questions" (hidden ones).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from courses.grading.criterion import Criterion, Finding, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.findings import status_of
from courses.grading.folding import fold
from courses.texts import Text, both

JSON = Any
SHOWN = 5
NOTHING = both("There are no definitions to look at.", "Il n'y a pas de définitions à examiner.")


class Params(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    of: str = Field("definitions", pattern=r"^[a-z_]+$")
    """The part that holds the definitions."""
    description_words: int = Field(3, ge=0, le=50)
    """Words that a function's description needs."""
    leak_words: int = Field(5, ge=3, le=20)
    """So many words in a row from a hidden question count as copied from it."""


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    parts = evidence.named(params.of)
    if not parts:
        return Finding(Status.UNSCORED, None, NOTHING, data={"parts": 0})
    part = parts[-1]
    problems = part.facts.get("problems") or ()
    if problems:
        return Finding(Status.FAIL, 0.0, problems[0], data={"problems": len(problems)})
    checks = list(_checks(params, part))
    faults = [fault for fault in checks if fault is not None]
    score = 1 - len(faults) / len(checks) if checks else 0.0
    data = {"checks": len(checks), "faults": [fault["en"] for fault in faults]}
    return Finding(status_of(score), score, _feedback(faults, len(checks)), data=data)


def _checks(params: Params, part: Part) -> Iterator[Text | None]:
    """A fault for each demand, None where it is met."""
    written = {each["name"]: each for each in part.facts.get("functions") or ()}
    for wanted in part.facts.get("wanted") or ():
        name = wanted["name"]
        if name not in written:
            yield both("{name} is not defined.", "{name} n'est pas définie.", name=name)
            continue
        yield from _function(params, written[name], wanted)
    yield _leak(params, part)


def _function(params: Params, written: Mapping[str, JSON], wanted: Mapping[str, JSON]) -> Iterator[Text | None]:
    name = written["name"]
    short = len(written.get("description", "").split()) < params.description_words
    yield both("The description of {name} says too little.", "La description de {name} en dit trop peu.",
               name=name) if short else None  # fmt: skip
    ours, theirs = wanted["parameters"], written["parameters"]
    given = theirs.get("properties") or {}
    for parameter, schema in (ours.get("properties") or {}).items():
        yield from _parameter(name, parameter, given.get(parameter), schema)
    extra = sorted(given.keys() - (ours.get("properties") or {}).keys())
    yield both("{name} has no parameter {extra}.", "{name} n'a pas de paramètre {extra}.", name=name,
               extra=extra[0]) if extra else None  # fmt: skip
    required = set(ours.get("required") or ()) == set(theirs.get("required") or ())
    yield None if required else both(
        "{name}: another set of parameters is required.", "{name} : ce ne sont pas ces paramètres qui sont exigés.",
        name=name,
    )  # fmt: skip


def _parameter(function: str, name: str, given: JSON, wanted: Mapping[str, JSON]) -> Iterator[Text | None]:
    facts = {"function": function, "name": name}
    if not isinstance(given, Mapping):
        yield both("{function}: the parameter {name} is missing.", "{function} : le paramètre {name} manque.", **facts)
        return
    yield (
        None
        if given.get("type") == wanted.get("type")
        else both(
            "{function}: the type of {name} is another one.", "{function} : le type de {name} est autre.", **facts
        )
    )
    yield (
        None
        if str(given.get("description", "")).strip()
        else both("{function}: {name} has no description.", "{function} : {name} n'a pas de description.", **facts)
    )
    if "enum" in wanted:
        same = isinstance(given.get("enum"), list) and sorted(map(str, given["enum"])) == sorted(
            map(str, wanted["enum"])
        )
        yield None if same else both(
            "{function}: {name} allows only certain values (`enum`).",
            "{function} : {name} n'admet que certaines valeurs (`enum`).", **facts,
        )  # fmt: skip


def _leak(params: Params, part: Part) -> Text | None:
    """Words of hidden questions in the definitions would mean that the answers were guessed or passed on."""
    words = _words(part.text)
    runs = {tuple(words[at : at + params.leak_words]) for at in range(len(words) - params.leak_words + 1)}
    for question in part.facts.get("questions") or ():
        asked = _words(question)
        if any(tuple(asked[at : at + params.leak_words]) in runs for at in range(len(asked) - params.leak_words + 1)):
            return both("The definitions repeat a question word for word.",
                        "Les définitions reprennent une question mot pour mot.")  # fmt: skip
    return None


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in fold(text[:50_000]).text).split()


def _feedback(faults: Sequence[Text], count: int) -> Text:
    if not faults:
        return both("The definitions are complete.", "Les définitions sont complètes.")
    more = len(faults) - SHOWN
    return {
        language: " ".join(fault[language] for fault in faults[:SHOWN]) + (f" (+ {more})" if more > 0 else "")
        for language in ("en", "fr")
    }


CRITERION = Criterion(label=both("Complete definitions", "Définitions complètes"), params=Params, assess=assess)
