"""Helps to draw what a criterion measured."""

from django import template

register = template.Library()


@register.filter
def cells(digits: str) -> list[tuple[int, int]]:
    """The places (column, row) of the set bits of a hash of 64 bits, written in hexadecimal; none if it is no hash."""
    try:
        bits = f"{int(digits[:16], 16):064b}"
    except ValueError:
        return []
    return [(place % 8, place // 8) for place, bit in enumerate(bits) if bit == "1"]
