"""Every page of the admin in a real browser, in both languages and both themes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.pages.addresses import places
from tests.pages.inspection import Inspector
from tests.pages.site import serving
from tests.pages.world import busy_school

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_of_the_admin_is_in_order(language: str, browser: Browser, site: str) -> None:
    world = busy_school()
    inspector = Inspector(browser, site, world, language, narrow=language == "fr")

    assert inspector.look_at(place for place in places(world) if place.is_of_the_admin) == {}
