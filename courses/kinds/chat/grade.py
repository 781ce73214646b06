"""What the rubric looks at in a conversation. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from courses.grading.evidence import Evidence, Part
from courses.kinds.chat.conversation import answer_text, is_answered, path
from courses.kinds.chat.plan import probe_key
from courses.kinds.chat.schema import ChatAnswer, ChatSpec
from courses.kinds.work import Run, Work
from courses.texts import both

PARTS = {
    "answer": both("every answer of the model on the chosen branch", "chaque réponse du modèle sur la branche choisie"),
    "prompt": both("every message of the student on the chosen branch", "chaque message de l'étudiant sur la branche"),
    "system": both("the system prompt that the student wrote", "le prompt système écrit par l'étudiant"),
    "probe": both(
        "every answer to the probes; `probe.<id>` gives the answers to one of them",
        "chaque réponse aux messages d'essai ; `probe.<id>` donne celles d'un seul",
    ),
}


def evidence(spec: ChatSpec, answer: ChatAnswer, work: Work) -> Evidence:
    parts = [*_system(spec, answer.system), *_turns(path(work, answer.leaf)), *_probes(spec, work)]
    return Evidence(tuple(parts), work.results)


def draft_evidence(spec: ChatSpec, work: Work, run_id: str) -> Evidence:
    """The path to `run_id` as if it were submitted. Raises KeyError for a run that this attempt does not have."""
    runs = path(work, run_id)
    return Evidence((*_system(spec, runs[-1].payload.get("system")), *_turns(runs)))


def similarity_key(spec: ChatSpec, answer: ChatAnswer, work: Work) -> str:
    prompts = [str(run.payload["text"]) for run in path(work, answer.leaf)]
    return "\n\n".join([answer.system or "", *prompts]).strip()


def _system(spec: ChatSpec, text: str | None) -> list[Part]:
    return [Part("system", text or "", "system")] if spec.student_system else []


def _turns(runs: Sequence[Run]) -> list[Part]:
    found: list[Part] = []
    for run in runs:
        where = f"turn:{run.id}"
        found.append(Part("prompt", str(run.payload["text"]), where))
        if is_answered(run):
            found.append(Part("answer", answer_text(run), where, _facts(run.result or {}, run.payload)))
    return found


def _probes(spec: ChatSpec, work: Work) -> list[Part]:
    found: list[Part] = []
    for probe in spec.probes:
        for number in range(1, len(probe.turns) + 1):
            result = work.results.get(probe_key(probe, number))
            if result is not None:
                facts, text = _facts(result, {}), str(result.get("text", ""))
                where = probe_key(probe, number)
                found += [Part("probe", text, where, facts), Part(f"probe.{probe.id}", text, where, facts)]
    return found


def _facts(result: Mapping[str, Any], payload: Mapping[str, Any]) -> dict[str, Any]:
    usage = result.get("usage") or {}
    return {
        "finish": result.get("finish"),
        "completion_tokens": usage.get("completion_tokens"),
        "prompt_tokens": usage.get("prompt_tokens"),
        **{f"option_{name}": value for name, value in (payload.get("options") or {}).items()},
    }
