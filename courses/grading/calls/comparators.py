"""How an argument may be compared, as an author writes it (`compare: {city: {by: words}}`). Pure.

Every comparison gives 0..1. Lists, bags, sets and subsets give a share; the others all or nothing.
"""

import posixpath
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Annotated, Any, Literal

import re2
from pydantic import BaseModel, ConfigDict, Field

from courses.grading.calls.model import Compare, Comparison
from courses.grading.calls.values import is_number, key_of, same, same_number, shown
from courses.grading.folding import fold
from courses.texts import Text

JSON = Any
TEXT_LIMIT = 20_000  # characters of a text that are compared
PATTERN_LIMIT = 500  # characters of a student's pattern


class Comparator(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Exact(Comparator):
    """The same JSON; whole numbers and numbers with a fraction may be equal."""

    by: Literal["exact"] = "exact"


class OneOf(Comparator):
    """The value of `arguments` or one of these."""

    by: Literal["one_of"]
    values: list[JSON] = Field(min_length=1, max_length=100)


class Tolerance(Comparator):
    """A number within `absolute` or `relative` (of the expected one)."""

    by: Literal["tolerance"]
    absolute: float = Field(0.0, ge=0, allow_inf_nan=False)
    relative: float = Field(0.0, ge=0, allow_inf_nan=False)


class Range(Comparator):
    by: Literal["range"]
    least: float = Field(allow_inf_nan=False)
    most: float = Field(allow_inf_nan=False)


class String(Comparator):
    """`exact`; `words`: case, width and white space do not matter; `loose`: nor do accents and punctuation."""

    by: Literal["string"]
    profile: Literal["exact", "words", "loose"] = "words"


class Ordered(Comparator):
    """A list, item by item: the share of places that are right."""

    by: Literal["ordered"]


class Bag(Comparator):
    """A list in any order, counting repetitions."""

    by: Literal["bag"]


class Set(Comparator):
    """A list in any order, repetitions aside."""

    by: Literal["set"]


class Date(Comparator):
    """A day or a moment, in ISO 8601 or one of `formats` (as `%d/%m/%Y`). A time without a zone is UTC."""

    by: Literal["date"]
    formats: list[str] = Field([], max_length=10)


class Path(Comparator):
    """A file path: `a/./b//c` is `a/b/c`; under `windows` the case and the kind of slash do not matter either."""

    by: Literal["path"]
    style: Literal["posix", "windows"] = "posix"


class Regex(Comparator):
    """A pattern that finds the same places in every one of `witnesses`, however it is written."""

    by: Literal["regex"]
    witnesses: list[Annotated[str, Field(max_length=2_000)]] = Field(min_length=1, max_length=50)


class Subset(Comparator):
    """Everything expected is there; more may be."""

    by: Literal["subset"]


class Ignore(Comparator):
    """Anything."""

    by: Literal["ignore"]


AnyComparator = Annotated[
    Exact | OneOf | Tolerance | Range | String | Ordered | Bag | Set | Date | Path | Regex | Subset | Ignore,
    Field(discriminator="by"),
]


def compare(comparator: Comparator, expected: JSON) -> Compare:
    """Ready to be asked for a score."""
    score = partial(SCORES[type(comparator)], comparator, expected)
    words = WORDS.get(type(comparator), lambda comparator, expected: None)(comparator, expected)
    return Comparison(score, expected, words, free=isinstance(comparator, Ignore))


def _exact(comparator: Comparator, expected: JSON, got: JSON) -> float:
    return float(same(expected, got))


def _one_of(comparator: OneOf, expected: JSON, got: JSON) -> float:
    return float(same(expected, got) or any(same(value, got) for value in comparator.values))


def _tolerance(comparator: Tolerance, expected: JSON, got: JSON) -> float:
    if not (is_number(expected) and is_number(got)):
        return 0.0
    # The relative part is of the expected number, not of the larger of the two: who guesses high gains nothing.
    try:
        allowed = max(comparator.absolute, comparator.relative * abs(expected))
        return float(abs(expected - got) <= allowed or same_number(expected, got))
    except OverflowError:
        return 0.0


def _range(comparator: Range, expected: JSON, got: JSON) -> float:
    return float(is_number(got) and comparator.least <= got <= comparator.most)


def _string(comparator: String, expected: JSON, got: JSON) -> float:
    if type(got) is not str or type(expected) is not str or len(got) > TEXT_LIMIT:
        return 0.0
    return float(PROFILES[comparator.profile](got) == PROFILES[comparator.profile](expected))


def _words(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _loose(text: str) -> str:
    kept = (letter if letter.isalnum() else " " for letter in fold(text).text)
    return " ".join("".join(kept).split())


PROFILES: dict[str, Callable[[str], str]] = {
    "exact": lambda text: unicodedata.normalize("NFC", text),
    "words": _words,
    "loose": _loose,
}


def _ordered(comparator: Comparator, expected: JSON, got: JSON) -> float:
    if type(got) is not list or type(expected) is not list:
        return 0.0
    right = sum(map(same, expected, got))
    return right / max(len(expected), len(got), 1) if expected or got else 1.0


def _bag(comparator: Comparator, expected: JSON, got: JSON) -> float:
    if type(got) is not list or type(expected) is not list:
        return 0.0
    return _overlap(Counter(map(key_of, expected)), Counter(map(key_of, got)))


def _set(comparator: Comparator, expected: JSON, got: JSON) -> float:
    if type(got) is not list or type(expected) is not list:
        return 0.0
    return _overlap(Counter(set(map(key_of, expected))), Counter(set(map(key_of, got))))


def _overlap(one: Counter[Hashable], other: Counter[Hashable]) -> float:
    size = max(one.total(), other.total())
    return (one & other).total() / size if size else 1.0


def _date(comparator: Date, expected: JSON, got: JSON) -> float:
    wanted, found = (_moment(value, comparator.formats) for value in (expected, got))
    if wanted is None or found is None:
        return 0.0
    if isinstance(wanted, datetime) != isinstance(found, datetime):
        return 0.0
    return float(wanted == found)


def _moment(value: JSON, formats: Sequence[str]) -> date | datetime | None:
    if type(value) is not str or len(value) > 64:
        return None
    text = value.strip()
    for form in formats:
        try:
            parsed = datetime.strptime(text, form)  # noqa: DTZ007  # the zone is added below
        except ValueError:
            continue
        return _zoned(parsed) if any(sign in form for sign in ("%H", "%I")) else parsed.date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return _zoned(datetime.fromisoformat(text))
    except ValueError:
        return None


def _zoned(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _path(comparator: Path, expected: JSON, got: JSON) -> float:
    if type(got) is not str or type(expected) is not str or not got.strip() or len(got) > TEXT_LIMIT:
        return 0.0
    return float(_normal_path(got, comparator.style) == _normal_path(expected, comparator.style))


def _normal_path(text: str, style: str) -> str:
    path = text.replace("\\", "/").casefold() if style == "windows" else text
    return re.sub("^//+", "/", posixpath.normpath(path))


def _regex(comparator: Regex, expected: JSON, got: JSON) -> float:
    if type(got) is not str or type(expected) is not str:
        return 0.0
    wanted, found = compiled(expected), compiled(got)
    if wanted is None or found is None:
        return 0.0
    return float(all(_places(wanted, text) == _places(found, text) for text in comparator.witnesses))


def compiled(pattern: str) -> Any | None:
    """A pattern in linear time (RE2), or None where it is none. Look-around and back-references are not known."""
    if len(pattern) > PATTERN_LIMIT:
        return None
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 4 << 20  # bytes
    try:
        return re2.compile(pattern, options)
    except (re2.error, UnicodeEncodeError):
        return None


def _places(pattern: Any, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)]


def _subset(comparator: Comparator, expected: JSON, got: JSON) -> float:
    leaves = _leaves(expected, got)
    return sum(leaves) / len(leaves) if leaves else 1.0


def _leaves(expected: JSON, got: JSON) -> list[float]:
    """1 or 0 for every innermost expected value. A list stands for its items, in any order."""
    if type(expected) is dict:
        if type(got) is not dict:
            return [0.0]
        return [leaf for key, value in expected.items() for leaf in (_leaves(value, got[key]) if key in got else [0.0])]
    if type(expected) is list:
        if type(got) is not list:
            return [0.0]
        left = Counter(map(key_of, got))
        wanted = Counter(map(key_of, expected))
        return [1.0] * (wanted & left).total() + [0.0] * (wanted - left).total()
    return [float(same(expected, got))]


def _ignore(comparator: Comparator, expected: JSON, got: JSON) -> float:
    return 1.0


SCORES: dict[type[Comparator], Callable[..., float]] = {
    Exact: _exact, OneOf: _one_of, Tolerance: _tolerance, Range: _range, String: _string, Ordered: _ordered, Bag: _bag,
    Set: _set, Date: _date, Path: _path, Regex: _regex, Subset: _subset, Ignore: _ignore,
}  # fmt: skip


def _words_tolerance(comparator: Tolerance, expected: JSON) -> Text:
    margin = f"{comparator.absolute:g}" if comparator.absolute else f"{comparator.relative:.3g} × {shown(expected)}"
    return {"en": f"{shown(expected)} (± {margin})", "fr": f"{shown(expected)} (± {margin})"}


def _words_range(comparator: Range, expected: JSON) -> Text:
    low, high = f"{comparator.least:g}", f"{comparator.most:g}"
    return {"en": f"a number from {low} to {high}", "fr": f"un nombre de {low} à {high}"}


def _words_regex(comparator: Regex, expected: JSON) -> Text:
    return {
        "en": f"a pattern that finds the same as {shown(expected)}",
        "fr": f"un motif qui trouve la même chose que {shown(expected)}",
    }


def _words_one_of(comparator: OneOf, expected: JSON) -> Text:
    values = ", ".join(shown(value, 40) for value in [expected, *comparator.values][:6])
    return {"en": f"one of {values}", "fr": f"l'une des valeurs {values}"}


def _words_bag(comparator: Comparator, expected: JSON) -> Text:
    return {"en": f"{shown(expected)}, in any order", "fr": f"{shown(expected)}, dans n'importe quel ordre"}


WORDS: Mapping[type[Comparator], Callable[[Any, JSON], Text | None]] = {
    Tolerance: _words_tolerance, Range: _words_range, Regex: _words_regex, OneOf: _words_one_of, Bag: _words_bag,
    Set: _words_bag,
}  # fmt: skip
