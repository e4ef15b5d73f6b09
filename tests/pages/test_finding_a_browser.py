from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pages.browser import FINDER

#: What the finder itself needs; everything else on the path is the test's.
TOOLS = ("sh", "dirname", "readlink", "wc", "grep", "id", "cat")
UBUNTU = """#!/bin/sh
if ! [ -x /snap/bin/chromium ]; then
    echo "Command '$0' requires the chromium snap to be installed. Please install it with: snap install chromium" >&2
    exit 1
fi
exec /snap/bin/chromium "$@"
"""
BROWSER = '#!/bin/sh\nexec /usr/lib/chromium/chromium "$@"\n'
#: Stands for Python with Playwright: it has no browser until it was told to install one.
PLAYWRIGHT = """#!/bin/sh
case "$*" in
*"playwright install chromium") : > "{folder}/own-chrome"; chmod +x "{folder}/own-chrome" ;;
*install-deps*) ;;
*) echo "{folder}/own-chrome" ;;
esac
"""


class Machine:
    """A machine as the finder sees it: the programs of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in TOOLS:
            (folder / name).symlink_to(str(shutil.which(name)))
        self.has("python", "#!/bin/sh\nexit 1\n")
        self.has("chmod", f'#!/bin/sh\nexec {shutil.which("chmod")} "$@"\n')
        self.has("sudo", "#!/bin/sh\nexit 1\n")

    def has(self, name: str, script: str) -> str:
        """Give it a program; its path."""
        path = self.folder / name
        path.write_text(script)
        path.chmod(0o755)
        return str(path)

    def find(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the finder on this machine."""
        given = {"PATH": str(self.folder), "PYTHON": str(self.folder / "python"), **environment}
        return subprocess.run([FINDER, *arguments], env=given, capture_output=True, text=True, check=False)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_real_browser_is_found(machine: Machine) -> None:
    """The first browser of the path is taken, one that is named before it."""
    chrome = machine.has("google-chrome", BROWSER)
    assert machine.find().stdout == f"{chrome}\n"
    chromium = machine.has("chromium", BROWSER)
    assert machine.find().stdout == f"{chromium}\n"
    assert machine.find(CHROMIUM=chrome).stdout == f"{chrome}\n"


def test_a_command_that_starts_a_snap_is_no_browser(machine: Machine) -> None:
    """Ubuntu's stub and a link into the snaps are passed over, and what to do is said."""
    machine.has("chromium-browser", UBUNTU)
    refused = machine.find()
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert "chromium-browser only starts a snap" in refused.stderr
    assert "playwright install --with-deps chromium" in refused.stderr
    snaps = machine.folder / "snap" / "bin"
    snaps.mkdir(parents=True)
    shutil.copy(machine.has("snapped", BROWSER), snaps / "chromium")
    (machine.folder / "chromium").symlink_to(snaps / "chromium")
    assert machine.find().returncode == 1
    chrome = machine.has("google-chrome", BROWSER)
    assert machine.find().stdout == f"{chrome}\n"


def test_where_the_system_has_only_a_snap_the_one_of_playwright_is_taken(machine: Machine) -> None:
    """The package manager is not asked for another stub; Playwright's own browser is installed and found again."""
    machine.has("chromium", UBUNTU)
    machine.has("apt-get", f'#!/bin/sh\n: > "{machine.folder}/asked-apt"\n')
    machine.has("python", PLAYWRIGHT.format(folder=machine.folder))
    assert machine.find().returncode == 1
    own = f"{machine.folder}/own-chrome\n"
    assert machine.find("install").stdout == own
    assert not (machine.folder / "asked-apt").exists()
    assert machine.find().stdout == own


def test_where_nothing_can_be_installed_it_is_said_what_to_do(machine: Machine) -> None:
    """Without rights and without a network the set-up ends with advice, not with a riddle."""
    machine.has("apt-get", "#!/bin/sh\nexit 100\n")
    failed = machine.find("install")
    assert failed.returncode == 1
    assert failed.stdout == ""
    assert "Please install one by hand" in failed.stderr


def test_the_browser_of_these_tests_is_the_one_found() -> None:
    """On this machine there is one."""
    found = subprocess.run(
        [FINDER], env={"PATH": "/usr/bin:/bin", "PYTHON": sys.executable}, capture_output=True, check=False
    )
    assert found.returncode == 0, found.stderr
