"""What a Markdown text points to: its images and its links, with lines. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from markdown_it import MarkdownIt

from courses.catalog import formulas
from courses.catalog.asset_files import asset_path, is_image

PARSER = formulas.enable(MarkdownIt("commonmark", {"html": False}).enable("table"))


@dataclass(frozen=True, slots=True)
class Link:
    line: int  # of the text, from 1
    address: str
    image: bool
    alt: str = ""


def links_in(text: str) -> Iterator[Link]:
    for block in PARSER.parse(text):
        line = block.map[0] + 1 if block.map else 1
        for token in block.children or ():
            if token.type == "image":
                yield Link(line, str(token.attrs.get("src", "")), image=True, alt=token.content.strip())
            elif token.type == "link_open":
                yield Link(line, str(token.attrs.get("href", "")), image=False)


def bad_formulas(text: str) -> Iterator[tuple[int, str]]:
    """(line of the text, what is wrong with a formula there)."""
    for block in PARSER.parse(text):
        line = block.map[0] + 1 if block.map else 1
        for token in (block, *(block.children or ())):
            if token.type.startswith("math_"):
                try:
                    formulas.mathml(token.content.strip(), display=token.type != "math_inline")
                except formulas.BadFormula as error:
                    yield line, str(error)


def problems_in(text: str, assets: Collection[str], hosts: Collection[str]) -> Iterator[tuple[int, str]]:
    """(line of the text, what is wrong): images without words, files that are not there, images from elsewhere."""
    for link in links_in(text):
        path = asset_path(link.address)
        if path is not None and path not in assets:
            yield link.line, f"there is no file assets/{path}"
        if link.image:
            yield from ((link.line, said) for said in _image_problems(link, path, hosts))


def _image_problems(link: Link, path: str | None, hosts: Collection[str]) -> Iterator[str]:
    if not link.alt:
        yield "an image needs words for who cannot see it: ![what it shows](assets/…)"
    if path is not None:
        if not is_image(path):
            yield f"assets/{path} is no image"
        return
    address = urlsplit(link.address)
    if address.scheme != "https" or address.hostname not in hosts:
        yield f"an image is a file below assets/ or comes from a host that course.yml names: {link.address[:200]}"
