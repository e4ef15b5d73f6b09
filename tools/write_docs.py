"""Write the generated parts of ``docs/``; with ``--check`` only say whether they are current."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tools.requirement_table import proofs  # noqa: E402 - after the path


def requirements_page() -> str:
    """Every requirement that a test names, and the tests."""
    lines = [
        "# Requirements and the tests that prove them",
        "",
        "Made by `make docs` from the markers of the tests. The ids are those of the OCPP documents",
        "(`B01.FR.08`) and of our own list (`WS-`, `RPC-`, `ERR-`, `BOOT-`, `TX-`, `NET-`, `PWD-`, `HRD-`, `DAT-`,",
        "`UI-`, `SOAP-`, `BRG-`).",
        "",
        "| requirement | tests |",
        "|---|---|",
    ]
    for requirement, tests in proofs().items():
        files: dict[str, int] = {}
        for path, _ in tests:
            files[path] = files.get(path, 0) + 1
        shown = ", ".join(f"[{Path(path).stem}](../../{path}) ({count})" for path, count in files.items())
        lines.append(f"| {requirement} | {shown} |")
    return "\n".join(lines) + "\n"


PAGES = {ROOT / "docs" / "reference" / "requirements.md": requirements_page}


def main() -> int:
    """Write or check every generated page."""
    stale = 0
    for path, page in PAGES.items():
        text = page()
        if "--check" not in sys.argv:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            print(f"{path.relative_to(ROOT)} is not current: run `make docs`")
            stale += 1
    return stale


if __name__ == "__main__":
    sys.exit(main())
