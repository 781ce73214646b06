"""Pictures of the main pages of the site, at work, for a person to look at.

python .ci/shots [--only NAME …] [--quick] [--readme] [--var FOLDER]

Starts `manage.py up` in a folder of its own, lets a class work on the shipped models, and writes every page at three
widths in both themes (and in French at the middle width) to var/shots/, with an index.html beside them.
--quick: only the widest, light and dark. --readme: also renews docs/images/.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "platform"), str(ROOT), str(Path(__file__).parent)]

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright  # noqa: E402  # needs the paths above

from tests.browsers import FLAGS, find_browser  # noqa: E402

if TYPE_CHECKING:
    from places import Place

SHOTS = ROOT / "var" / "shots"
IMAGES = ROOT / "docs" / "images"
PORT = "8720"
WIDTHS = (320, 768, 1280)
HEIGHTS = {320: 640, 768: 1024, 1280: 800}
README = ("exercise-chat", "exercise-image", "queue", "result", "review", "gradebook", "classroom")
QUESTION = "Answer in JSON with the keys name, age, city: Marie Dupont is 34 years old and lives in Lyon."


@dataclass(frozen=True, slots=True)
class Look:
    width: int
    theme: str
    language: str

    @property
    def name(self) -> str:
        return f"{self.width}-{self.theme}-{self.language}"


def looks(*, quick: bool) -> list[Look]:
    both = [Look(width, theme, "en") for width in WIDTHS for theme in ("light", "dark")]
    if quick:
        return [look for look in both if look.width == max(WIDTHS)]
    return [*both, Look(768, "light", "fr")]


def main() -> None:
    arguments = parsed()
    with folder(arguments.var) as var, site(var) as accounts:
        wanted = [place for place in prepared() if not arguments.only or place.name in arguments.only]
        shutil.rmtree(SHOTS, ignore_errors=True)
        SHOTS.mkdir(parents=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
            taken = [row for look in looks(quick=arguments.quick) for row in take(browser, accounts, wanted, look)]
            browser.close()
    write_index(taken)
    if arguments.readme:
        renew_images()
    print(f"{len(taken)} pictures: {SHOTS / 'index.html'}")


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Pictures of the main pages.")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--readme", action="store_true")
    parser.add_argument("--var", help="keep the site's folder here, and find the class in it the next time")
    return parser.parse_args()


@contextmanager
def folder(kept: str | None) -> Iterator[str]:
    if kept:
        yield kept
    else:
        with tempfile.TemporaryDirectory(prefix="athanor-", dir="/tmp") as made:  # a socket's path must be short
            yield made


@contextmanager
def site(var: str) -> Iterator[dict[str, Any]]:
    """The real site on the embedded services; gives the accounts of the demo people by role, and its address."""
    os.environ |= {"ATHANOR_VAR": var, "PORT": PORT, "ATHANOR_DEMO": "1"}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "athanor.config.settings")
    command = [sys.executable, "manage.py", "up"]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        next(line for line in process.stdout if line.startswith("Athanor is ready: "))
        threading.Thread(target=process.stdout.read, daemon=True).start()  # else the pipe fills
        try:
            said = json.loads((Path(var) / "demo-accounts.json").read_text(encoding="utf-8"))
            yield {"url": said["url"], **{one["role"]: one["login_url"] for one in said["accounts"]}}
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def prepared() -> "list[Place]":
    """Fill the site in a thread of its own: Playwright's loop must not see the database calls."""
    import django  # noqa: PLC0415  # needs the environment of the site

    django.setup()
    import lively_class  # noqa: PLC0415
    import staff_room  # noqa: PLC0415
    from places import places  # noqa: PLC0415

    if not lively_class.is_there():
        print(f"{lively_class.play()} pieces handed in", flush=True)
        print(f"{lively_class.wait_until_graded()} still being graded", flush=True)
        print(f"{lively_class.look_again()} decided by a person", flush=True)
    if not staff_room.is_there():
        staff_room.play()
    return list(places())


def take(
    browser: Browser, accounts: dict[str, str], wanted: "Sequence[Place]", look: Look
) -> Iterator[tuple[str, str, str]]:
    """One row per picture: page, look, file."""
    contexts: dict[str, BrowserContext] = {}
    for place in wanted:
        if place.who not in contexts:
            contexts[place.who] = signed_in(browser, accounts, place.who, look)
        page = contexts[place.who].new_page()
        file = SHOTS / f"{place.name}-{look.name}.png"
        shoot(page, accounts["url"] + place.address, place, file)
        page.close()
        yield place.name, look.name, file.name
    for context in contexts.values():
        context.close()


def signed_in(browser: Browser, accounts: dict[str, str], who: str, look: Look) -> BrowserContext:
    size = {"width": look.width, "height": HEIGHTS[look.width]}
    context = browser.new_context(viewport=size, color_scheme=look.theme, locale=look.language)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(accounts[who] if who else accounts["url"] + "/accounts/login/")
    page.locator(f"button[name=language][value={look.language}], [lang={look.language}]").first.evaluate(
        "element => element.closest('form') && element.tagName === 'BUTTON' ? element.click() : null"
    )
    page.wait_for_timeout(300)
    page.close()
    return context


def shoot(page: Page, address: str, place: "Place", file: Path) -> None:
    answer = page.goto(address)
    if answer is None or answer.status >= 500:
        print(f"{place.name}: {answer.status if answer else 'no answer'} at {address}", flush=True)
    page.locator(place.wait).first.wait_for(timeout=10_000)
    page.wait_for_timeout(250)  # late scripts, fonts, previews
    page.screenshot(path=file, full_page=True)


def write_index(taken: Sequence[tuple[str, str, str]]) -> None:
    names = list(dict.fromkeys(name for name, _look, _file in taken))
    parts = []
    for name in names:
        figures = "".join(
            f"<figure><img src='{escape(file)}' loading=lazy alt=''><figcaption>{escape(look)}</figcaption></figure>"
            for page, look, file in taken
            if page == name
        )
        parts.append(f"<h2 id='{escape(name)}'>{escape(name)}</h2><div>{figures}</div>")
    style = "div{display:flex;gap:1rem;overflow-x:auto;align-items:start}img{max-height:40rem;border:1px solid #888}"
    text = f"<!doctype html><meta charset=utf-8><title>Pages</title><style>{style}</style>{''.join(parts)}"
    (SHOTS / "index.html").write_text(text, encoding="utf-8")


def renew_images() -> None:
    for name in README:
        source = SHOTS / f"{name}-1280-light-en.png"
        if source.exists():
            shutil.copy(source, IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
