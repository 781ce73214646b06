"""A made-up conversation as if it had been recorded. Pure."""

from courses.kinds.chat.plan import probe_key
from courses.kinds.chat.schema import ChatAnswer, ChatReference, ChatSpec, ReferenceTurn
from courses.kinds.work import Run, Work
from workers.backends.requests import ChatResult, Usage


def imagine(spec: ChatSpec, reference: ChatReference) -> tuple[ChatAnswer, Work]:
    runs = [_run(number, turn, reference.system) for number, turn in enumerate(reference.turns, start=1)]
    results = {
        probe_key(probe, number): ChatResult(text=text, finish="stop").model_dump(mode="json")
        for probe in spec.probes
        for number, text in enumerate(reference.probes.get(probe.id, []), start=1)
    }
    answer = ChatAnswer(leaf=runs[-1].id if runs else None, system=reference.system)
    return answer, Work(runs, results)


def _run(number: int, turn: ReferenceTurn, system: str | None) -> Run:
    result = ChatResult(
        text=turn.answer, finish=turn.finish, usage=Usage(completion_tokens=turn.completion_tokens)
    ).model_dump(mode="json")
    return Run(
        id=f"turn-{number}",
        parent=f"turn-{number - 1}" if number > 1 else None,
        payload={"text": turn.prompt, "system": system, "options": {}},
        state="cancelled" if turn.finish == "cancelled" else "done",
        result=result,
    )
