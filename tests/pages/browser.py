"""A real browser for tests and for pictures of pages."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

#: Prints where a browser is that can be driven, or says on its error output what to do.
FINDER = Path(__file__).parents[2] / "tools" / "browser"
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
#: What a busy machine may take to start a browser; in milliseconds.
START = 120_000
WIDE = (1280, 900)
NARROW = (360, 740)


class NoBrowser(RuntimeError):
    """The page tests drive a real browser, and there is none."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium; raises NoBrowser with what to install."""
    found = subprocess.run(
        [FINDER], capture_output=True, text=True, check=False, env={**os.environ, "PYTHON": sys.executable}
    )
    if found.returncode != 0:
        raise NoBrowser(found.stderr)
    path = found.stdout.strip()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS), timeout=START)
        try:
            yield browser
        finally:
            browser.close()


def open_context(
    browser: Browser, *, scheme: str = "light", size: tuple[int, int] = WIDE, scripts: bool = True, scale: int = 1
) -> BrowserContext:
    """A fresh window, with nothing remembered; ``scale`` is how many pixels a point is wide."""
    width, height = size
    return browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        java_script_enabled=scripts,
        locale="en-GB",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
    )


def snap(page: Page, path: Path, *, whole: bool = False) -> None:
    """Write a picture of an open page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=whole, animations="disabled")
