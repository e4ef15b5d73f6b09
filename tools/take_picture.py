"""Take the README's picture: the first page of a running demo, as the tests of the pages see it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.pages.browser import take_picture  # noqa: E402 - after the path

PICTURE = ROOT / "docs" / "images" / "fleet.png"


def main() -> None:
    """Start a demo, wait until vehicles charge, and take the picture."""
    demo = subprocess.Popen(
        [sys.executable, "-m", "pluglot", "demo", "--no-browser"], stderr=subprocess.PIPE, text=True
    )
    try:
        said = demo.stderr.readline() if demo.stderr else ""
        url = next(word for word in said.split() if word.startswith("http"))
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        take_picture(url, PICTURE, wait=40, size=(1280, 1000))
    finally:
        demo.terminate()
        demo.wait()


if __name__ == "__main__":
    main()
