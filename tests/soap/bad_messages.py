"""Bad SOAP requests by the thousand: every request of every version, broken at every place in every way."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from lxml import etree

from pluglot.soap import ALL, Service, write_request
from tests.soap import made

#: Texts that hardly any field can hold; some can, and then the request is simply good.
TEXTS = (
    *("", " ", "0", "-1", "1.5", "1e9", "99999999999", "NaN", "true", "null", "yes", "2026-02-30T00:00:00Z"),
    *("2026-03-03", "10:00", "now", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-03-03T10:00:00+99:00"),
    *("A" * 1000, "\u202e", "é", "Accepted ", "accepted", "'; DROP TABLE", "../../etc/passwd", "${jndi:ldap://x}"),
)
#: What is done to the bytes of a whole envelope.
WRECKS: tuple[Any, ...] = (
    lambda raw: raw[: len(raw) // 2],
    lambda raw: raw[1:],
    lambda raw: raw + raw,
    lambda raw: raw.replace(b"Envelope", b"Envelop"),
    lambda raw: raw.replace(b"s:Body", b"s:Torso"),
    lambda raw: raw.replace(b"urn://Ocpp", b"urn://Ocqq"),
    lambda raw: raw.replace(b"UTF-8", b"UTF-16"),
    lambda raw: raw.replace(b"UTF-8", b"nonsense"),
    lambda raw: raw.replace(b"</s:Body>", b"<s:Fault/></s:Body>"),
    lambda raw: raw.replace(b"<s:Header>", b"<s:Header/><s:Header>"),
    lambda raw: raw.replace(b"CP1", b"\xff\xfe"),
    lambda raw: raw.replace(b"CP1", b"&cp;"),
    lambda raw: raw.replace(b"?>", b"?><!DOCTYPE a>", 1),
    lambda raw: b"\x00" + raw,
)


def corpus() -> Iterator[tuple[Service, bytes]]:
    """Every bad request with the service it is meant for."""
    for binding in ALL.by_version.values():
        for service in Service:
            for row in binding.operations[service].values():
                raw = write_request(
                    binding, service, made.full(row.request), identity="CP1", message_id="m", to="http://a/"
                )
                for broken in (*broken_elements(raw), *(wreck(raw) for wreck in WRECKS)):
                    yield service, broken


def broken_elements(raw: bytes) -> Iterator[bytes]:
    """The same envelope with one element after the other broken."""
    root = etree.fromstring(raw)
    for place in range(sum(1 for _ in root.iter())):
        yield from (written(root, place, change) for change in CHANGES)
        yield from (written(root, place, lambda element, text=text: retold(element, text)) for text in TEXTS)


def written(root: Any, place: int, change: Any) -> bytes:
    """The envelope after a change of its element at a place."""
    copy = deepcopy(root)
    change(list(copy.iter())[place])
    return etree.tostring(copy)


def retold(element: Any, text: str) -> None:
    """Another text instead of what is there."""
    for child in list(element):
        element.remove(child)
    element.text = text


def _removed(element: Any) -> None:
    if element.getparent() is not None:
        element.getparent().remove(element)


def _doubled(element: Any) -> None:
    if element.getparent() is not None:
        element.addnext(deepcopy(element))


def _renamed(element: Any) -> None:
    element.tag = etree.QName(etree.QName(element).namespace, "nonsense").text


def _moved_away(element: Any) -> None:
    element.tag = etree.QName("urn:elsewhere", etree.QName(element).localname).text


def _wrapped(element: Any) -> None:
    inner = etree.SubElement(element, "inner")
    inner.text, element.text = element.text, None


def _first(element: Any) -> None:
    if element.getparent() is not None:
        element.getparent().insert(0, element)


def _adorned(element: Any) -> None:
    for name in ("unit", "measurand", "context", "mustUnderstand", "{http://www.w3.org/2001/XMLSchema-instance}nil"):
        element.set(name, "true")


CHANGES = (_removed, _doubled, _renamed, _moved_away, _wrapped, _first, _adorned)
