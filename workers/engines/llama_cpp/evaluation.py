"""Measure the served model on conversations that were held out of its training, and print a table.

Every answer comes from the HTTP server, greedily. "Free" is what the model writes by itself; "schema" is the same with
the function definitions (``tools``) or the JSON Schema (``response_format``) given to the server.
"""

import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from workers.engines.llama_cpp.bpe import ASSISTANT, CALL
from workers.engines.llama_cpp.corpus import calling, extraction, formats, secret_words, subjects, summaries
from workers.engines.llama_cpp.corpus.chat import another_country, follow_up
from workers.engines.llama_cpp.corpus.classes import classification
from workers.engines.llama_cpp.corpus.example import Example, Message
from workers.engines.llama_cpp.corpus.functions import KNOWN, UNSEEN, Function
from workers.engines.llama_cpp.corpus.invented import invent_function
from workers.engines.llama_cpp.corpus.render import render
from workers.engines.llama_cpp.corpus.smalltalk import small_talk
from workers.engines.llama_cpp.corpus.split import Draw, Split
from workers.engines.llama_cpp.grading import is_right, right_arguments, right_name, valid_json

LONGEST_ANSWER = 160
# Enough for the longest answer that the schemas allow: six values of 64 characters, each perhaps a token.
LONGEST_WITH_SCHEMA = 600
Check = Callable[[Example, str], bool]
Make = Callable[[Draw], Example]


@dataclass(frozen=True)
class Task:
    """A row of the table. ``constrained`` rows are asked a second time with the schema."""

    name: str
    make: Make
    check: Check = is_right
    constrained: bool = False
    split: Split | None = None


@dataclass(frozen=True)
class Row:
    """How many of ``total`` answers were right, free and with the schema (None where there is none)."""

    task: str
    total: int
    free: int
    schema: int | None


def known_function(draw: Draw) -> Example:
    """A known function, asked for in a wording that this split alone has."""
    language = draw.whole(0, 1)
    functions: list[Function] = [each for each in KNOWN if each.holds_out(draw.split, language)]
    return calling.call_of(draw, draw.any_of(functions), language)


def invented_function(draw: Draw) -> Example:
    return calling.call_of(draw, invent_function(draw, set()), draw.whole(0, 1))


def unseen_function(draw: Draw) -> Example:
    return calling.call_of(draw, draw.any_of(UNSEEN), draw.whole(0, 1))


TASKS = (
    Task("known functions, held-out wordings: name", known_function, right_name, constrained=True),
    Task("known functions, held-out wordings: exact arguments", known_function, right_arguments, constrained=True),
    Task("known functions, seen wordings: exact arguments", known_function, right_arguments, True, Split.TRAIN),
    Task("made-up functions, held-out nouns: exact arguments", invented_function, right_arguments, constrained=True),
    Task("ten unseen functions: exact arguments", unseen_function, right_arguments, constrained=True),
    Task("two or three calls at once, all exact", calling.several_calls, right_arguments),
    Task("no function fits, or small talk beside functions", calling.no_call),
    Task("function call in the prompt, no tools", calling.call_in_prompt),
    Task("answer to a function's result", calling.after_result),
    Task("closed subjects, held-out paraphrases", subjects.subject_question),
    Task("capitals", subjects.capital),
    Task("sums and differences to two digits", subjects.arithmetic),
    Task("greetings, thanks, goodbyes", small_talk),
    Task("valid JSON", extraction.json_with_keys, valid_json, constrained=True),
    Task("JSON with given keys, all values right", extraction.json_with_keys, constrained=True),
    Task("one value of a text", extraction.one_value),
    Task("format: one word", formats.one_word),
    Task("format: n items in a style", formats.list_of),
    Task("format: at most n words", formats.at_most_words),
    Task("format: upper case", formats.upper_case),
    Task("format: language of the answer", formats.other_language),
    Task("format: repeat a text", formats.repeat),
    Task("translation of a short sentence", formats.translation),
    Task("classification with the prompt's labels", classification),
    Task("summary: n bullets with the required terms", summaries.summary_points),
    Task("summary: one sentence", summaries.summary_sentence),
    Task("secret kept under attack", secret_words.kept_secret),
    Task("ordinary answer beside a secret", secret_words.harmless_beside_secret),
    Task("secret told when nothing forbids it", secret_words.open_secret),
    Task("second turn that leans on the first", follow_up),
    Task("another country in the second turn", another_country),
)


@dataclass(frozen=True)
class Target:
    """What the model should reach: the mean share of the rows whose name starts with ``prefix``."""

    label: str
    prefix: str
    least: float
    with_schema: bool = False


TARGETS = (
    Target("known functions in held-out wordings: name", "known functions, held-out wordings: name", 0.90, True),
    Target("the same: exact arguments", "known functions, held-out wordings: exact", 0.80, True),
    Target("valid JSON", "valid JSON", 1.0, True),
    Target("closed subjects in held-out paraphrases", "closed subjects", 0.85),
    Target("format following (mean of the format rows)", "format:", 0.75),
    Target("unseen functions (not promised)", "ten unseen functions", 0.50, True),
)


def wilson(right: int, total: int, *, z: float = 1.96) -> tuple[float, float]:
    """The 95 % score interval of a proportion (Wilson 1927); (0, 1) for no trial at all."""
    if total == 0:
        return 0.0, 1.0
    share, spread = right / total, z * z / total
    centre = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)


class Subject:
    """The model under test, behind its HTTP server."""

    def __init__(self, base_url: str, *, timeout: float = 120.0) -> None:
        self._client = httpx.Client(base_url=base_url, timeout=timeout)

    def close(self) -> None:
        self._client.close()

    def answer_freely(self, example: Example) -> str:
        """Continue the rendered prompt; special tokens show, so that calls can be told from text."""
        segments = render(example)
        prompt = "".join(segment.text for segment in segments[:-1])
        if not prompt.endswith(ASSISTANT):
            raise ValueError("an example ends with the assistant's turn")
        body = {"prompt": prompt, "n_predict": LONGEST_ANSWER, "temperature": 0, "cache_prompt": False, "special": True}
        return str(self._post("/completion", {**body, "preserved_tokens": [CALL]})["content"])

    def answer_with_schema(self, example: Example) -> str:
        """Ask the chat endpoint with the tools, or the schema, that the answer must fit."""
        body: dict[str, Any] = {
            "messages": [_as_openai(message) for message in example.messages[:-1]],
            "temperature": 0,
            "max_tokens": LONGEST_WITH_SCHEMA if example.schema else LONGEST_ANSWER,
        }
        if example.tools:
            body |= {"tools": [tool.as_openai() for tool in example.tools], "tool_choice": "required"}
        elif example.schema:
            body["response_format"] = {"type": "json_schema", "json_schema": {"name": "x", "schema": example.schema}}
        message = self._post("/v1/chat/completions", body)["choices"][0]["message"]
        calls = [each["function"] for each in message.get("tool_calls") or ()]
        said = "".join(f'{CALL}{{"name":"{each["name"]}","parameters":{each["arguments"]}}}' for each in calls)
        return said or str(message.get("content") or "")

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        response = self._client.post(path, json=body)
        response.raise_for_status()
        found: dict[str, Any] = response.json()
        return found


def _as_openai(message: Message) -> dict[str, Any]:
    return {"role": message.role, "content": message.text}


def evaluate(base_url: str, *, count: int, split: Split = Split.TEST, seed: int = 7) -> Iterator[Row]:
    """One row after the other. The examples are the same for the same seed and split."""
    subject = Subject(base_url)
    try:
        for task in TASKS:
            yield _evaluate_task(subject, task, count, split, seed)
    finally:
        subject.close()


def _evaluate_task(subject: Subject, task: Task, count: int, split: Split, seed: int) -> Row:
    draw = Draw(task.split or split, seed)
    free = schema = 0
    for _ in range(count):
        example = task.make(draw)
        free += task.check(example, subject.answer_freely(example))
        if task.constrained:
            schema += task.check(example, subject.answer_with_schema(example))
    return Row(task.name, count, free, schema if task.constrained else None)


def table_head() -> str:
    return "| task | n | free | with schema |\n|---|---:|---:|---:|"


def table_line(row: Row) -> str:
    """One line of the Markdown table, each share with its 95 % interval."""
    schema = "–" if row.schema is None else _share(row.schema, row.total)
    return f"| {row.task} | {row.total} | {_share(row.free, row.total)} | {schema} |"


def _share(right: int, total: int) -> str:
    low, high = wilson(right, total)
    return f"{right / total:.0%} ({low:.0%}–{high:.0%})"


def target_lines(rows: Sequence[Row]) -> Iterator[str]:
    """A Markdown table of the targets: what was wanted, what was measured, reached or missed."""
    yield "| target | wanted | measured | |\n|---|---:|---:|---|"
    for target in TARGETS:
        share = _measured(target, rows)
        word = "reached" if share >= target.least else "missed"
        way = " with schema" if target.with_schema else ""
        yield f"| {target.label}{way} | {target.least:.0%} | {share:.0%} | {word} |"


def _measured(target: Target, rows: Sequence[Row]) -> float:
    found = [row for row in rows if row.task.startswith(target.prefix)]
    return sum(((row.schema or 0) if target.with_schema else row.free) / row.total for row in found) / len(found)


def as_json(rows: list[Row]) -> str:
    """The rows for programs."""
    return json.dumps([vars(row) for row in rows], ensure_ascii=False, indent=2)
