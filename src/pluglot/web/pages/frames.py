"""Message frames for people: pretty lines, and marks on what a translation lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

#: A page shows at most so many lines and characters of one frame; the API gives all of it.
MOST_LINES = 600
LONGEST_LINE = 500

_SOAP = re.compile(r"(>)\s*(<)")


class Line(msgspec.Struct, frozen=True):
    """One line of a frame; ``lost`` when what it says could not be translated."""

    text: str
    lost: bool = False

    @property
    def said(self) -> str:
        """The text without its indent."""
        return self.text.lstrip(" ")

    @property
    def indent(self) -> str:
        """What the text is moved in by."""
        return " " * (len(self.text) - len(self.said))


def lines(frame: str | None, lost: Iterable[str] = ()) -> list[Line]:
    """A frame, or a payload, as lines; fields named in ``lost`` are marked."""
    if not frame:
        return []
    try:
        tree = json.loads(frame)
    except (ValueError, RecursionError):
        found = [Line(text) for text in _SOAP.sub(r"\1\n\2", frame).splitlines()]
    else:
        try:
            found = list(_walk(tree, "", 0, "", _marks(tree, lost), is_lost=False))
        except RecursionError:
            found = [Line(frame)]
    shown = [msgspec.structs.replace(line, text=line.text[:LONGEST_LINE]) for line in found[:MOST_LINES]]
    if len(found) > MOST_LINES:
        shown.append(Line(f"… {len(found) - MOST_LINES} further lines"))
    return shown


def _marks(tree: Any, lost: Iterable[str]) -> frozenset[str]:
    """Where lost fields stand in a frame: below the payload of an OCPP-J array, or at the root."""
    fields = [field for field in lost if field]
    prefixes = [f"[{place}]" for place, part in enumerate(tree) if isinstance(part, dict)] if _is_frame(tree) else [""]
    return frozenset(f"{prefix}.{field}" if prefix else field for prefix in prefixes for field in fields)


def _is_frame(tree: Any) -> bool:
    return isinstance(tree, list) and len(tree) > 1 and isinstance(tree[0], int)


def _walk(tree: Any, path: str, depth: int, before: str, marks: frozenset[str], *, is_lost: bool) -> Iterator[Line]:
    """The lines of one value; ``before`` is its key."""
    is_lost = is_lost or path in marks
    indent = "  " * depth
    if isinstance(tree, dict) and tree:
        yield Line(f"{indent}{before}{{", is_lost)
        for place, (key, value) in enumerate(tree.items()):
            inner = f"{path}.{key}" if path else str(key)
            yield from _ended(_walk(value, inner, depth + 1, f"{_text(key)}: ", marks, is_lost=is_lost), place, tree)
        yield Line(f"{indent}}}", is_lost)
    elif isinstance(tree, list) and tree:
        yield Line(f"{indent}{before}[", is_lost)
        for place, value in enumerate(tree):
            yield from _ended(_walk(value, f"{path}[{place}]", depth + 1, "", marks, is_lost=is_lost), place, tree)
        yield Line(f"{indent}]", is_lost)
    else:
        yield Line(f"{indent}{before}{_text(tree)}", is_lost)


def _ended(inner: Iterator[Line], place: int, container: Any) -> Iterator[Line]:
    """Put the comma behind all but the last value."""
    found = list(inner)
    if place < len(container) - 1:
        found[-1] = Line(found[-1].text + ",", found[-1].lost)
    yield from found


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
