"""A conversation as a text that people can read elsewhere. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from courses.texts import Text, localise

WORDS: Mapping[str, Text] = {
    "you": {"en": "You", "fr": "Vous"},
    "nothing": {"en": "(no answer)", "fr": "(pas de réponse)"},
    "picture": {"en": "(a picture, seed {seed})", "fr": "(une image, graine {seed})"},
    "system": {"en": "System prompt", "fr": "Prompt système"},
}


def as_markdown(exported: Mapping[str, Any], language: str) -> str:
    """What `selectors.exported` gives. Model and seed stand with each answer, so that it can be asked for again."""
    words = {name: localise(text, language) for name, text in WORDS.items()}
    return "\n\n".join([f"# {exported['title']}", *_parts(exported, words)]) + "\n"


def _parts(exported: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[str]:
    system = ""
    for prompt in exported["prompts"]:
        held = prompt["settings"].get("system", "")
        if held and held != system:
            yield f"**{words['system']}.** {held}"
        system = held
        yield f"## {words['you']}\n\n{prompt['text']}"
        for answer in prompt["answers"]:
            yield f"### {_head(answer)}\n\n{_body(answer['result'] or {}, words)}"


def _head(answer: Mapping[str, Any]) -> str:
    options = (answer["asked"] or {}).get("options") or {}
    facts = [f"{name} {options[name]}" for name in ("temperature", "seed") if options.get(name) is not None]
    return " · ".join([answer["alias"], *filter(None, [answer["model"]]), *facts])


def _body(result: Mapping[str, Any], words: Mapping[str, str]) -> str:
    pictures = [words["picture"].format(seed=each.get("seed")) for each in result.get("pictures") or ()]
    return str(result.get("text") or "").strip() or "\n\n".join(pictures) or words["nothing"]
