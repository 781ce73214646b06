"""Message catalogues: compiled by Babel, so that no gettext tools are needed."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def catalogues(folders: Iterable[str | Path]) -> Iterator[Path]:
    """The .po files below these locale folders."""
    for folder in folders:
        yield from sorted(Path(folder).glob("*/LC_MESSAGES/*.po"))


def is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime


def compile_one(source: Path) -> None:
    """Write the .mo file beside `source`, whole or not at all: others may be reading the old one."""
    locale = source.parent.parent.name
    with source.open("rb") as file:
        catalogue = read_po(file, locale=locale, abort_invalid=True)
    unfinished = source.with_suffix(f".mo.{os.getpid()}")
    with unfinished.open("wb") as file:
        write_mo(file, catalogue)
    unfinished.replace(source.with_suffix(".mo"))


def compile_stale(folders: Iterable[str | Path]) -> list[Path]:
    """Compile what has changed; return the sources that were compiled."""
    stale = [source for source in catalogues(folders) if is_stale(source)]
    for source in stale:
        compile_one(source)
    return stale
