"""In which language a text is written. Pure: the model is a table inside the library's wheel."""

import re
from functools import cache
from typing import Literal

from py3langid.langid import MODEL_FILE, LanguageIdentifier
from pydantic import Field

from courses.grading.criterion import Criterion, Finding, Quote, Status
from courses.grading.evidence import Evidence, Part
from courses.grading.parts import OfParts, judge_parts
from courses.texts import Text, both

Language = Literal["ar", "de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "ru", "zh"]
KNOWN: tuple[Language, ...] = ("ar", "de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "ru", "zh")
NAMES: dict[str, tuple[str, str]] = {
    "ar": ("Arabic", "arabe"), "de": ("German", "allemand"), "en": ("English", "anglais"),
    "es": ("Spanish", "espagnol"), "fr": ("French", "français"), "it": ("Italian", "italien"),
    "ja": ("Japanese", "japonais"), "nl": ("Dutch", "néerlandais"), "pl": ("Polish", "polonais"),
    "pt": ("Portuguese", "portugais"), "ru": ("Russian", "russe"), "zh": ("Chinese", "chinois"),
}  # fmt: skip
CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+", re.DOTALL)
WORD = re.compile(r"[^\W\d_]+")
LETTERS = 4  # letters of a word that count as much as a word, for scripts without spaces


class Params(OfParts):
    languages: list[Language] = Field(min_length=1)
    min_words: int = Field(8, ge=1, le=200)
    """A shorter text cannot be told apart for certain."""
    short: Literal["unscored", "guess"] = "unscored"
    """What happens to a text that is too short: a person decides, or it is judged all the same."""
    certain: float = Field(0.8, ge=0, le=1)
    """Below this probability a person should look."""


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(KNOWN))
    return identifier


def assess(params: Params, evidence: Evidence, key: str) -> Finding:
    return judge_parts(params, evidence, lambda part: _judge(params, part))


def _judge(params: Params, part: Part) -> Finding:
    prose = CODE.sub(" ", part.text)
    words = _size(prose)
    if words == 0 or (words < params.min_words and params.short == "unscored"):
        text = both(
            "Too short to tell the language ({words} words): a person decides.",
            "Trop court pour reconnaître la langue ({words} mots) : une personne décide.",
            words=words,
        )
        return Finding(Status.UNSCORED, None, text, data={"words": words, "min_words": params.min_words})
    language, probability = _identifier().classify(prose[:20_000])
    return _judged(params, part, str(language), float(probability), words)


def _judged(params: Params, part: Part, language: str, probability: float, words: int) -> Finding:
    right = language in params.languages
    unsure = probability < params.certain
    en, fr = NAMES[language]
    text: Text = {"en": f"Written in {en}.", "fr": f"Écrit en {fr}."}
    if not right:
        wanted = [NAMES[code] for code in params.languages]
        text = {
            "en": f"Written in {en}; expected: {', '.join(name for name, _ in wanted)}.",
            "fr": f"Écrit en {fr} ; attendu : {', '.join(name for _, name in wanted)}.",
        }
    status = Status.NEEDS_REVIEW if unsure else Status.PASS if right else Status.FAIL
    quote = Quote(part.text[:160], part.where, 0, min(160, len(part.text)))
    data = {"language": language, "probability": round(probability, 4), "words": words}
    return Finding(status, float(right), text, (quote,), data)


def _size(text: str) -> int:
    """Words; in scripts that put no spaces between them, a few letters stand for one."""
    words = WORD.findall(text)
    dense = sum(len(word) for word in words if "\u3040" <= word[0] <= "\u9fff")
    return sum(1 for word in words if not "\u3040" <= word[0] <= "\u9fff") + dense // LETTERS


CRITERION = Criterion(label=both("Language", "Langue"), params=Params, assess=assess)
