"""Text on its way into a spreadsheet. Pure.

A program that opens the file takes a cell for a formula by its first character (OWASP, "CSV Injection"); names and
titles are other people's words.
"""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # Excel folds full-width signs


def plain(text: str) -> str:
    """The same text as nothing but text: an apostrophe before what could begin a formula."""
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text
