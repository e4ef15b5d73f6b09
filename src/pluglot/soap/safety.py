"""XML from strangers: parsed without DTD, entities, network or XInclude, and within limits (SOAP-07)."""

from __future__ import annotations

import re
from typing import Final

import msgspec
from lxml import etree

#: A document that names an encoding of more than one byte to a character hides its markup from a look at the bytes.
_ENCODINGS: Final = frozenset({"utf-8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
_DECLARED: Final = re.compile(rb"""\A(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_BYTE_ORDER_MARKS: Final = (b"\xfe\xff", b"\xff\xfe", b"\x00\x00\xfe\xff")
_BEGINNING: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
_DOCTYPE: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_INCLUSION: Final = b"http://www.w3.org/2001/XInclude"
#: An attribute on the wire: an equals sign and a quote.
_ATTRIBUTE: Final = re.compile(rb"""=\s*["']""")


class XmlLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How large a document may be; what is beyond is not even parsed."""

    #: Bytes after decompression.
    size: int = 1_048_576
    depth: int = 32
    elements: int = 20_000
    #: In the whole document, namespace declarations included.
    attributes: int = 40_000
    #: On one element.
    attributes_each: int = 64


class UnsafeXml(ValueError):
    """A document that is not XML as OCPP needs it, or that is beyond the limits; the message repeats none of it."""


DEFAULT_LIMITS: Final = XmlLimits()


def parse(raw: bytes, limits: XmlLimits = DEFAULT_LIMITS) -> etree._Element:
    """Read a document; nothing it names is fetched, and nothing in it is expanded.

    Raises:
        UnsafeXml: it has a document type, is beyond the limits or is not well-formed.
    """
    _look(raw, limits)
    # A parser of its own for each document: parsers keep state, and names of hostile elements, between documents.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise UnsafeXml("not well-formed XML") from None
    if root.getroottree().docinfo.doctype:
        raise UnsafeXml("a document type is not allowed")
    _measure(root, limits)
    return root


def _look(raw: bytes, limits: XmlLimits) -> None:
    """Refuse by the bytes alone what must not reach the parser."""
    if len(raw) > limits.size:
        raise UnsafeXml(f"more than {limits.size} bytes")
    if raw.startswith(_BYTE_ORDER_MARKS) or b"\x00" in raw or not _BEGINNING.match(raw):
        raise UnsafeXml("not XML in an encoding of single bytes")
    declared = _DECLARED.match(raw)
    if declared is not None and declared[1].decode("ascii").lower() not in _ENCODINGS:
        raise UnsafeXml("an encoding that is not understood")
    if _DOCTYPE.search(raw):
        raise UnsafeXml("a document type is not allowed")
    if _INCLUSION in raw:
        raise UnsafeXml("inclusions are not allowed")
    # Counted on the bytes, so that a million of either costs no memory; texts may hold such signs too, which errs
    # on the safe side.
    if raw.count(b"<") > 2 * limits.elements:
        raise UnsafeXml(f"more than {limits.elements} elements")
    if raw.count(b"=") > limits.attributes and sum(1 for _ in _ATTRIBUTE.finditer(raw)) > limits.attributes:
        raise UnsafeXml(f"more than {limits.attributes} attributes")


def _measure(root: etree._Element, limits: XmlLimits) -> None:
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > limits.depth:
            raise UnsafeXml(f"nested deeper than {limits.depth}")
        below: list[etree._Element] = []
        for element in level:
            if len(element.attrib) > limits.attributes_each:
                raise UnsafeXml(f"more than {limits.attributes_each} attributes on one element")
            if not isinstance(element.tag, str):
                raise UnsafeXml("an entity is not allowed")
            below.extend(element)
        level = below
