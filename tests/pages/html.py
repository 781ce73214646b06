"""Is a page well-formed? Every element closed, every id once, every label and description leading somewhere."""

from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
POINTERS = ("for", "aria-labelledby", "aria-describedby", "aria-controls")


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.problems: list[str] = []
        self.ids: list[str] = []
        self.pointers: list[str] = []
        self.inline: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _value in attrs]
        self.problems += [f"<{tag}> has {name} twice" for name in set(names) if names.count(name) > 1]
        values = dict(attrs)
        if values.get("id"):
            self.ids.append(str(values["id"]))
        self.pointers += [word for name in POINTERS for word in (values.get(name) or "").split()]
        if "style" in values or any(name.startswith("on") for name in names) or tag == "style":
            self.inline.append(f"<{tag}>")
        if tag == "script" and "src" not in values and "json" not in (values.get("type") or ""):
            self.inline.append("<script>")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.problems.append(f"</{tag}> closes {self.open[-1:] or 'nothing'}")
            return
        self.open.pop()


def problems_of(text: str) -> list[str]:
    page = Page(text)
    twice = [f"id {name!r} twice" for name in sorted(set(page.ids)) if page.ids.count(name) > 1]
    lost = [f"nothing has the id {name!r}" for name in page.pointers if name not in page.ids]
    left = [f"<{tag}> is never closed" for tag in page.open]
    return [*page.problems, *twice, *lost, *left, *(f"inline code: {tag}" for tag in page.inline)]
