"""Message frames for people: pretty lines, and marks on what a translation lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Self

import msgspec

#: A page shows at most so many lines and characters of one frame; the API gives all of it.
MOST_LINES = 600
LONGEST_LINE = 500

#: Deeper than this a frame is not moved in further.
DEEPEST = 24
#: A start tag longer than this has its attributes below it.
LONGEST_TAG = 72

#: A tag, or the text between two; any text is cut into these, whether or not it is XML.
_PIECE = re.compile(r"<[^>]*>?|[^<]+")
_NAME = re.compile(r"</?(?:[^\s:/>]+:)?([^\s/>]+)")
#: Only from the beginning of a run of blanks and never shorter than it, so that no frame costs more than its length.
_ATTRIBUTE = re.compile(r"(?<!\s)\s++(?=[^\s=]++=[\"'])")


class Written(float):
    """A number with a fraction, which is shown with the digits it came with."""

    def __new__(cls, text: str) -> Self:
        """Remember the text."""
        number = super().__new__(cls, text)
        number.text = text
        return number

    text: str


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
        tree = json.loads(frame, parse_float=Written)
    except (ValueError, RecursionError):
        found = list(_of_xml(_PIECE.findall(frame), _names(lost)))
    else:
        try:
            found = list(_walk(tree, "", 0, "", _marks(tree, lost), is_lost=False))
        except RecursionError:
            found = [Line(frame)]
    shown = [msgspec.structs.replace(line, text=line.text[:LONGEST_LINE]) for line in found[:MOST_LINES]]
    if len(found) > MOST_LINES:
        shown.append(Line(f"… {len(found) - MOST_LINES} further lines"))
    return shown


def _names(lost: Iterable[str]) -> frozenset[str]:
    """The names of lost fields without where they stand: elements have no places that paths could count."""
    return frozenset(re.sub(r"\[[^\]]*\]", "", field).rpartition(".")[2] for field in lost if field)


def _of_xml(pieces: list[str], lost: frozenset[str]) -> Iterator[Line]:
    """The lines of an XML text, each element moved in below its own; a lost one is marked with all in it."""
    pieces = [piece.strip() for piece in pieces if piece.strip()]
    depth, lost_at, place = 0, -1, 0
    while place < len(pieces):
        piece = pieces[place]
        element = _element(pieces[place : place + 3])
        if piece.startswith("</"):
            depth = max(0, depth - 1)
        named = _NAME.match(piece)
        if lost_at < 0 and named and named.group(1) in lost:
            lost_at = depth
        for text in _broken(element or piece):
            yield Line("  " * min(depth, DEEPEST) + text, lost_at >= 0)
        opens = piece.startswith("<") and not piece.startswith(("</", "<?", "<!")) and not piece.endswith("/>")
        if opens and element is None:
            depth += 1
        elif depth <= lost_at:
            lost_at = -1
        place += 1 if element is None else 2 + (not pieces[place + 1].startswith("</"))


def _element(pieces: list[str]) -> str | None:
    """An element that holds text alone, or nothing, as one line; None when these pieces begin with none."""
    begin = _NAME.match(pieces[0])
    if begin is None or pieces[0].startswith("</") or pieces[0].endswith("/>"):
        return None
    inside = pieces[1:2] if len(pieces) > 1 and not pieces[1].startswith("<") else []
    end = _NAME.match(pieces[1 + len(inside)]) if len(pieces) > 1 + len(inside) else None
    if end is None or not end.group(0).startswith("</") or end.group(1) != begin.group(1):
        return None
    return "".join(pieces[: 2 + len(inside)])


def _broken(text: str) -> list[str]:
    """A long start tag with each attribute on a line of its own."""
    if len(text) <= LONGEST_TAG or not text.startswith("<") or ">" in text[:-1]:
        return text.splitlines()
    first, *others = _ATTRIBUTE.split(text)
    return [first, *(f"    {other}" for other in others)]


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
    if isinstance(value, Written):
        return value.text
    return json.dumps(value, ensure_ascii=False)
