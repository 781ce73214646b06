"""A certificate on paper: one landscape page as PDF.

The letters are those of the interface's own typeface (Inter, which comes with the administration's look): Latin with
all its accents, Greek, Cyrillic. A name in another script is drawn as far as the typeface goes; the page behind the
code shows it whole.
"""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import Align
from fpdf.fonts import TTFFont

from courses.texts import Text, localise

WIDTH, HEIGHT = 297.0, 210.0  # mm, A4
INK, SOFT, EMBER = (34, 26, 19), (93, 80, 69), (168, 63, 13)
FACES = {"": "Inter-Regular.woff2", "B": "Inter-SemiBold.woff2"}
WORDS: dict[str, Text] = {
    "title": {"en": "Certificate of completion", "fr": "Attestation de réussite"},
    "says": {"en": "This certifies that", "fr": "Il est attesté que"},
    "did": {"en": "has completed the course", "fr": "a suivi avec succès le cours"},
    "check": {"en": "To check it: {url}  ·  code {code}", "fr": "Pour la vérifier : {url}  ·  code {code}"},
}


@lru_cache(maxsize=64)
def draw(*, name: str, title: str, issuer: str, date: str, code: str, url: str, language: str) -> bytes:
    """The same facts give the same bytes, but for the time at which the file was made."""
    page = _Paper(orientation="L", unit="mm", format="A4")
    for style, face in FACES.items():
        page.add_font("Inter", style, _face(face))
    page.set_title(f"{localise(WORDS['title'], language)} · {title}")
    page.set_author(issuer)
    page.set_lang(language)
    page.add_page()
    page.frame()
    page.centred(issuer, at=28, size=13, style="B", colour=SOFT)
    page.centred(localise(WORDS["title"], language), at=46, size=32, style="B", colour=EMBER)
    page.centred(localise(WORDS["says"], language), at=76, size=13, colour=SOFT)
    page.centred(name, at=88, size=30, style="B", colour=INK)
    page.centred(localise(WORDS["did"], language), at=112, size=13, colour=SOFT)
    page.centred(title, at=124, size=22, style="B", colour=INK)
    page.centred(date, at=156, size=13, colour=INK)
    page.centred(localise(WORDS["check"], language).format(url=url, code=code), at=180, size=9, colour=SOFT, link=url)
    return bytes(page.output())


def _face(name: str) -> Path:
    return Path(str(files("unfold") / "static" / "unfold" / "fonts" / "inter" / name))


class _Paper(FPDF):
    def frame(self) -> None:
        self.set_draw_color(*EMBER)
        self.set_line_width(0.8)
        self.rect(12, 12, WIDTH - 24, HEIGHT - 24)
        self.set_line_width(0.2)
        self.rect(15, 15, WIDTH - 30, HEIGHT - 30)

    def centred(
        self, text: str, *, at: float, size: float, colour: tuple[int, int, int], style: str = "", link: str = ""
    ) -> None:
        """One centred line `at` mm from the top; long text becomes smaller, down to half, and then two lines."""
        self.set_text_color(*colour)
        shown = self._drawable(text)
        for smaller in (1.0, 0.85, 0.7, 0.6, 0.5):
            self.set_font("Inter", style, size * smaller)
            if self.get_string_width(shown) <= WIDTH - 50:
                break
        self.set_xy(25, at)
        self.multi_cell(WIDTH - 50, size * 0.5, shown, align=Align.C, link=link)

    def _drawable(self, text: str) -> str:
        face = self.fonts["inter"]
        known = face.cmap if isinstance(face, TTFFont) else {}  # letters that the typeface has
        return "".join(letter if ord(letter) in known else "?" for letter in text)
