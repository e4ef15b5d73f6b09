"""Messages drawn from the official schemas alone: those of the package ``ocpp``, and those inside the WSDL files.

Nothing here knows our types: a payload is drawn from its schema, written as JSON or XML, and read by our codec, as if
a peer had sent it. What we say is held against the same schemas.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import jsonschema_rs
from lxml import etree

from pluglot.dialects import actions
from pluglot.messages.action import Sender
from pluglot.messages.base import Request
from pluglot.messages.codec import decode, encode
from pluglot.messages.version import OcppVersion
from pluglot.soap import ALL, Service, SoapLeniency, SoapRule, Unsayable
from pluglot.soap.binding import element_name
from pluglot.soap.leniency import EVERY_RULE
from pluglot.soap.mapping import Reader, Writer
from tests.messages import official
from tests.soap import wsdl, wsdl_schemas

Tree = dict[str, Any]
Path = tuple[str, ...]
JSON = {"1.6": "v16", "2.0": "v20", "2.0.1": "v201", "2.1": "v21"}
SOAP = ("1.2s", "1.5s", "1.6s") if wsdl.IS_THERE else ()
VERSIONS = (*SOAP, *JSON)
#: Versions of which the house makes transactions, and those that have them.
ONE_X = (*SOAP, "1.6")
TWO_X = ("2.0", "2.0.1", "2.1")
TEXT = "abcdefXYZ0123456789 -_.:/<>&'\"\n{}[],é€漢😀"
MOMENTS = (
    "2026-03-01T12:00:00Z",
    "1970-01-01T00:00:00Z",
    "2199-12-31T23:59:59Z",
    "2024-02-29T23:59:59.9Z",
    "2026-10-25T02:30:00.123+02:00",
    "2026-10-25T02:30:00-11:30",
)
URLS = ("ftp://user:pass@192.0.2.1/logs/?a=1&b=2", "https://example.com/a%20b", "sftp://h:22/x")
#: OCPP has 32 bits for a whole number, though no schema says so.
LOWEST, HIGHEST = -(2**31), 2**31 - 1
#: What the WSDL files allow although JSON does not: lists that are absent, and in 1.2 tags of any length.
_TOLERANT = EVERY_RULE - {SoapRule.EMPTY_LIST, SoapRule.LONG_ID_TAG, SoapRule.LONG_PARENT_ID_TAG}


# --- schemas ------------------------------------------------------------------------------------------------------


def names(version: str) -> list[str]:
    """Every message of a version, as ``HeartbeatRequest`` or ``HeartbeatResponse``."""
    if version in JSON:
        return sorted(official.schemas(JSON[version]))
    return sorted({name for _, name in wsdl_schemas.schemas(version)})


def schema(version: str, name: str) -> Tree:
    """The official schema of a message; over SOAP the same of both services, where both have it."""
    if version in JSON:
        return dict(official.schemas(JSON[version])[name])
    found = wsdl_schemas.schemas(version)
    return next(found[service, name] for service in Service if (service, name) in found)


def resolved(part: Tree, root: Tree) -> Tree:
    """Follow a reference to a definition."""
    while "$ref" in part:
        part = root["definitions"][part["$ref"].rsplit("/", 1)[1]]
    return part


def type_of(version: str, name: str) -> type[Any]:
    """Our type of a message."""
    row = actions(version)[name.removesuffix("Request").removesuffix("Response")]
    found = row.response if name.endswith("Response") else row.request
    assert found is not None, name
    return found


# --- reading and judging ------------------------------------------------------------------------------------------


def read(version: str, name: str, payload: Any) -> Any:
    """The message that a peer sends by this payload."""
    kind = type_of(version, name)
    if version in JSON:
        return decode(kind, json.dumps(payload, ensure_ascii=False).encode())
    binding = ALL.by_version[OcppVersion(version)]
    namespace = binding.namespaces[_service(version, name)]
    element = wsdl_schemas.written(name, payload, schema(version, name), namespace)
    reader = Reader(binding.schema, namespace, SoapLeniency(_TOLERANT))
    return reader.read(etree.fromstring(element), kind)


def _service(version: str, name: str) -> Service:
    return next(service for service in Service if (service, name) in wsdl_schemas.schemas(version))


@cache
def _validator(version: str, name: str) -> Any:
    return jsonschema_rs.validator_for(schema(version, name))


def is_official(version: str, message: Any) -> bool:
    """Whether what we say is what the official schema of its version demands."""
    if message.action not in actions(version):
        return False
    name = f"{message.action}{'Request' if isinstance(message, Request) else 'Response'}"
    if not isinstance(message, type_of(version, name)):
        return False
    if version in JSON:
        return bool(_validator(version, name).is_valid(json.loads(encode(message))))
    binding = ALL.by_version[OcppVersion(version)]
    service = _service(version, name)
    try:
        text = Writer(binding.schema, "o:").write(element_name(message.action, name[len(message.action) :]), message)
    except Unsayable:
        return False
    opening, _, rest = text.partition(">")
    empty = opening.endswith("/")
    declared = f'{opening.removesuffix("/")} xmlns:o="{binding.namespaces[service]}"{"/" if empty else ""}>{rest}'
    return wsdl_schemas.is_valid(version, service, declared.encode())


# --- drawing ------------------------------------------------------------------------------------------------------


class Drawer:
    """Draws messages of one version; the same seed draws the same messages."""

    def __init__(
        self,
        version: str,
        seed: int,
        pool: Mapping[str, tuple[Any, ...]] | None = None,
        *,
        whole: tuple[int, int] = (LOWEST, HIGHEST),
        shortest: int = 0,
        trust: float = 0.8,
    ) -> None:
        """``pool`` holds likely values by the name of a member, so that more than strangers is drawn.

        ``trust`` is how often they are taken. ``whole`` are the bounds of whole numbers for which the schema has
        none, ``shortest`` is the length of texts.
        """
        self.version, self.whole, self.shortest, self.trust = version, whole, shortest, trust
        self.random = random.Random(f"{version}/{seed}")
        self.pool = POOLS.get(version, POOL) if pool is None else pool

    def message(self, name: str, fullness: float | None = None) -> Any:
        """A message, with each optional member in it as likely as ``fullness`` says."""
        return read(self.version, name, self.payload(name, fullness))

    def answer(self, request: Any) -> Any:
        """Any answer to a request, or None where none is given."""
        if not actions(self.version)[request.action].is_answered:
            return None
        return self.message(f"{request.action}Response")

    def payload(self, name: str, fullness: float | None = None) -> Any:
        """A payload that the official schema accepts."""
        root = schema(self.version, name)
        chosen = self.random.choice((0.0, 0.15, 0.5, 1.0)) if fullness is None else fullness
        return self._value(root, root, chosen, name)

    def with_value(self, name: str, path: Path, value: Any) -> Any:
        """The shortest payload that holds this value at this place."""
        root = schema(self.version, name)
        return self._forced(root, root, path, value, name)

    def _forced(self, part: Tree, root: Tree, path: Path, value: Any, name: str) -> Any:
        if not path:
            return value
        part = resolved(part, root)
        head, *rest = path
        if head == "[]":
            return [self._forced(part["items"], root, tuple(rest), value, name)] * max(1, part.get("minItems", 1))
        whole = self._value(part, root, 0.0, name)
        whole[head] = self._forced(part["properties"][head], root, tuple(rest), value, head)
        # Members keep the order of the schema, which XML demands.
        return {member: whole[member] for member in part["properties"] if member in whole}

    def _value(self, part: Tree, root: Tree, fullness: float, name: str) -> Any:
        part = resolved(part, root)
        if "enum" in part:
            return self.random.choice([one for one in self.pool.get(name, ()) if one in part["enum"]] or part["enum"])
        kind = part.get("type", "anything")
        likely = [one for one in self.pool.get(name, ()) if type(one) is _PYTHON.get(kind) and _fits(one, part)]
        if likely and self.random.random() < self.trust:
            return self.random.choice(likely)
        return getattr(self, f"_{kind}")(part, root, fullness, name)

    def _object(self, part: Tree, root: Tree, fullness: float, name: str) -> Any:
        if "properties" not in part:
            return {"vendorId": "com.example"} if name == "customData" else {}
        required = part.get("required", ())
        members = {
            name: self._value(inner, root, fullness, name)
            for name, inner in part["properties"].items()
            if name in required or self.random.random() < fullness
        }
        if "customData" in members:
            members["customData"] = {"vendorId": "com.example", "note": "x"}
        return members

    def _array(self, part: Tree, root: Tree, fullness: float, name: str) -> Any:
        fewest = part.get("minItems", 0)
        count = self.random.randint(max(fewest, 1), min(part.get("maxItems", 3), max(fewest, 2)))
        return [self._value(part["items"], root, fullness, name) for _ in range(count)]

    def _string(self, part: Tree, _root: Tree, _fullness: float, _name: str) -> str:
        if part.get("format") == "date-time":
            return self.random.choice(MOMENTS)
        if part.get("format") == "uri":
            return self.random.choice(URLS)
        longest = part.get("maxLength", 60)
        shortest = part.get("minLength", self.shortest)
        length = self.random.choice((shortest, 1, min(8, longest), longest // 2, longest))
        length = max(shortest, min(length, longest))
        text = "".join(self.random.choices(TEXT, k=length))
        return text if not text.isspace() else "x" * length

    def _integer(self, part: Tree, _root: Tree, _fullness: float, _name: str) -> int:
        least, most = int(part.get("minimum", self.whole[0])), int(part.get("maximum", self.whole[1]))
        return self.random.choice((least, max(least, min(0, most)), self.random.randint(max(least, 0), most), most))

    def _number(self, part: Tree, _root: Tree, _fullness: float, name: str) -> Any:
        least, most = int(part.get("minimum", -(10**6))), int(part.get("maximum", 10**6))
        if name in INTEGERS:
            return self.random.randint(0, most)
        value = Decimal(self.random.randint(least * 10, most * 10)).scaleb(-1)
        return self.random.choice((least, most, float(value)))

    def _boolean(self, _part: Tree, _root: Tree, _fullness: float, _name: str) -> bool:
        return self.random.random() < 0.5

    def _anything(self, _part: Tree, _root: Tree, _fullness: float, _name: str) -> Any:
        return self.random.choice(("text", 5, True, {"a": [1, "b"]}, ["x"]))


def _fits(value: Any, part: Tree) -> bool:
    if isinstance(value, str):
        return len(value) <= part.get("maxLength", len(value))
    return bool(part.get("minimum", value) <= value <= part.get("maximum", value))


_PYTHON = {"string": str, "integer": int, "number": int}
#: The errata of 1.6 call these whole numbers.
INTEGERS = frozenset({"interval", "retries", "retryInterval"})


# --- likely values ------------------------------------------------------------------------------------------------

_PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
#: A station of two EVSEs that a peer is likely to speak of.
POOL: dict[str, tuple[Any, ...]] = {
    "certificate": (_PEM,),
    "certificateChain": (_PEM,),
    "connectorId": (0, 1, 2, 1),
    "csr": ("-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n",),
    "evseId": (0, 1, 2),
    "id": (0, 1, 2),
    "idTag": ("04A1B2C3", "TAG"),
    "idToken": ("04A1B2C3", "TAG"),
    "interval": (300,),
    "numberPhases": (1, 3),
    "phaseToUse": (1, 2, 3),
    "retries": (0, 3),
    "retryInterval": (0, 60),
    "schemaVersion": ("urn:iso:15118:2:2013:MsgDef",),
    "seqNo": (0, 1, 2),
    "severity": (0, 5, 9),
    "signingCertificate": (_PEM,),
    "stackLevel": (0, 1, 8),
    "transactionId": ("T1", 1, 17),
    "unit": ("Wh", "kWh", "A", "V", "W"),
    "value": ("1500", "230.1", 1500),
    "multiplier": (0, 3, -1),
}
POOLS = {
    "2.0": POOL
    | {
        "certificate": ("30820001",),
        "cert": ("30820001", "3082ffff"),
        "csr": ("30820001",),
        "signingCertificate": ("30820001",),
    }
}


# --- enumerations -------------------------------------------------------------------------------------------------


def enum_places(version: str, name: str) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Every enumeration in a message: where it stands, and its values."""
    root = schema(version, name)
    yield from _places(root, root, ())


def _places(part: Tree, root: Tree, path: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    part = resolved(part, root)
    if "enum" in part:
        yield path, tuple(part["enum"])
    for name, inner in part.get("properties", {}).items():
        yield from _places(inner, root, (*path, name))
    if "items" in part:
        yield from _places(part["items"], root, (*path, "[]"))


def sent_by(version: str, sender: Sender) -> list[str]:
    """The requests that this side of a version sends."""
    return [f"{row.name}Request" for row in actions(version).values() if sender in row.sender]
