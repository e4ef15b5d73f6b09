"""Write the generated parts of ``docs/``; with ``--check`` only say whether they are current."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

sys.path.insert(0, str(ROOT / "src"))

from pluglot.dialects.coverage import Coverage, heard, told  # noqa: E402 - after the path
from pluglot.dialects.registry import actions  # noqa: E402 - as above
from pluglot.messages.action import Sender  # noqa: E402 - as above
from pluglot.messages.version import OcppVersion  # noqa: E402 - as above
from tools.requirement_table import proofs  # noqa: E402 - as above

_PEERS = {Sender.STATION: "station", Sender.CSMS: "management system"}


def requirements_page() -> str:
    """Every requirement that a test names, and the tests."""
    lines = [
        "# Requirements and the tests that prove them",
        "",
        "Made by `make docs` from the markers of the tests. The ids are those of the OCPP documents",
        "(`B01.FR.08`) and of our own list (`WS-`, `RPC-`, `ERR-`, `BOOT-`, `TX-`, `NET-`, `PWD-`, `HRD-`, `DAT-`,",
        "`UI-`, `SOAP-`, `BRG-`). `PROOF-01` to `PROOF-12` are what is shown of the dialects and the bridge, from",
        "the official schemas: totality of enumerations (01), legal output (02), identity of round trips (03), replay",
        "after a crash at every point (04), numbers without holes (05), always answered (06), energy conserved (07),",
        "isolation of stations (08), worked examples (09), the negative matrix (10), fuzz (11), two bridges (12).",
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


_COVERAGE_HEAD: Final = f"""# What every version can say

Made by `make docs` from the tables of the dialects. Inside, everything is OCPP 2.1; a *station half* makes
a station of another version look like one of 2.1, a *CSMS half* does so for a management system. `1.2s`,
`1.5s` and `1.6s` are SOAP.

- *{Coverage.LOSSLESS}*: every value of the request and of its answer has its place on the other side
- *{Coverage.DERIVED}*: the same message, with something filled in, said by another word, or left out; what
  is left out is returned as a loss, logged, counted and shown
- *{Coverage.EMULATED}*: carried out by other messages, by several, or answered from memory
- *{Coverage.REFUSED}*: answered by the dialect with the reason; the peer never hears of it. Reports that a
  version has no words for are answered and noted as lost

Custom data, which 2.0 and older lack, is left aside here. A dash stands where a version lacks the message.
"""


def coverage_page() -> str:
    """Every message, every version, both halves: how well it can be said."""
    lines = _COVERAGE_HEAD.split("\n")
    for side, half in ((Sender.STATION, "station half"), (Sender.CSMS, "CSMS half")):
        lines += [f"## Told to a {_PEERS[side]} ({half})", "", *_told_rows(side), ""]
    for side, half in ((Sender.STATION, "station half"), (Sender.CSMS, "CSMS half")):
        lines += [f"## Heard from a {_PEERS[side]} ({half})", "", *_heard_rows(side), ""]
    return "\n".join(lines)


def _told_rows(to: Sender) -> list[str]:
    newest = sorted(actions(OcppVersion.OCPP_2_1).items())
    return [
        *_head(list(OcppVersion)),
        *(
            _row(name, [told(version, row, to=to) for version in OcppVersion])
            for name, row in newest
            if row.sender is not to
        ),
    ]


def _heard_rows(sender: Sender) -> list[str]:
    known = {version: actions(version) for version in OcppVersion}
    names = {name for rows in known.values() for name, row in rows.items() if sender in row.sender}
    cells = {
        name: [heard(version, rows[name], sender=sender) if name in rows else "-" for version, rows in known.items()]
        for name in sorted(names)
    }
    return [*_head(list(OcppVersion)), *(_row(name, said) for name, said in cells.items())]


def _row(name: str, cells: list[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


def _head(versions: list[OcppVersion]) -> list[str]:
    return [f"| message | {' | '.join(versions)} |", "|---" * (len(versions) + 1) + "|"]


PAGES = {
    ROOT / "docs" / "reference" / "coverage.md": coverage_page,
    ROOT / "docs" / "reference" / "requirements.md": requirements_page,
}


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
