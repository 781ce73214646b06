"""What the rubric looks at in a decoding lab. Pure."""

from collections.abc import Sequence
from typing import Any

from courses.grading.evidence import Evidence, Part
from courses.kinds.decoding_lab.path import Choice, choices, chosen, path, prediction, splitting
from courses.kinds.decoding_lab.plan import question_key
from courses.kinds.decoding_lab.schema import (
    IdsQuestion,
    LabAnswer,
    LabSpec,
    MaskQuestion,
    Question,
)
from courses.kinds.decoding_lab.truth import facts
from courses.kinds.work import Run, Work
from courses.texts import both

PARTS = {
    "output": both("the text that the chosen tokens make", "le texte que forment les tokens choisis"),
    "prompt": both("the prompt that the student wrote", "le prompt écrit par l'étudiant"),
    "step": both("each chosen token, with its chance and its rank", "chaque token choisi, avec sa chance et son rang"),
    "tokens": both("the text that was split into tokens", "le texte découpé en tokens"),
    "answer": both(
        "every answer to the questions; `answer.<id>` is one of them",
        "chaque réponse aux questions ; `answer.<id>` est l'une d'elles",
    ),
}


def evidence(spec: LabSpec, answer: LabAnswer, work: Work) -> Evidence:
    runs = path(work, answer.leaf) if answer.leaf and spec.hand_in != "questions" else []
    return Evidence((*_work(spec, runs), *_answers(spec, answer, work)), work.results)


def draft_evidence(spec: LabSpec, work: Work, run_id: str) -> Evidence:
    """The branch to `run_id` as if it were handed in. Raises KeyError for a run that this attempt does not have."""
    runs = path(work, run_id)
    return Evidence(() if spec.hand_in == "questions" else tuple(_work(spec, runs)))


def similarity_key(spec: LabSpec, answer: LabAnswer, work: Work) -> str:
    """What was typed freely: the answers to questions have few right forms and say nothing."""
    runs = path(work, answer.leaf) if answer.leaf else []
    typed = [
        *(str(run.payload.get("text") or "") for run in runs),
        *(str(run.payload.get("bias") or "") for run in runs),
    ]
    return "\n".join(text for text in typed if text.strip())


def _work(spec: LabSpec, runs: Sequence[Run]) -> list[Part]:
    if not runs:
        return []
    if spec.hand_in == "tokens":
        return _split(runs[-1])
    result = prediction(runs[-1])
    if result is None or not chosen(result):
        return []
    where, tokens = f"turn:{runs[-1].id}", chosen(result)
    about = {
        "finish": {"end": "stop", "stop": "stop", "steps": "length"}.get(result.traces[0].finish, "cut"),
        "completion_tokens": len(tokens),
        "ids": [token.id for token in tokens],
    }
    prompt = [] if spec.prompt else [Part("prompt", str(runs[0].payload.get("text") or ""), where)]
    return [*prompt, Part("output", result.text, where, about), *(_step(each) for each in choices(runs))]


def _split(run: Run) -> list[Part]:
    result = splitting(run)
    if result is None:
        return []
    about = {"ids": [token.id for token in result.tokens], "completion_tokens": len(result.tokens)}
    return [Part("tokens", result.text, f"turn:{run.id}", about)]


def _step(choice: Choice) -> Part:
    about: dict[str, Any] = {
        "id": choice.token.id,
        "rank": choice.rank,
        "before": choice.before,
        "share": choice.share,
        "allowed": choice.allowed,
    }
    return Part("step", choice.token.text, f"turn:{choice.run}", about)


def _answers(spec: LabSpec, answer: LabAnswer, work: Work) -> list[Part]:
    found: list[Part] = []
    for question in spec.questions:
        given = answer.answers.get(question.id, [])
        about = {**facts(question, work.results.get(question_key(question))), "given": given}
        text, where = "\n".join(given), question_key(question)
        found += [Part("answer", text, where, about), Part(f"answer.{question.id}", text, where, about)]
    return found


def default_rubric(spec: LabSpec) -> dict[str, Any]:
    """A line per question; of a walk, that it ended by itself."""
    items = [_item(question) for question in spec.questions]
    if not items:
        part = "tokens" if spec.hand_in == "tokens" else "output"
        title = both("Something was handed in", "Quelque chose a été rendu")
        items = [
            {"id": "made", "title": title, "criterion": "length", "params": {"of": part, "unit": "chars", "least": 1}}
        ]
    return {"items": items}


def _item(question: Question) -> dict[str, Any]:
    by_ask: dict[type, str] = {IdsQuestion: "tokens", MaskQuestion: "mask"}
    return {
        "id": question.id,
        "title": dict(question.title),
        "criterion": by_ask.get(type(question), "selection"),
        "params": {"of": f"answer.{question.id}"},
    }
