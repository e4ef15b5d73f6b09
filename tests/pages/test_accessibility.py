from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.pages.browser import open_context
from tests.pages.conftest import Site
from tests.pages.pages import PAGES


@pytest.fixture(scope="module", params=["light", "dark"])
def coloured(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = open_context(browser, scheme=request.param)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(coloured: Page, sample: Site, name: str) -> None:
    """The accessibility checker has no finding on any page, contrast included, light and dark."""
    coloured.goto(sample.url + PAGES[name])
    results = Axe().run(coloured)
    assert results.violations_count == 0, results.generate_report()


def test_axe_would_find_something(coloured: Page, sample: Site) -> None:
    """The checker does run here: a faint text and a nameless button are found."""
    coloured.goto(sample.url + "/events")
    bad = '<button></button><p class="ghost">faint</p>'
    coloured.evaluate("bad => document.querySelector('main').insertAdjacentHTML('beforeend', bad)", bad)
    coloured.evaluate("document.querySelector('.ghost').style.cssText = 'color:#777;background:#888'")
    found = {violation["id"] for violation in Axe().run(coloured).response["violations"]}
    assert {"button-name", "color-contrast"} <= found
