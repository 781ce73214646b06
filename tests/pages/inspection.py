"""What a real browser finds wrong with a page, in a language, by day and by night.

Markup does not depend on the theme, so the second theme is switched on without loading the page again and only what
depends on colours is asked again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Request, ViewportSize

from athanor.accounts.models import User
from tests.pages.world import Place, World

GRAVE = {"serious", "critical"}
QUICK: dict[str, Any] = {"resultTypes": ["violations"], "preload": False, "ancestry": False}
COLOURS = {**QUICK, "runOnly": ["color-contrast", "link-in-text-block"]}
WIDE: ViewportSize = {"width": 1280, "height": 900}  # CSS pixels
NARROW: ViewportSize = {"width": 320, "height": 640}
# Runs after the colours have changed: what fades would be measured half-way.
ASK = """async options => {
    for (const one of document.getAnimations()) { try { one.finish(); } catch { one.cancel(); } }
    const found = await axe.run(document, options);
    const some = nodes => nodes.slice(0, 3).map(node => node.html.slice(0, 200));
    return found.violations.map(one => [one.impact, one.id, some(one.nodes)]);
}"""


@dataclass
class Inspector:
    """Opens places as whoever may see them. `found`: (page, what) → what is wrong."""

    browser: Browser
    site: str
    world: World
    language: str
    narrow: bool = False  # look at the smallest screen, too
    found: dict[str, list[Any]] = field(default_factory=dict)
    pages: dict[str | None, Page] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def look_at(self, places: Iterable[Place]) -> dict[str, list[Any]]:
        User.objects.update(language=self.language)
        for place in places:
            try:
                self.look(place)
            except Exception as error:  # noqa: BLE001, RUF100  # one page that breaks must not hide the others
                self._tell(place, "broken", [str(error)[:300]])
        for page in self.pages.values():
            page.context.close()
        return self.found

    def look(self, place: Place) -> None:
        page = self.page_of(place.who)
        answer = page.goto(self.site + place.path, wait_until="load")
        if answer is None or answer.status != place.status:
            self._tell(place, "status", [answer.status if answer else None])
        if page.locator("html").get_attribute("lang") != self.language:
            self._tell(place, "language", [page.locator("html").get_attribute("lang")])
        self._tell(place, "light", grave(page, QUICK))
        page.emulate_media(color_scheme="dark")
        self._tell(place, "dark", grave(page, COLOURS))
        page.emulate_media(color_scheme="light")
        if self.narrow:
            self._tell(place, "wider than a small screen", too_wide(page))
        allowed = "" if place.status == 200 else str(place.status)
        self._tell(place, "console", [line for line in self.complaints if not allowed or allowed not in line])

    def _tell(self, place: Place, what: str, found: list[Any]) -> None:
        if found:
            self.found[f"{place.name} ({what})"] = found

    def page_of(self, who: str | None) -> Page:
        if who not in self.pages:
            page = self.pages[who] = self._context_of(who).new_page()
            page.on("framenavigated", lambda frame: self._forget() if frame == page.main_frame else None)
        return self.pages[who]

    def _context_of(self, who: str | None) -> BrowserContext:
        context = self.browser.new_context(
            locale=self.language,
            viewport=WIDE,
            color_scheme="light",
            reduced_motion="reduce",
        )
        context.add_init_script(AXE_SCRIPT)
        context.on("console", lambda line: self._hear(line.text) if line.type == "error" else None)
        context.on("weberror", lambda error: self._hear(str(error.error)))
        context.on("request", self._ask)
        if who is not None:
            name, value = settings.SESSION_COOKIE_NAME, self.world.cookie_of(who)
            context.add_cookies([{"name": name, "value": value, "url": self.site}])
        return context

    def _forget(self) -> None:
        """What the page before still had to say came before the new one was there."""
        self.complaints.clear()

    def _hear(self, complaint: str) -> None:
        self.complaints.append(complaint)

    def _ask(self, request: Request) -> None:
        if not request.url.startswith((self.site, "data:", "blob:", "about:")):
            self._hear(f"leaves the host: {request.url}")


def grave(page: Page, options: dict[str, Any]) -> list[Any]:
    return [(name, nodes) for impact, name, nodes in page.evaluate(ASK, options) if impact in GRAVE]


def too_wide(page: Page) -> list[int]:
    page.set_viewport_size(NARROW)
    width = int(page.evaluate("document.documentElement.scrollWidth"))
    page.set_viewport_size(WIDE)
    return [width] if width > NARROW["width"] else []
