"""Course folders for tests."""

from pathlib import Path

EXERCISE = """\
title: {en: Say hello, fr: Dire bonjour}
kind: chat
statement: {en: Say hello., fr: Dites bonjour.}
spec:
  alias: chat-small
  turn_limit: 3
rubric:
  items:
    - id: greets
      title: {en: Greets, fr: Salue}
      criterion: contains
      params: {terms: [hello]}
references:
  - {name: good, score: [1, 1], work: {turns: [{prompt: Hi, answer: hello}]}}
"""


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def make_course_folder(parent: Path, *, name: str = "greeting", **changes: str) -> Path:
    """A whole course; `changes` replaces files by a short name: course, module, lesson, exercise."""
    files = {
        "course.yml": changes.get("course", "title: {en: Greeting, fr: Saluer}\n"),
        "01-start/module.yml": changes.get("module", "title: {en: Start, fr: Début}\nexercises: [hello]\n"),
        "01-start/01-words.en.md": changes.get("lesson", "---\ntitle: Words\n---\nSome *words*.\n"),
        "01-start/01-words.fr.md": "---\ntitle: Mots\n---\nDes *mots*.\n",
        "01-start/exercises/hello.yml": changes.get("exercise", EXERCISE),
    }
    return write(parent / name, files)
