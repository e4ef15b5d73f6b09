"""A real browser for tests and for pictures of pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE = (1280, 900)
NARROW = (360, 740)


class NoBrowser(RuntimeError):
    """The page tests drive a real browser, and there is none."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium; raises NoBrowser with what to install."""
    path = CHROMIUM if Path(CHROMIUM).exists() else shutil.which("chromium")
    if path is None:
        raise NoBrowser(
            f"the page tests need {CHROMIUM}: install it with `apt-get update && apt-get install -y chromium`"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def open_context(
    browser: Browser, *, scheme: str = "light", size: tuple[int, int] = WIDE, scripts: bool = True
) -> BrowserContext:
    """A fresh window, with nothing remembered."""
    width, height = size
    return browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": height},
        java_script_enabled=scripts,
        locale="en-GB",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
    )


def take_picture(url: str, path: Path, *, scheme: str = "light", size: tuple[int, int] = WIDE, wait: float = 0) -> None:
    """Write a picture of a page as a visitor sees it, ``wait`` seconds after it came alive."""
    with chromium() as browser:
        context = open_context(browser, scheme=scheme, size=size)
        page = context.new_page()
        page.goto(url)
        page.wait_for_load_state("load")
        if wait:
            page.wait_for_timeout(wait * 1000)
        snap(page, path)


def snap(page: Page, path: Path, *, whole: bool = False) -> None:
    """Write a picture of an open page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=whole, animations="disabled")
