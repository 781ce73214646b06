"""Collect an answer while it arrives: clean, bounded, thoughts kept apart from the answer. Pure."""

import re
from typing import Any

from workers.backends.backend import Delta, Emit
from workers.backends.errors import ServerFault
from workers.protocols.lenient import parse_json

LONGEST_ANSWER = 1_000_000  # characters; far beyond what `max_tokens` allows

_UNFIT = re.compile("[\x00\ud800-\udfff]")  # no database and no encoder takes these
_OPEN, _CLOSE = "<think>", "</think>"


class Cleaner:
    """Joins surrogate pairs that were cut in two, replaces what is no character."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, text: str) -> str:
        text, self._held = self._held + text, ""
        if not _UNFIT.search(text):
            return text
        if "\ud800" <= text[-1] <= "\udbff":
            text, self._held = text[:-1], text[-1]
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\x00", "\ufffd")

    def rest(self) -> str:
        held, self._held = self._held, ""
        return "\ufffd" if held else ""


class ThoughtSplitter:
    """Moves a leading `<think>…</think>` into the reasoning, for servers that leave it in the text."""

    def __init__(self) -> None:
        self._held = ""
        self._state = "start"  # start, thinking, after (white space follows a thought), answer

    def feed(self, text: str) -> Delta:
        if self._state == "answer":
            return Delta(text=text)
        self._held += text
        if self._state == "start":
            self._look_for_opening()
        if self._state == "thinking":
            return self._think()
        if self._state == "start":
            return Delta()
        return self._answer()

    def rest(self) -> Delta:
        held, self._held = self._held, ""
        return Delta(reasoning=held) if self._state == "thinking" else Delta(text=held)

    def _look_for_opening(self) -> None:
        begun = self._held.lstrip()
        if begun.startswith(_OPEN):
            self._held, self._state = begun[len(_OPEN) :].lstrip(), "thinking"
        elif not _OPEN.startswith(begun):
            self._state = "answer"

    def _think(self) -> Delta:
        thought, closed, after = self._held.partition(_CLOSE)
        if closed:
            self._held, self._state = after, "after"
            return Delta(text=self._answer().text, reasoning=thought)
        keep = next((n for n in range(len(_CLOSE) - 1, 0, -1) if thought.endswith(_CLOSE[:n])), 0)
        cut = len(thought) - keep
        self._held = thought[cut:]
        return Delta(reasoning=thought[:cut])

    def _answer(self) -> Delta:
        text, self._held = self._held, ""
        if self._state == "after":
            text = text.lstrip()
            if not text:
                return Delta()
        self._state = "answer"
        return Delta(text=text)


class Answer:
    """The text, thoughts and tool calls of one answer; each piece is passed on as it comes."""

    def __init__(self, emit: Emit) -> None:
        self.text = self.reasoning = ""
        self.tool_calls: list[dict[str, Any]] = []
        self._emit = emit
        self._texts, self._thoughts, self._splitter = Cleaner(), Cleaner(), ThoughtSplitter()

    def add(self, *, text: str = "", reasoning: str = "") -> None:
        """Raises ServerFault when the answer outgrows every limit."""
        piece = self._splitter.feed(self._texts.feed(text)) if text else Delta()
        self._pass_on(Delta(text=piece.text, reasoning=piece.reasoning + self._thoughts.feed(reasoning)))

    def end(self) -> None:
        """Nothing more will come."""
        last = self._splitter.feed(self._texts.rest())
        rest = self._splitter.rest()
        reasoning = last.reasoning + rest.reasoning + self._thoughts.rest()
        self._pass_on(Delta(text=last.text + rest.text, reasoning=reasoning))

    def _pass_on(self, piece: Delta) -> None:
        if not piece.text and not piece.reasoning:
            return
        self.text += piece.text
        self.reasoning += piece.reasoning
        if len(self.text) + len(self.reasoning) > LONGEST_ANSWER:
            raise ServerFault(f"the answer has more than {LONGEST_ANSWER} characters")
        self._emit(piece)


def tool_call(name: str, arguments: str | dict[str, Any] | None) -> dict[str, Any]:
    """A tool call as results hold it. What a model wrote instead of a JSON object is kept as `malformed`."""
    if isinstance(arguments, dict):
        return {"name": name, "arguments": arguments}
    raw = arguments or "{}"
    try:
        parsed = parse_json(raw)
    except (ValueError, RecursionError):
        parsed = None
    if isinstance(parsed, dict):
        return {"name": name, "arguments": parsed}
    return {"name": name, "arguments": {}, "malformed": raw}
