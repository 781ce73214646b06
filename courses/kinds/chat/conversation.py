"""The tree of turns: paths, messages, what was used. Pure."""

from collections.abc import Sequence

from courses.kinds.chat.schema import ChatSpec
from courses.kinds.work import Run, Work
from workers.backends.requests import Message

ANSWERED = frozenset({"done", "cancelled"})  # a stopped answer keeps its partial text and may be continued
LOST = frozenset({"failed", "dead"})  # through no fault of the student: counts for nothing


def path(work: Work, leaf: str | None) -> list[Run]:
    """The runs from the beginning to `leaf`. Raises KeyError for a run that this attempt does not have."""
    runs = {run.id: run for run in work.runs}
    found: list[Run] = []
    while leaf is not None:
        run = runs.pop(leaf)  # popped, so that a circle would end too
        found.append(run)
        leaf = run.parent
    return found[::-1]


def answer_text(run: Run) -> str:
    return str((run.result or {}).get("text", ""))


def is_answered(run: Run) -> bool:
    return run.state in ANSWERED and bool(answer_text(run))


def messages(*, system: str, spec: ChatSpec, runs: Sequence[Run], user: str) -> list[Message]:
    """What the model reads: system prompt, starter turns, the path, the new message."""
    found = [Message(role="system", content=system)] if system else []
    found += [Message(role=turn.role, content=turn.text) for turn in spec.starter]
    for run in runs:
        found.append(Message(role="user", content=str(run.payload["text"])))
        found.append(Message(role="assistant", content=answer_text(run)))
    return [*found, Message(role="user", content=user)]


def tokens_used(work: Work) -> int:
    """Generated tokens over all branches. Where a server reported none, four characters count as one."""
    return sum(_tokens(run) for run in work.runs if run.state not in LOST)


def _tokens(run: Run) -> int:
    counted = ((run.result or {}).get("usage") or {}).get("completion_tokens")
    return counted if isinstance(counted, int) else -(-len(answer_text(run)) // 4)
