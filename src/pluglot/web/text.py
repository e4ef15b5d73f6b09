"""Hostile text made harmless to look at: control and direction characters become visible (UI-01, UI-03)."""

from __future__ import annotations

import re

#: Longer text than this is never put on a page or into an export.
LONGEST_SHOWN = 100_000

#: C0 and C1 controls (tab and line feed aside), direction overrides and isolates, and invisible joiners.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def visible(text: str) -> str:
    """The text with every character that would steer a terminal or a line written out, as ``⟨U+202E⟩``."""
    if len(text) > LONGEST_SHOWN:
        text = text[:LONGEST_SHOWN] + " …"
    return _UNSAFE.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def plain(text: str) -> str:
    """The same on one line: line feeds and tabs become visible too."""
    return visible(text).replace("\n", "⟨U+000A⟩").replace("\t", "⟨U+0009⟩")


def short(text: str, length: int = 64) -> str:
    """The beginning of a text; an ellipsis says that there is more."""
    return text if len(text) <= length else text[: length - 1] + "…"
