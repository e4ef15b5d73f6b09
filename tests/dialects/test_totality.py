"""Every value of every enumeration in the official schemas has its place in our tables, or is listed as having none.

What there is comes from the schemas (16.1): a value is looked for in the tables by the type that stands at its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any

import pytest
from msgspec import inspect

from pluglot.dialects import Policy, actions
from pluglot.dialects.coverage import Coverage, told
from pluglot.dialects.ocpp12 import enums as enums_12
from pluglot.dialects.ocpp15 import enums as enums_15
from pluglot.dialects.ocpp16 import enums as enums_16
from pluglot.messages.action import Sender
from pluglot.messages.version import OcppVersion
from tests.dialects.drawn import SOAP, VERSIONS, Path, enum_places, names, read, type_of
from tests.dialects.driver import NOW, carry
from tests.dialects.worlds import SIDES, WAYS, World, check

# --- the tables ---------------------------------------------------------------------------------------------------


@cache
def official_enums(version: str) -> dict[type[StrEnum], frozenset[str]]:
    """Every type of ours that stands where the schemas have an enumeration, with the values of the schemas."""
    found: dict[type[StrEnum], frozenset[str]] = defaultdict(frozenset)
    for name in names(version):
        for path, values in enum_places(version, name):
            found[_type_at(type_of(version, name), path)] |= frozenset(values)
    return dict(found)


def _type_at(kind: type[Any], path: Path) -> type[StrEnum]:
    type_: inspect.Type = inspect.type_info(kind)
    for step in path:
        type_ = _present(type_)
        if step == "[]":
            assert isinstance(type_, inspect.VarTupleType)
            type_ = type_.item_type
        else:
            assert isinstance(type_, inspect.StructType)
            type_ = next(field.type for field in type_.fields if field.encode_name == step)
    type_ = _present(type_)
    assert isinstance(type_, inspect.EnumType), (kind, path)
    assert issubclass(type_.cls, StrEnum)
    return type_.cls


def _present(type_: inspect.Type) -> inspect.Type:
    if isinstance(type_, inspect.UnionType):
        return next(_present(one) for one in type_.types if not isinstance(one, inspect.NoneType))
    return _present(type_.type) if isinstance(type_, inspect.Metadata) else type_


def tables(module: Any) -> dict[str, Mapping[Any, Any]]:
    """The tables of a module whose keys are values of one enumeration."""
    found = {}
    for name, table in vars(module).items():
        if isinstance(table, Mapping) and not name.startswith("_"):
            kinds = {type(key) for key in table if key is not None}
            if len(kinds) == 1 and issubclass(next(iter(kinds)), StrEnum):
                found[name] = table
    return found


def kind_of(table: Mapping[Any, Any]) -> type[StrEnum]:
    """The enumeration that a table is about."""
    return next(type(key) for key in table if key is not None)


#: Tables that are about these values only, for a reason.
PARTIAL = {
    # A connector that is not charging has no charging state.
    "CHARGING_STATE_TO_HOUSE": {"Charging", "Faulted", "Finishing", "SuspendedEV", "SuspendedEVSE"},
    # A connector without a running transaction is told by its own status.
    "CHARGING_STATE_TO_WIRE": {"Charging", "SuspendedEV", "SuspendedEVSE"},
    # What ERROR_DOWN lacks.
    "ERROR_DOWN_FAULTED": {"GroundFailure", "OtherError", "OverCurrentFailure", "UnderVoltage", "WeakSignal"},
    # What replaces a measurand that 1.6 lacks (7.4).
    "MEASURAND_STAND_INS": {"Current.Import.Offered", "Display.PresentSOC", "Power.Import.Offered"},
    # What a connector that charges said before its transaction was told.
    "STARTING_STATE": {"Charging", "SuspendedEV", "SuspendedEVSE"},
    # What is said otherwise when it was asked for.
    "TRIGGERED_FIRMWARE_STATUS": {"DownloadScheduled", "InstallScheduled"},
}
_ROOTS = {"V2GRootCertificate", "MORootCertificate", "OEMRootCertificate"}
#: Version and table -> values that have no counterpart; the mapping lists each of them as X (chapters 7 and 12.3).
WITHOUT: dict[tuple[str, str], set[str]] = {
    ("1.6", "FAULT_PLACES"): {"NoError"},
    ("1.6", "MEASURAND_TO_HOUSE"): {"RPM", "Temperature"},
    ("1.6", "DIAGNOSTICS_DOWN"): {"Idle", "Uploading"},
    ("1.6", "FIRMWARE_DOWN"): {"Downloading", "Idle", "Installing"},
    ("1.6", "LOCATION_DOWN"): {"Cable", "EV"},
    ("1.6", "MEASURAND_DOWN"): {"Current.Offered", "Frequency", "Power.Factor", "Power.Offered", "RPM", "SoC"},
    ("1.6", "UNIT_DOWN"): {"Fahrenheit", "Hertz", "K", "Percent", "VA", "kVA"},
    ("1.5s", "STATUS_UP"): {"Occupied"},
    ("1.5s", "ERROR_DOWN"): {"GroundFailure", "OtherError", "OverCurrentFailure", "UnderVoltage", "WeakSignal"},
    ("2.1", "CHARGING_PROFILE_KIND_TO_WIRE"): {"Dynamic"},
    ("2.1", "CHARGING_PROFILE_PURPOSE_TO_WIRE"): {
        "ChargingStationExternalConstraints",
        "LocalGeneration",
        "PriorityCharging",
    },
    ("2.1", "CERTIFICATE_USE_TO_WIRE"): _ROOTS,
    ("2.1", "CERTIFICATE_ID_USE_TO_WIRE"): {*_ROOTS, "V2GCertificateChain"},
    ("2.1", "FIRMWARE_STATUS_TO_WIRE"): {
        "DownloadPaused",
        "DownloadScheduled",
        "InstallRebooting",
        "InstallScheduled",
        "SignatureVerified",
    },
    ("2.1", "LOCATION_TO_WIRE"): {"Upstream"},
    ("2.1", "LOG_TYPE_TO_WIRE"): {"DataCollectorLog"},
}
#: Version, where its values are keys, and the tables that hold them.
ROOMS = [("2.1", enums_16), ("1.6", enums_16), ("1.6", enums_15)]
ROOMS += [("1.5s", enums_15), ("1.5s", enums_12), ("1.2s", enums_12)] if SOAP else []
TABLES = [
    pytest.param(version, name, table, id=f"{version}-{name}")
    for version, room in ROOMS
    for name, table in tables(room).items()
    if kind_of(table) in official_enums(version) and name not in PARTIAL
]


@pytest.mark.requirement("PROOF-01")
@pytest.mark.parametrize(("version", "name", "table"), TABLES)
def test_a_table_has_every_value_of_the_official_schemas(version: str, name: str, table: Mapping[Any, Any]) -> None:
    """Only the values that are known to have no counterpart are absent from a table."""
    values = official_enums(version)[kind_of(table)]
    without = WITHOUT.get((version, name), set())
    if name == "MEASURAND_TO_WIRE":
        # 7.4: what 2.1 added has a stand-in, or its sample is lost.
        without = values - official_enums("1.6")[_named("1.6", "Measurand")]
    assert values - {key.value for key in table if key is not None} == without


def _named(version: str, name: str) -> type[StrEnum]:
    return next(kind for kind in official_enums(version) if kind.__name__ == name)


@pytest.mark.requirement("PROOF-01")
def test_no_table_is_left_out() -> None:
    """Each table of the dialects was held against a schema, or has just the values that it is about."""
    held = {param.values[1] for param in TABLES}
    for _, room in ROOMS:
        for name, table in tables(room).items():
            assert name in held or {key.value for key in table} == PARTIAL[name]


@pytest.mark.requirement("PROOF-01")
def test_every_unit_of_1_6_is_written() -> None:
    """In 2.x a unit is any text; each that 1.6 knows is said by its name; Hertz is not in all of its messages."""
    units = official_enums("1.6")[_named("1.6", "UnitOfMeasure")]
    assert set(enums_16.UNIT_TO_WIRE) == units - {"Celcius", "Hertz"}
    assert {unit.value for unit in enums_16.UNIT_TO_WIRE.values()} == units - {"Celcius", "Hertz"}


#: Enumerations without a table: what becomes of their values is code or the type itself, tested value by value below.
BY_HAND = {
    "1.6": {"ExtendedMessageTrigger", "GenericStatus", "MessageTrigger", "ResetType", "ValueFormat"},
    "2.1": {
        *("AttributeType", "AuthorizeCertificateStatus", "BootReason", "CertificateAction", "CertificateSigningUse"),
        *("ComponentCriterion", "CostDimensionEnum", "CostKind", "DayOfWeek", "EnergyTransferMode"),
        *("EventNotification", "EventTrigger", "EvseKind", "GenericDeviceModelStatus", "GetCertificateStatus"),
        *("GetChargingProfileStatus", "GetVariableStatus", "Iso15118EVCertificateStatus", "MessageFormat"),
        *("MessageTrigger", "Mutability", "OperationMode", "PreconditioningStatus", "ReportBase"),
        *("ReservationUpdateStatus", "ResetType", "TariffCost", "TransactionEvent", "TriggerReason"),
        "VariableDataType",
    },
}


@pytest.mark.requirement("PROOF-01")
@pytest.mark.parametrize("version", ["1.6", "2.1"])
def test_every_enumeration_of_the_official_schemas_has_a_table_or_is_done_by_hand(version: str) -> None:
    """No enumeration in a message that is translated between 1.6 and the house was overlooked."""
    held = {kind_of(table) for table in tables(enums_16).values()}
    assert {kind.__name__ for kind in _translated(version) - held} == BY_HAND[version]


def _translated(version: str) -> set[type[StrEnum]]:
    """The enumerations in the messages that have a counterpart in the other version."""
    found = set()
    for row in actions(version).values():
        if version == "2.1" and all(
            told(OcppVersion.OCPP_1_6, row, to=to) is Coverage.REFUSED
            for to in (Sender.STATION, Sender.CSMS)
            if row.sender is not to
        ):
            continue
        for name in (f"{row.name}Request", f"{row.name}Response"):
            if name in names(version):
                found |= {_type_at(type_of(version, name), path) for path, _ in enum_places(version, name)}
    return found


@pytest.mark.requirement("PROOF-01")
@pytest.mark.parametrize(
    ("older", "newer", "room"), [("1.5s", "1.6s", enums_15), ("1.2s", "1.5s", enums_12)] if SOAP else []
)
def test_an_enumeration_without_a_table_is_the_same_in_the_next_version(older: str, newer: str, room: Any) -> None:
    """Where the WSDL files of two versions differ in the values of an enumeration, there is a table for it."""
    held = {kind_of(table) for table in tables(room).values()}
    newer_kinds = {kind.__name__: values for kind, values in official_enums(newer).items()}
    for kind, values in official_enums(older).items():
        assert kind in held or values == newer_kinds[kind.__name__], kind


# --- value by value -----------------------------------------------------------------------------------------------

HALVES = [
    pytest.param(version, side, way, id=f"{version}-{side}-{way}")
    for version in VERSIONS
    for side in SIDES
    for way in WAYS
]


@pytest.mark.requirement("PROOF-01")
@pytest.mark.parametrize(("version", "side", "way"), HALVES)
def test_every_value_that_can_be_asked_is_translated(version: str, side: str, way: str) -> None:
    """A request is made for each value of each enumeration in the schemas; none leads to an error or a bad message."""
    begun = World(version, side)
    for row in begun.rows(way):
        name = f"{row.name}Request"
        for path, values in enum_places(begun.drawer(way).version, name):
            for value in values:
                world = World(version, side)
                request = _read(world, way, name, path, value)
                check(world, way, row, world.carry(way, request))


def _read(world: World, way: str, name: str, path: Path, value: str) -> Any:
    drawer = world.drawer(way)
    return read(drawer.version, name, drawer.with_value(name, path, value))


#: Draws of a request, in search of one that is put to the far side.
_TRIES = 6


@pytest.mark.requirement("PROOF-01")
@pytest.mark.parametrize(("version", "side", "way"), HALVES)
def test_every_value_that_can_be_answered_is_translated(version: str, side: str, way: str) -> None:
    """Whatever is asked of the far side, it answers with each value of each enumeration in the schemas in turn."""
    begun = World(version, side)
    answered: set[str] = set()
    for row in begun.rows(way):
        for seed in range(_TRIES):
            pending = _Pending(begun.drawer("outward" if way == "inward" else "inward").version)
            while True:
                world = World(version, side, seed=seed, policy=Policy())
                request = world.drawer(way).message(f"{row.name}Request", 0.0 if seed % 2 else 0.5)
                pending.progress = False
                carried = carry(
                    getattr(world.half, way)(request, now=NOW),
                    house=lambda asked, world=world, pending=pending: pending.answer(world.house, asked),
                    peer=lambda asked, world=world, pending=pending: pending.answer(world.peer, asked),
                    pause=lambda _: None,
                )
                check(world, way, row, carried)
                answered |= {asked.action for asked in carried.asked}
                if not pending.progress:
                    break
            if pending.places:
                break
    assert len(answered) >= 5


class _Pending:
    """Answers with one value after the other."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.places: dict[str, list[tuple[Path, str]]] = {}
        self.progress = False

    def answer(self, drawer: Any, asked: Any) -> Any:
        """The answer with the next value, or any when all were given."""
        name = f"{asked.action}Response"
        if not actions(drawer.version)[asked.action].is_answered:
            return None
        if name not in self.places:
            self.places[name] = [
                (path, value) for path, values in enum_places(drawer.version, name) for value in values
            ]
        if not self.places[name]:
            return drawer.answer(asked)
        self.progress = True
        path, value = self.places[name].pop()
        return read(drawer.version, name, drawer.with_value(name, path, value))
