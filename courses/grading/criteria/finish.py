"""How an answer ended, and how many tokens it took. Pure."""

from typing import Literal, Self

from pydantic import Field, model_validator

from courses.grading.criterion import Criterion, Finding, Quote, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.parts import OfParts, judge_parts
from courses.texts import Text, both

Reason = Literal["stop", "length", "tool_calls", "cancelled", "cut"]
NAMES: dict[str, Text] = {
    "stop": both("finished by itself", "terminée d'elle-même"),
    "length": both("cut at the token limit", "coupée à la limite de tokens"),
    "tool_calls": both("ended with a tool call", "terminée par un appel d'outil"),
    "cancelled": both("stopped by you", "arrêtée par vous"),
    "cut": both("broken off by the server", "interrompue par le serveur"),
}


class Params(OfParts):
    reasons: list[Reason] = ["stop"]
    """How the answer may have ended; an empty list allows every end."""
    most_tokens: int | None = Field(None, ge=1)
    margin: int = Field(0, ge=0)
    """So many tokens over `most_tokens` the score falls from 1 to 0 in a straight line."""

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.reasons and self.most_tokens is None:
            raise ValueError("`reasons`, `most_tokens` or both are needed")
        return self


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    return judge_parts(params, evidence, lambda part: _judge(params, part))


def _judge(params: Params, part: Part) -> Finding:
    reason, tokens = part.facts.get("finish"), part.facts.get("completion_tokens")
    counted = isinstance(tokens, int) and not isinstance(tokens, bool)
    if reason not in NAMES or (params.most_tokens is not None and not counted):
        text = both(
            "The server did not say how this answer ended: a person decides.",
            "Le serveur n'a pas dit comment cette réponse s'est terminée : une personne décide.",
        )
        return Finding(Status.UNSCORED, None, text, data={"finish": str(reason)[:40]})
    used = tokens if isinstance(tokens, int) else 0
    over = max(0, used - params.most_tokens) if params.most_tokens is not None else 0
    ended_well = reason in params.reasons or not params.reasons
    score = max(0.0, 1.0 - over / (params.margin + 1)) if ended_well else 0.0
    status = Status.PASS if score == 1.0 else Status.PARTIAL if score > 0 else Status.FAIL
    quote = Quote(part.text[-120:], part.where, max(0, len(part.text) - 120), len(part.text))
    data = {"finish": reason, "completion_tokens": tokens, "most_tokens": params.most_tokens}
    return Finding(status, score, _feedback(params, str(reason), used if counted else None), (quote,), data)


def _feedback(params: Params, reason: str, tokens: int | None) -> Text:
    name = NAMES[reason]
    en, fr = f"The answer was {name['en']}.", f"La réponse a été {name['fr']}."
    if params.most_tokens is not None:
        en += f" {tokens} tokens; at most {params.most_tokens} allowed."
        fr += f" {tokens} tokens ; {params.most_tokens} au plus."
    return {"en": en, "fr": fr}


CRITERION = Criterion(label=both("Ends well", "Se termine bien"), params=Params, assess=assess)
