"""The inspection finds what it is there to find: on a page with a fault of each sort it tells every one."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.pages.inspection import Inspector
from tests.pages.world import Place

pytestmark = pytest.mark.browser
SITE = "http://127.0.0.1:9"  # nobody answers there: the test itself does
FAULTY = """<!doctype html><html lang="de"><head><title>Faulty</title><style>
p { color: #222; background: #fff } @media (prefers-color-scheme: dark) { p { color: #222; background: #333 } }
div { inline-size: 500px }</style></head><body><main><h1>Faulty</h1><p>Words</p><div>Wide</div><img src="data:,">
<script>console.error("boo"); fetch("http://127.0.0.1:8/elsewhere").catch(() => 0); oops()</script>
</main></body></html>"""
SOUND = (
    '<!doctype html><html lang="en"><head><title>Sound</title></head><body><main><h1>Sound</h1></main></body></html>'
)


def found(browser: Browser, html: str) -> dict[str, list[Any]]:
    inspector = Inspector(browser, SITE, None, "en", narrow=True)  # type: ignore[arg-type]  # nobody signs in
    page = inspector.page_of(None)
    page.route("**/*", lambda route: route.fulfill(body=html, content_type="text/html"))
    inspector.look(Place("it", None, "/"))
    page.context.close()
    return inspector.found


def test_faults_are_told(browser: Browser) -> None:
    told = found(browser, FAULTY)

    assert [name for name, _nodes in told["it (light)"]] == ["image-alt"]
    assert [name for name, _nodes in told["it (dark)"]] == ["color-contrast"]
    assert told["it (language)"] == ["de"]
    assert told["it (wider than a small screen)"] != []
    said = " ".join(map(str, told["it (console)"]))
    assert ["boo" in said, "oops is not defined" in said, "leaves the host: http://127.0.0.1:8/" in said] == [True] * 3


def test_sound_page_passes(browser: Browser) -> None:
    assert found(browser, SOUND) == {}
