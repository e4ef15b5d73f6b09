"""Every way to get a message of the WSDL files wrong: made from their schemas, each with the one mistake it contains.

Knows nothing of our types. A good message is made from the schema; then one element after the other is spoilt.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, NamedTuple

from lxml import etree

from pluglot.soap import Service
from tests.soap import wsdl_schemas

Tree = dict[str, Any]
MOMENT = "2026-03-03T10:00:00Z"


class Bad(NamedTuple):
    """One bad element: what is wrong with it (see the table in the test), where, and the element."""

    mistake: str
    place: str
    element: bytes


def good(tree: Tree, *, full: bool) -> Any:
    """A valid payload of a schema, with everything or with only what is demanded."""
    if "enum" in tree:
        return tree["enum"][0]
    kind = tree["type"]
    if kind == "object":
        wanted = tree["properties"] if full else tree["required"]
        return {name: good(tree["properties"][name], full=full) for name in tree["properties"] if name in wanted}
    if kind == "array":
        return [good(tree["items"], full=full)] * 2
    if kind == "string" and tree.get("format"):
        return {"date-time": MOMENT, "uri": "ftp://192.0.2.1/a"}[tree["format"]]
    return {"integer": 42, "number": 16.5, "boolean": True, "string": "a"}[kind]


def spoilt(version: str, service: Service, name: str, namespace: str) -> Iterator[Bad]:
    """Every bad variant of a message."""
    tree = wsdl_schemas.schemas(version)[service, name]
    root = etree.fromstring(wsdl_schemas.written(name, good(tree, full=True), tree, namespace))
    for index, (place, part, owner) in enumerate(_sites(root, tree, name, None)):
        element = list(root.iter())[index]
        for mistake, change in _mistakes(element, part, owner):
            copy = deepcopy(root)
            change(list(copy.iter())[index])
            yield Bad(mistake, place, etree.tostring(copy))


class Owner(NamedTuple):
    """How an element stands in its parent."""

    required: bool
    many: bool


def _sites(element: Any, part: Tree, place: str, owner: Owner | None) -> Iterator[tuple[str, Tree, Owner | None]]:
    """The schema of each element, in the order of the document."""
    yield place, part, owner
    for child in element:
        name = etree.QName(child).localname
        inner = part["properties"][name]
        required = name in part["required"]
        many = inner.get("type") == "array"
        yield from _sites(child, inner["items"] if many else inner, f"{place}.{name}", Owner(required, many))


def _mistakes(element: Any, part: Tree, owner: Owner | None) -> Iterator[tuple[str, Any]]:
    if owner is not None:
        yield from _in_its_place(element, owner)
    if part.get("type") == "object":
        yield from _of_objects(part, owner)
    else:
        yield from _of_scalars(etree.QName(element).localname, part, owner)


# --- where an element stands --------------------------------------------------------------------------------------


def _in_its_place(element: Any, owner: Owner) -> Iterator[tuple[str, Any]]:
    kind = _kind(owner)
    if owner.required and not owner.many:
        yield "missing", _remove
    if owner.many:
        yield "another of a list", _double
    else:
        yield "twice", _double
        yield f"unknown name, {kind}", _rename
    yield "another namespace", lambda one: _move(one, "urn:elsewhere")
    yield "no namespace", lambda one: _move(one, None)
    yield "comment before", lambda one: one.addprevious(etree.Comment("h0stile"))
    if element.getparent().index(element) and not owner.many:
        yield "out of order", lambda one: one.getparent().insert(0, one)


def _kind(owner: Owner | None) -> str:
    return "required" if owner is None or owner.required or owner.many else "optional"


def _remove(element: Any) -> None:
    element.getparent().remove(element)


def _double(element: Any) -> None:
    element.addnext(deepcopy(element))


def _rename(element: Any) -> None:
    element.tag = etree.QName(etree.QName(element).namespace, "nonsense").text


def _move(element: Any, namespace: str | None) -> None:
    for one in element.iter():
        one.tag = etree.QName(namespace, etree.QName(one).localname).text


# --- objects ------------------------------------------------------------------------------------------------------


def _of_objects(part: Tree, owner: Owner | None) -> Iterator[tuple[str, Any]]:
    has_content = any(inner.get("content") for inner in part["properties"].values())
    if has_content:
        yield "element in text", _with_child
    else:
        yield "text among elements", _with_text
        yield "unknown element", _with_child
        yield "unknown element of another namespace", lambda one: etree.SubElement(one, "{urn:elsewhere}b")
    yield "unknown attribute", lambda one: one.set("unknown", "h0stile")
    for name, inner in part["properties"].items():
        if inner.get("attribute"):
            yield "attribute with another value", lambda one, name=name: one.set(name, "h0stile")
            yield "attribute without value", lambda one, name=name: one.set(name, "")
            yield "attribute in capitals", lambda one, name=name: one.set(name, one.get(name).upper() + " ")
    if part["required"] and not has_content:
        yield f"emptied, {_kind(owner)}", _empty


def _with_child(element: Any) -> None:
    etree.SubElement(element, etree.QName(etree.QName(element).namespace, "b").text).text = "h0stile"


def _with_text(element: Any) -> None:
    element.text = "h0stile"


def _empty(element: Any) -> None:
    for child in list(element):
        element.remove(child)


# --- scalars ------------------------------------------------------------------------------------------------------

_INTEGERS = (
    "1.5",
    "1e3",
    "h0stile",
    "2147483648",
    "-2147483649",
    "99999999999999999999",
    "0x10",
    "true",
    "1 2",
    "\uff11",
)
_MOMENTS = (
    *("h0stile", "2026-03-03", "10:00:00Z", "2026-02-30T10:00:00Z", "2026-13-01T10:00:00Z", "2026-03-03 10:00:00Z"),
    *("2026-03-03T10:00Z", "2026-03-03T25:00:00Z", "2026-03-03T10:00:00+99:00", "1772532000"),
)
_TOO_EARLY = ("1969-12-31T23:59:59Z", "0001-01-01T00:00:00Z")
_TOO_LATE = ("2200-01-01T00:00:00Z", "9999-12-31T23:59:59-05:00")
#: What may last for ever; a reservation, whose expiry is required, may not.
_UNTIL = frozenset({"expiryDate", "validTo"})
_NUMBERS = ("h0stile", "NaN", "INF", "1,5", "1e3", "--1", "1.5 kW")
_BOOLEANS = ("yes", "2", "h0stile", "0.0", "t")
_TAGS = frozenset({"idTag", "parentIdTag"})
_CHOICES = ("h0stile", "Accepted;", "\u202e", "-")


def _too_late(name: str, owner: Owner | None) -> str:
    return "for ever" if name in _UNTIL and _kind(owner) == "optional" else "a moment too late"


def _of_scalars(name: str, part: Tree, owner: Owner | None) -> Iterator[tuple[str, Any]]:
    yield "element in text", _with_child
    kind = "choice" if "enum" in part else part.get("format") or part["type"]
    values = {
        "integer": [("no integer", text) for text in _INTEGERS],
        "date-time": [
            *(("no moment", text) for text in _MOMENTS),
            *(("a moment too early", text) for text in _TOO_EARLY),
            *((_too_late(name, owner), text) for text in _TOO_LATE),
            ("no zone", "2026-03-03T10:00:00"),
        ],
        "number": [("no number", text) for text in _NUMBERS],
        "boolean": [*(("no boolean", text) for text in _BOOLEANS), ("boolean in capitals", "TRUE")],
        "choice": [
            *(("no such value", text) for text in _CHOICES),
            *(("another case", text) for text in _other_cases(part.get("enum", ()))),
        ],
        "string": [
            ("tag too long" if name in _TAGS else "too long", letter * (part["maxLength"] + 1))
            for letter in ("yé" if "maxLength" in part else "")
        ],
    }
    for mistake, text in values.get(kind, ()):
        yield mistake, lambda one, text=text: _retell(one, text)
    if kind not in {"string", "uri"}:
        for text in ("", " \n"):
            yield f"nothing said, {_kind(owner)}", lambda one, text=text: _retell(one, text)


def _other_cases(values: tuple[str, ...]) -> Iterator[str]:
    for text in [spelt for value in values[:1] for spelt in (value.lower(), value.upper(), f" {value}")]:
        if text not in values:
            yield text


def _retell(element: Any, text: str) -> None:
    element.text = text


# --- envelopes ----------------------------------------------------------------------------------------------------

_ADDRESSING = "http://www.w3.org/2005/08/addressing"
_SOAP = "http://www.w3.org/2003/05/soap-envelope"


class Parts(NamedTuple):
    """What an envelope is made of."""

    declaration: str = '<?xml version="1.0" encoding="UTF-8"?>'
    soap: str = _SOAP
    identity: str = "<o:chargeBoxIdentity>CP1</o:chargeBoxIdentity>"
    action: str = ""
    message_id: str = "<a:MessageID>urn:uuid:1</a:MessageID>"
    from_: str = "<a:From><a:Address>http://192.0.2.10/</a:Address></a:From>"
    reply_to: str = f"<a:ReplyTo><a:Address>{_ADDRESSING}/anonymous</a:Address></a:ReplyTo>"
    to: str = "<a:To>http://csms.example.com/</a:To>"
    extra: str = ""
    body: str = ""


def enveloped(parts: Parts, namespace: str) -> bytes:
    """An envelope of these parts."""
    header = f"{parts.identity}{parts.action}{parts.message_id}{parts.from_}{parts.reply_to}{parts.to}{parts.extra}"
    return (
        f'{parts.declaration}<s:Envelope xmlns:s="{parts.soap}" xmlns:a="{_ADDRESSING}" xmlns:o="{namespace}">'
        f"<s:Header>{header}</s:Header><s:Body>{parts.body}</s:Body></s:Envelope>"
    ).encode()


def good_parts(action: str, body: bytes) -> Parts:
    """The parts of a good envelope."""
    return Parts(action=f'<a:Action s:mustUnderstand="true">/{action}</a:Action>', body=body.decode())


def bad_envelopes(action: str, body: bytes, namespace: str) -> Iterator[Bad]:
    """Every bad envelope around a good body."""
    parts = good_parts(action, body)
    for mistake, changes in _HEADERS:
        yield Bad(mistake, action, enveloped(parts._replace(**changes), namespace))
    raw = enveloped(parts, namespace)
    for mistake, wreck in _WRECKS:
        yield Bad(mistake, action, wreck(raw))
    for mistake, inside in _BODIES:
        yield Bad(mistake, action, enveloped(parts._replace(body=inside(parts.body)), namespace))


_HEADERS: tuple[tuple[str, dict[str, str]], ...] = (
    ("no identity", {"identity": ""}),
    ("no identity", {"identity": "<o:chargeBoxIdentity/>"}),
    ("no identity", {"identity": "<o:chargeBoxIdentity> \n</o:chargeBoxIdentity>"}),
    ("no identity", {"identity": "<o:chargeBoxIdentity><o:b>CP1</o:b></o:chargeBoxIdentity>"}),
    ("header twice", {"extra": "<o:chargeBoxIdentity>CP2</o:chargeBoxIdentity>"}),
    ("header twice", {"extra": "<a:MessageID>urn:uuid:2</a:MessageID>"}),
    ("header twice", {"extra": "<a:Action>/Nonsense</a:Action>"}),
    ("header too long", {"identity": f"<o:chargeBoxIdentity>{'C' * 2049}</o:chargeBoxIdentity>"}),
    ("identity of another namespace", {"identity": '<b xmlns="urn:b"/><chargeBoxIdentity>CP1</chargeBoxIdentity>'}),
    ("another action", {"action": "<a:Action>/Nonsense</a:Action>"}),
    ("no action", {"action": ""}),
    ("no message id", {"message_id": ""}),
    ("no to", {"to": ""}),
    ("no reply to", {"reply_to": ""}),
    ("another reply to", {"reply_to": "<a:ReplyTo><a:Address>http://192.0.2.66/</a:Address></a:ReplyTo>"}),
    ("not understood", {"extra": '<b:Security xmlns:b="urn:b" s:mustUnderstand="true"/>'}),
    ("not understood", {"extra": '<b:Security xmlns:b="urn:b" s:mustUnderstand="1"/>'}),
    ("unknown header", {"extra": '<b:Security xmlns:b="urn:b" s:mustUnderstand="false"/>'}),
    ("no version of SOAP", {"soap": "http://www.w3.org/2001/12/soap-envelope"}),
    ("no version of SOAP", {"soap": "urn:h0stile"}),
    ("SOAP 1.1", {"soap": "http://schemas.xmlsoap.org/soap/envelope/"}),
    ("no XML", {"declaration": "h0stile"}),
    ("no XML", {"declaration": '<?xml version="1.0" encoding="nonsense"?>'}),
    ("document type", {"declaration": "<!DOCTYPE a>"}),
    ("document type", {"declaration": '<!DOCTYPE a [<!ENTITY b "h0stile">]>'}),
    ("document type", {"declaration": '<!DOCTYPE a SYSTEM "file:///etc/passwd">'}),
)
_WRECKS: tuple[tuple[str, Any], ...] = (
    ("no XML", lambda _raw: b""),
    ("no XML", lambda raw: raw[: len(raw) // 2]),
    ("no XML", lambda raw: raw[:-1]),
    ("no XML", lambda raw: raw + raw),
    ("no XML", lambda raw: b"\x00" + raw),
    ("no XML", lambda raw: raw.replace(b"CP1", b"\xff\xfe")),
    ("no XML", lambda raw: raw.replace(b"CP1", b"&unheard;")),
    ("no XML", lambda raw: raw.replace(b"CP1", b"&#0;")),
    ("no XML", lambda _raw: b'{"h0stile": 1}'),
    ("no version of SOAP", lambda _raw: b"<h0stile/>"),
    ("no version of SOAP", lambda raw: raw.replace(b"s:Envelope", b"s:Envelop")),
    ("no body", lambda raw: raw.replace(b"s:Body", b"s:Torso")),
    ("two bodies", lambda raw: raw.replace(b"<s:Body>", b"<s:Body/><s:Body>")),
    ("two headers", lambda raw: raw.replace(b"<s:Header>", b"<s:Header/><s:Header>")),
    ("no header", lambda raw: raw.replace(b"s:Header", b"s:Hat")),
    ("another version of OCPP", lambda raw: raw.replace(b"urn://Ocpp", b"urn://Ocqq")),
)
_BODIES: tuple[tuple[str, Any], ...] = (
    ("nothing in the body", lambda _body: ""),
    ("two in the body", lambda body: body + body),
    ("two in the body", lambda body: body + "<s:Fault/>"),
    ("no such operation", lambda _body: "<o:h0stileRequest/>"),
    ("no such operation", lambda _body: "<o:bootNotificationResponse/>"),
    ("no such operation", lambda _body: "<s:Fault/>"),
    ("too deep", lambda _body: "<o:a>" * 2000 + "</o:a>" * 2000),
)
