from __future__ import annotations

import base64
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages.browser import open_context, snap
from tests.pages.conftest import SCREENSHOTS, until_live
from tests.programs import PLUGLOT, SOURCES, free_port

#: As the README shows it; in points, of which each has two by two pixels.
SIZE, SCALE = (1280, 1000), 2
PICTURE = SCREENSHOTS / "demo-fleet.png"
#: With this in the environment the picture of the README is renewed by the one just made.
RENEW = "RENEW_PICTURE"
OF_THE_README = Path(__file__).parents[2] / "docs" / "images" / "fleet.png"
#: In which the demo finishes sessions and starts others, by its promise, and as long again for a busy machine.
MILLISECONDS = 2 * 60_000

#: How many colours a picture has, and what part of it the most frequent one covers; read by the browser itself.
COLOURS = """async (source) => {
  const image = new Image();
  image.src = source;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const pixels = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  return [counts.size, Math.max(...counts.values()) / pixels.length];
}"""

FINISHED_SESSIONS = (
    "least => Number(/(\\d+) finished/.exec(document.querySelector('.figures').textContent)?.[1] ?? 0) >= least"
)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    """The demo as a newcomer starts it, in a process of its own; its address."""
    web = f"127.0.0.1:{free_port()}"
    options = ("--no-browser", "--web", web, "--listen", f"127.0.0.1:{free_port()}")
    with (tmp_path / "demo.log").open("w+b") as log:
        process = subprocess.Popen(
            [*PLUGLOT, "demo", *options],
            stderr=subprocess.PIPE,
            stdout=log,
            env={**os.environ, "PYTHONPATH": SOURCES},
        )
        try:
            assert process.stderr is not None
            assert f"http://{web}" in process.stderr.readline().decode()
            yield f"http://{web}"
        finally:
            process.terminate()
            process.communicate(timeout=60)


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    """A page in a window of the picture's size."""
    context = open_context(browser, size=SIZE, scale=SCALE)
    yield context.new_page()
    context.close()


@pytest.mark.timeout(900)
def test_the_picture_of_the_readme_is_the_demo(demo: str, visitor: Page, browser: Browser) -> None:
    """The demo comes alive before a visitor's eyes, and the picture taken of it is one worth showing."""
    visitor.goto(demo)
    wait = {"timeout": MILLISECONDS}
    until_live(visitor)
    expect(visitor.locator(".card")).to_have_count(8, **wait)
    expect(visitor.locator(".spoken .version")).to_have_text(["1.5s", "1.6", "2.0.1", "2.1"], **wait)
    # Sessions that were finished and paid, and then a full house again: drivers come in waves at first.
    expect(visitor.locator("[data-region=live_finished] li")).to_have_count(8, **wait)
    visitor.wait_for_function(FINISHED_SESSIONS, arg=14, **wait)
    expect(visitor.locator(".places .state.is-charging").nth(10)).to_be_visible(**wait)
    expect(visitor.locator(".wire .into").first).to_be_visible(**wait)
    snap(visitor, PICTURE)
    visitor.goto("about:blank")  # before the demo ends

    picture = PICTURE.read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (SIZE[0] * SCALE, SIZE[1] * SCALE)
    judge = browser.new_page()
    colours, most = judge.evaluate(COLOURS, "data:image/png;base64," + base64.b64encode(picture).decode())
    judge.close()
    assert colours > 200
    assert most < 0.9
    if os.environ.get(RENEW):
        shutil.copyfile(PICTURE, OF_THE_README)
