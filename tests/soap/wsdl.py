"""The WSDL files of OCPP over SOAP as reference: where they are, their schemas and what these say of each element."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from pluglot.messages.version import OcppVersion
from pluglot.soap import Service

ROOT = Path(__file__).resolve().parents[2]
#: Beside the repository, or beside the folder in which its work trees are.
_PLACES = [above / "shared" / "data" / "wsdl" for above in ROOT.parents[:2]]
FOLDER = Path(os.environ.get("PLUGLOT_WSDL_DIR") or next((place for place in _PLACES if place.is_dir()), _PLACES[0]))
IS_THERE = FOLDER.is_dir()
VERSIONS = {
    "1.2": OcppVersion.OCPP_1_2_SOAP,
    "1.5": OcppVersion.OCPP_1_5_SOAP,
    "1.6": OcppVersion.OCPP_1_6_SOAP,
}
SERVICES = {Service.CENTRAL_SYSTEM: "CentralSystemService", Service.CHARGE_POINT: "ChargePointService"}
XSD = "{http://www.w3.org/2001/XMLSchema}"
NOTE = f"tests against the WSDL files are not collected: there is no folder {FOLDER} (set PLUGLOT_WSDL_DIR)"


class Reference(NamedTuple):
    """One WSDL file."""

    version: OcppVersion
    service: Service
    path: Path

    def __str__(self) -> str:
        return f"{self.version.value}-{self.service.value}"


class Member(NamedTuple):
    """One element or attribute of a complex type."""

    name: str
    type: str
    required: bool
    many: bool


REFERENCES = [
    Reference(version, service, path)
    for text, version in VERSIONS.items()
    for service, name in SERVICES.items()
    if (path := FOLDER / f"OCPP_{name}_{text}.wsdl").is_file()
]


@cache
def schema_element(reference: Reference) -> Any:
    """The schema inside a WSDL file."""
    root = etree.parse(str(reference.path)).getroot()
    return next(root.iter(f"{XSD}schema"))


@cache
def schema(reference: Reference) -> etree.XMLSchema:
    """The schema as a validator."""
    # Written and read again, the schema brings the namespaces that are declared around it.
    return etree.XMLSchema(etree.fromstring(etree.tostring(schema_element(reference))))


@cache
def elements(reference: Reference) -> dict[str, str]:
    """The global elements and their types."""
    found = schema_element(reference).findall(f"{XSD}element")
    return {element.get("name"): _local(element.get("type")) for element in found}


@cache
def enumerations(reference: Reference) -> dict[str, set[str]]:
    """The values of each enumeration."""
    found = {
        type_.get("name"): {value.get("value") for value in type_.iter(f"{XSD}enumeration")}
        for type_ in schema_element(reference).findall(f"{XSD}simpleType")
    }
    return {name: values for name, values in found.items() if values}


@cache
def limits(reference: Reference) -> dict[str, int]:
    """The longest texts of the types that have a limit."""
    return {
        type_.get("name"): int(limit.get("value"))
        for type_ in schema_element(reference).findall(f"{XSD}simpleType")
        for limit in type_.iter(f"{XSD}maxLength")
    }


def members(reference: Reference, type_: str) -> tuple[list[Member], list[Member]]:
    """The elements of a complex type in their order, and its attributes."""
    (found,) = (one for one in schema_element(reference).findall(f"{XSD}complexType") if one.get("name") == type_)
    return _members(found)


def _members(found: Any) -> tuple[list[Member], list[Member]]:
    sequence = found.find(f"{XSD}sequence")
    parts = [] if sequence is None else sequence.findall(f"{XSD}element")
    attributes = [
        Member(one.get("name"), _local(one.get("type")), one.get("use") == "required", many=False)
        for one in found.findall(f"{XSD}simpleContent/{XSD}extension/{XSD}attribute")
    ]
    return [
        Member(
            part.get("name"),
            _local(part.get("type") or ""),
            part.get("minOccurs", "1") != "0",
            part.get("maxOccurs", "1") == "unbounded",
        )
        for part in parts
    ], attributes


def inline(reference: Reference, type_: str, element: str) -> list[Member]:
    """The attributes of an element that has its type inside."""
    for part in schema_element(reference).iter(f"{XSD}element"):
        holder = part.getparent().getparent()
        if part.get("name") == element and holder.get("name") == type_:
            return _members(part.find(f"{XSD}complexType"))[1]
    raise LookupError(element)


def _local(name: str) -> str:
    return name.rpartition(":")[2]
