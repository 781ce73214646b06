"""Numbers as people type them: 12,5 · 12.5 · 1 234 · 1.5e3 · 3 × 10^8, with or without a unit. Pure."""

import math
import re
from collections.abc import Mapping

LENGTH_LIMIT = 80
TYPED = re.compile(
    r"(?P<mantissa>[+-]?[\d.,' ]*\d[.,]?)"
    r"(?:\s*(?:e|[x×*]\s*10\s*(?:\^|\*\*))\s*(?P<power>[+-]?\d{1,3}))?"
    r"\s*(?P<unit>\D.*)?",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)
SIGNS = str.maketrans({"−": "-", "–": "-", "’": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "·": "*"})


def readings(typed: str) -> list[tuple[float, str]]:
    """(value, unit) for every way to read the text; none where it is no number. 1,234 is 1.234 in French and 1234 in
    English: both readings are given."""
    match = TYPED.fullmatch(typed[: LENGTH_LIMIT + 1].translate(SIGNS).strip())
    if match is None or len(typed) > LENGTH_LIMIT:
        return []
    power, unit = int(match["power"] or 0), (match["unit"] or "").strip()
    found = []
    for plain in _plain(match["mantissa"]):
        value = float(f"{plain}e{power}")
        if math.isfinite(value):
            found.append((value, unit))
    return found


def _plain(mantissa: str) -> list[str]:
    """The digits as `float` takes them."""
    text = re.sub(r"[ ']", "", mantissa)
    marks = re.findall(r"[.,]", text)
    if not marks:
        return [text]
    if len(set(marks)) == 2:
        decimal = marks[-1]
        other = "," if decimal == "." else "."
        return [text.replace(other, "").replace(decimal, ".")] if marks.count(decimal) == 1 else []
    if len(marks) > 1:
        return [re.sub(r"[.,]", "", text)] if re.fullmatch(r"[+-]?\d{1,3}(?:[.,]\d{3})+", text) else []
    decimal_reading = text.replace(",", ".")
    if re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", text):
        return [decimal_reading, re.sub(r"[.,]", "", text)]
    return [decimal_reading]


def factor_of(unit: str, units: Mapping[str, float]) -> float | None:
    """How many of the asked unit one of `unit` is; None for a unit that is not known. Case matters only where it must:
    Mb and MB differ if both are listed."""
    if unit in units:
        return units[unit]
    same = {factor for name, factor in units.items() if name.casefold() == unit.casefold()}
    return same.pop() if len(same) == 1 else None
