from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from pluglot.web.server import Serving, serve
from tests.pages.browser import NoBrowser, chromium, open_context
from tests.web.house import MemoryHouse
from tests.web.sample import sample_house

SCREENSHOTS = Path(__file__).parent / "screenshots"
#: What a busy machine may take for anything a page does; in milliseconds, as the browser's driver wants it.
PATIENT = 30_000
expect.set_options(timeout=PATIENT)


def until_live(page: Page) -> None:
    """Wait until the stream of a page stands: before that its mark is hidden, whatever its text."""
    mark = page.locator("[data-live-mark]")
    expect(mark).to_be_visible()
    expect(mark).to_have_text("live")


class Loop:
    """A loop in a thread of its own: the browser's side of these tests is not asynchronous."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do something asynchronous and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def call(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Do something in the loop and wait for it."""

        async def called() -> Any:
            return work(*arguments)

        return self.run(called())

    def stop(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Site:
    """A house that is served: its address, and what is inside."""

    def __init__(self, loop: Loop, memory: MemoryHouse) -> None:
        self._loop = loop
        self.memory = memory
        self.serving: Serving = loop.run(serve(memory.house, "127.0.0.1", 0))
        self.url = self.serving.url

    def record(self, *facts: Any) -> None:
        """Let facts happen."""
        self._loop.call(lambda: self.memory.record(*facts))

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do something asynchronous in the house's loop."""
        return self._loop.run(work)

    def close(self) -> None:
        """Stop serving."""
        self._loop.run(self.serving.stop())


@pytest.fixture(scope="session")
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser per file: while it runs, its loop occupies the thread that asynchronous tests need."""
    try:
        with chromium() as browser:
            yield browser
    except NoBrowser as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture(scope="session")
def sample(loop: Loop) -> Iterator[Site]:
    """A house to look at; tests that change something use ``site``."""
    site = Site(loop, sample_house(datetime.now(UTC), open_to_visitors=True))
    yield site
    site.close()


@pytest.fixture
def open_pages() -> list[Page]:
    """The live pages of a test, which must be left before their house ends: a page whose stream breaks complains."""
    return []


@pytest.fixture
def site(loop: Loop, open_pages: list[Page]) -> Iterator[Site]:
    """A house of one's own."""
    site = Site(loop, sample_house(datetime.now(UTC), open_to_visitors=True))
    yield site
    for page in open_pages:
        page.goto("about:blank")
    site.close()


@pytest.fixture(scope="module")
def still(browser: Browser) -> Iterator[Page]:
    """A page in a browser that runs no scripts."""
    context = open_context(browser, scripts=False)
    page = context.new_page()
    page.set_default_timeout(PATIENT)
    yield page
    context.close()


@pytest.fixture
def lively(browser: Browser, open_pages: list[Page]) -> Iterator[Page]:
    """A page in a browser that runs scripts; whatever its console complains about fails the test."""
    if not (files("pluglot.web") / "static" / "pluglot.js").is_file():
        pytest.fail(
            "the scripts are not built: run `npm ci && npm run build` in src/pluglot/web/frontend", pytrace=False
        )
    context = open_context(browser)
    page = context.new_page()
    open_pages.append(page)
    page.set_default_timeout(PATIENT)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []
