"""Refuse what must never be committed: registry hosts, lock files with addresses, over-long modules."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
FORBIDDEN_FILES = {"uv.lock", "poetry.lock", "Pipfile.lock", "yarn.lock", "pnpm-lock.yaml"}
ADDRESS = re.compile(
    r'"resolved":\s*"http|https?://[^\s"]*(?:/simple/|/packages/[0-9a-f]{2}/)|^(?:-i|--index-url)\s',
    re.MULTILINE,
)
#: An exception to a rule of style says why on the same line; the second of two in a row may say "as above".
SILENT_EXCEPTION = re.compile(r"#\s*noqa(?::\s*[A-Z0-9, ]+)?\s*$", re.MULTILINE)
MOST_LINES = 700


def complaints(path: Path) -> list[str]:
    """What is wrong with one file, in words."""
    if path.name in FORBIDDEN_FILES:
        return [f"{path}: lock files of this kind carry download addresses"]
    try:
        text = (ROOT / path).read_text()
    except (UnicodeDecodeError, FileNotFoundError):
        return []
    found = []
    if ADDRESS.search(text) and path.name != Path(__file__).name:
        found.append(f"{path}: names a download address")
    if path.suffix == ".py" and (silent := SILENT_EXCEPTION.findall(text)):
        found.append(f"{path}: {len(silent)} exceptions to a rule without their reason")
    if path.parts[0] == "src" and path.suffix == ".py" and text.count("\n") > MOST_LINES:
        found.append(f"{path}: longer than {MOST_LINES} lines; make it a folder of the same name")
    return found


def main() -> int:
    """Check every file git knows."""
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = [line for name in listing.splitlines() for line in complaints(Path(name))]
    print("\n".join(found) or "files: nothing to complain about")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
