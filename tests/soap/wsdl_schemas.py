"""The XML schemas inside the WSDL files in the words of JSON Schema, so that one generator draws from both.

An object's ``properties`` stand in the order of the sequence; ``attribute`` and ``content`` mark what is no element.
"""

from __future__ import annotations

from functools import cache
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from pluglot.soap import Service
from tests.soap import wsdl
from tests.soap.wsdl import REFERENCES, XSD, Reference

Tree = dict[str, Any]
INT = {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1}
_BUILT_IN: dict[str, Tree] = {
    "int": INT,
    "dateTime": {"type": "string", "format": "date-time"},
    "string": {"type": "string", "minLength": 1},
    "anyURI": {"type": "string", "format": "uri"},
    "boolean": {"type": "boolean"},
    "DecimalOne": {"type": "number", "multipleOf": 0.1},
}


def reference(version: str, service: Service) -> Reference:
    """The file of a version and service."""
    return next(one for one in REFERENCES if (one.version.value, one.service) == (version, service))


@cache
def schemas(version: str) -> dict[tuple[Service, str], Tree]:
    """Every message of a version by its service and its name, such as ``HeartbeatRequest``."""
    found = {}
    for one in REFERENCES:
        if one.version.value == version:
            for name, type_ in wsdl.elements(one).items():
                if name != "chargeBoxIdentity":
                    found[one.service, name[0].upper() + name[1:]] = _complex(one, _named(one, type_))
    return found


def _named(one: Reference, name: str) -> Any:
    types = wsdl.schema_element(one).iterchildren(f"{XSD}complexType", f"{XSD}simpleType")
    return next(type_ for type_ in types if type_.get("name") == name)


def _complex(one: Reference, type_: Any) -> Tree:
    properties: Tree = {}
    required = []
    extension = type_.find(f"{XSD}simpleContent/{XSD}extension")
    if extension is not None:
        properties["value"] = {**_BUILT_IN["string"], "content": True}
        required.append("value")
        for attribute in extension.findall(f"{XSD}attribute"):
            properties[attribute.get("name")] = {**_of(one, attribute), "attribute": True}
    for part in type_.findall(f"{XSD}sequence/{XSD}element"):
        name, fewest = part.get("name"), int(part.get("minOccurs", "1"))
        item = _of(one, part)
        many = part.get("maxOccurs", "1") == "unbounded"
        properties[name] = {"type": "array", "items": item, "minItems": max(fewest, 1)} if many else item
        if fewest:
            required.append(name)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _of(one: Reference, part: Any) -> Tree:
    inside = part.find(f"{XSD}complexType")
    if inside is not None:
        return _complex(one, inside)
    name = part.get("type").rpartition(":")[2]
    if name in _BUILT_IN:
        return _BUILT_IN[name]
    type_ = _named(one, name)
    return _complex(one, type_) if type_.tag == f"{XSD}complexType" else _simple(type_)


def _simple(type_: Any) -> Tree:
    values = [value.get("value") for value in type_.iter(f"{XSD}enumeration")]
    if values:
        return {"type": "string", "enum": values}
    (limit,) = type_.iter(f"{XSD}maxLength")
    return {**_BUILT_IN["string"], "maxLength": int(limit.get("value"))}


def written(name: str, payload: Any, tree: Tree, namespace: str) -> bytes:
    """A message as an element of this namespace."""
    return _element(f"{name[0].lower()}{name[1:]}", payload, tree, f' xmlns:o="{namespace}"').encode()


def _element(name: str, value: Any, tree: Tree, declared: str = "") -> str:
    if tree.get("type") != "object":
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return f"<o:{name}>{escape(text)}</o:{name}>"
    attributes, content = declared, ""
    for member, part in tree["properties"].items():
        if member not in value:
            continue
        if part.get("attribute"):
            attributes += f" {member}={quoteattr(value[member])}"
        elif part.get("content"):
            content += escape(value[member])
        elif part["type"] == "array":
            content += "".join(_element(member, item, part["items"]) for item in value[member])
        else:
            content += _element(member, value[member], part)
    return f"<o:{name}{attributes}>{content}</o:{name}>"


def is_valid(version: str, service: Service, element: bytes) -> bool:
    """Whether an element is a message of a service, as its WSDL says."""
    return bool(wsdl.schema(reference(version, service)).validate(etree.fromstring(element)))
