"""Every type against the official schemas: nothing missing, nothing extra, nothing looser, nothing tighter."""

from __future__ import annotations

import importlib
import pkgutil
import re
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest
from msgspec import inspect

from pluglot.messages import action, base, vocabulary
from pluglot.messages.action import Sender
from tests.messages import official, plainly
from tests.messages.official import ALL_MESSAGES, ROOMS, Message, Schema

# Enums whose official name is taken by a data type, or too bare to stand alone.
RENAMED = {
    "AttributeEnumType": "AttributeType",
    "CertificateStatusEnumType": "CertificateStatusEnum",
    "CostDimensionEnumType": "CostDimensionEnum",
    "DataEnumType": "VariableDataType",
    "IdTokenEnumType": "IdTokenType",
    "LogEnumType": "LogType",
    "MonitorEnumType": "MonitorType",
    "ResetEnumType": "ResetType",
    "UpdateEnumType": "UpdateType",
    "VPNEnumType": "VPNProtocol",
}
RENAMED_20 = RENAMED | {"15118EVCertificateStatusEnumType": "Iso15118EVCertificateStatus"}
# In these places 2.0 calls a looser schedule by the name of the usual one.
LOOSER_20 = {("CompositeSchedule", "chargingSchedule"), ("NotifyEVChargingScheduleRequest", "chargingSchedule")}
# Two names of 1.6's security extension that its core uses for something else.
RENAMED_16 = RENAMED | {
    "FirmwareStatusEnumType": "SignedFirmwareStatus",
    "MessageTriggerEnumType": "ExtendedMessageTrigger",
}


# --- the tests ---------------------------------------------------------------------------------------------------


@pytest.mark.requirement("RPC-11")
@pytest.mark.parametrize("message", ALL_MESSAGES, ids=str)
def test_a_message_says_what_its_official_schema_says(message: Message) -> None:
    """Members, which of them are required, lengths, values, bounds and list sizes are those of the schema."""
    assert plainly.told_class(message.type) == plainly.described(message.schema, message)


@pytest.mark.parametrize(("version", "count"), [("v21", 91), ("v201", 64), ("v20", 67), ("v16", 39)])
def test_every_action_is_there_and_no_other(version: str, count: int) -> None:
    """The table of a version has a row for each official schema and no row without one."""
    table = official.actions(version)
    assert len(table) == count
    ours = {name for row in table.values() for name in names_of(row.name, answered=row.response is not None)}
    assert ours == set(official.schemas(version))


def names_of(name: str, *, answered: bool) -> set[str]:
    """The messages of an action."""
    return {f"{name}Request", f"{name}Response"} if answered else {f"{name}Request"}


@pytest.mark.requirement("RPC-09")
@pytest.mark.parametrize("version", ROOMS)
def test_messages_are_named_after_their_action(version: str) -> None:
    """Class names, the class attribute and the key in the table all come from the action, which has no ``Request``."""
    for name, row in official.actions(version).items():
        assert row.name == name
        assert row.request.action == name
        assert row.request.__name__ == f"{name}Request"
        assert issubclass(row.request, base.Request)
        if row.response is not None:
            assert row.response.action == name
            assert row.response.__name__ == f"{name}Response"
            assert issubclass(row.response, base.Response)


@pytest.mark.requirement("RPC-06")
def test_only_the_periodic_event_stream_is_never_answered() -> None:
    """Of all actions of 2.1 one has no response: it is sent by SEND."""
    assert [row.name for row in ocpp21_rows() if not row.is_answered] == ["NotifyPeriodicEventStream"]


def ocpp21_rows() -> list[action.Action]:
    """The rows of 2.1."""
    return list(official.actions("v21").values())


def test_senders_agree_between_versions() -> None:
    """An action that two versions share is sent by the same side in both."""
    for version in ("v201", "v20", "v16"):
        for name, row in official.actions(version).items():
            if name in official.actions("v21"):
                assert row.sender is official.actions("v21")[name].sender


@pytest.mark.parametrize(
    ("version", "station", "csms"),
    [("v21", 36, 54), ("v201", 24, 39), ("v20", 25, 41), ("v16", 13, 25)],
    ids=["v21", "v201", "v20", "v16"],
)
def test_one_action_may_be_sent_by_both_sides(version: str, station: int, csms: int) -> None:
    """DataTransfer alone goes both ways; the rest belong to the station or to the CSMS."""
    rows = official.actions(version).values()
    assert [row.name for row in rows if row.sender is Sender.BOTH] == ["DataTransfer"]
    assert sum(row.sender is Sender.STATION for row in rows) == station
    assert sum(row.sender is Sender.CSMS for row in rows) == csms


@pytest.mark.parametrize("message", ALL_MESSAGES, ids=str)
def test_data_types_carry_their_official_names(message: Message) -> None:
    """A named definition is a class of that name without ``Type`` or ``EnumType``."""
    check_names(message.schema, message.type, message)


def check_names(part: Schema, cls: type, message: Message) -> None:
    """Walk schema and type together."""
    info = inspect.type_info(cls)
    assert isinstance(info, inspect.StructType)
    fields = {field.encode_name: field for field in info.fields}
    for name, value in part.get("properties", {}).items():
        item = value.get("items", value)
        found = innermost(fields[name].type)
        if "$ref" in item:
            stem = item["$ref"].rsplit("/", 1)[1]
            table = {"v16": RENAMED_16, "v20": RENAMED_20}.get(message.version, RENAMED)
            if message.version == "v20" and (cls.__name__, name) in LOOSER_20:
                table = table | {"ChargingScheduleType": "CalculatedChargingSchedule"}
            assert found.cls.__name__ == table.get(stem, stem.removesuffix("EnumType").removesuffix("Type"))
        if isinstance(found, inspect.StructType):
            check_names(official.resolved(item, message), found.cls, message)


def innermost(type_: inspect.Type) -> Any:
    """The type itself, without ``None`` and without the list around it."""
    if isinstance(type_, inspect.UnionType):
        (type_,) = [one for one in type_.types if not isinstance(one, inspect.NoneType)]
    return innermost(type_.item_type) if isinstance(type_, inspect.VarTupleType) else type_


def reachable(cls: type) -> set[type]:
    """A type and every class inside it."""
    seen: set[type] = set()
    todo: list[type] = [cls]
    while todo:
        one = todo.pop()
        if one in seen:
            continue
        seen.add(one)
        info = inspect.type_info(one)
        if isinstance(info, inspect.StructType):
            inner = [innermost(field.type) for field in info.fields]
            todo += [found.cls for found in inner if isinstance(found, inspect.StructType | inspect.EnumType)]
    return seen


def modules(room: ModuleType) -> list[ModuleType]:
    """A package and everything below it."""
    found = pkgutil.walk_packages(room.__path__, f"{room.__name__}.")
    return [room, *(importlib.import_module(one.name) for one in found)]


def classes(room: ModuleType) -> set[type]:
    """Data types and enums written down in a package."""
    inner = {value for module in modules(room) for value in vars(module).values() if isinstance(value, type)}
    written = {one for one in inner if one.__module__.startswith(room.__name__)}
    structs = {one for one in written if issubclass(one, base.DataType)} - {
        base.DataType,
        base.Request,
        base.Response,
        *plainly.OPEN,
    }
    machinery = {"codec", "inspection", "violations", "version", "vocabulary"}
    enums = {one for one in written if issubclass(one, StrEnum) and one.__module__.rsplit(".", 1)[1] not in machinery}
    return structs | enums


@pytest.mark.parametrize("version", ROOMS)
def test_no_type_is_left_over(version: str) -> None:
    """Every data type and enum in a room is part of some message of its version."""
    used: set[type] = set()
    for message in official.messages(version):
        used |= reachable(message.type)
    assert classes(ROOMS[version]) <= used


@pytest.mark.parametrize("version", ROOMS)
def test_every_type_can_be_had_from_the_room_itself(version: str) -> None:
    """Whatever a message of a version is made of is exported by its room under its own name, shared or not."""
    room = ROOMS[version]
    for message in official.messages(version):
        for one in reachable(message.type):
            assert getattr(room, one.__name__) is one
            assert one.__name__ in room.__all__


def test_types_that_did_not_change_are_shared_between_2_0_1_and_2_1() -> None:
    """2.0.1 has a class of its own exactly where its schema differs from the one of 2.1."""
    house = {one.__name__: one for message in official.messages("v21") for one in reachable(message.type)}
    for message in official.messages("v201"):
        for one in reachable(message.type):
            other = house.get(one.__name__)
            if other is not None:
                assert (one is other) is (plainly.told_class(one) == plainly.told_class(other)), one


def values_of(cls: type) -> set[str]:
    """The values of an enum."""
    assert issubclass(cls, StrEnum)
    return {member.value for member in cls}


@pytest.mark.parametrize("version", ROOMS)
def test_fields_and_members_are_named_after_the_wire(version: str) -> None:
    """Python names are the wire names in snake case, enum members the values in capitals."""
    for message in official.messages(version):
        for one in reachable(message.type):
            if issubclass(one, StrEnum):
                for member in one:
                    assert bare(member.name) == bare(member.value)
                    assert member.name == member.name.upper()
                continue
            fields = inspect.type_info(one)
            assert isinstance(fields, inspect.StructType)
            for field in fields.fields:
                assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", field.name)
                # ``action`` is what every message is called by; the one field of that name is told apart.
                # And no Python name begins with a digit, as two names of 2.0 do.
                wire_name = bare(field.encode_name)
                assert bare(field.name) in {wire_name, "certificateaction", f"iso{wire_name}"}


def bare(name: str) -> str:
    """A name without case and punctuation."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


@pytest.mark.parametrize("version", ROOMS)
def test_every_type_says_in_one_sentence_what_it_is(version: str) -> None:
    """Each class has a docstring of one line that is a sentence and more than its own name."""
    for one in classes(ROOMS[version]):
        text = one.__doc__ or ""
        assert text.endswith("."), one
        assert "\n" not in text, one
        assert len(text.split()) > 1, one


def test_no_sentence_of_the_specification_was_copied() -> None:
    """No seven words in a row of our docstrings and notes stand in a description of the official schemas."""
    theirs: set[str] = set()
    for version in ROOMS:
        for schema in official.schemas(version).values():
            theirs |= {run for text in descriptions(schema) for run in runs(text)}
    ours = set()
    for room in ROOMS.values():
        for module in modules(room):
            assert module.__file__ is not None
            source = Path(module.__file__).read_text(encoding="utf-8")
            written = re.findall(r'"""(.*?)"""', source, re.DOTALL) + re.findall(r"#: (.*)", source)
            ours |= {run for text in written for run in runs(text)}
    assert len(theirs) > 1000
    assert len(ours) > 1000
    assert not ours & theirs


def descriptions(part: Any) -> list[str]:
    """Every description in a schema."""
    if isinstance(part, list):
        return [text for item in part for text in descriptions(item)]
    if not isinstance(part, dict):
        return []
    own = [part["description"]] if isinstance(part.get("description"), str) else []
    return own + [text for value in part.values() for text in descriptions(value)]


def runs(text: str) -> set[str]:
    """Every seven words in a row."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {" ".join(words[start : start + 7]) for start in range(len(words) - 6)}


def test_bounds_of_decimal_fields_hold_on_construction_too() -> None:
    """A discharge limit above zero cannot even be built."""
    from pluglot.messages import ChargingSchedulePeriod  # noqa: PLC0415 - the one message this test is about

    assert ChargingSchedulePeriod(start_period=0, discharge_limit=Decimal(-1)).discharge_limit == -1
    with pytest.raises(ValueError, match="<= 0"):
        ChargingSchedulePeriod(start_period=0, discharge_limit=Decimal("0.1"))


def test_messages_are_values() -> None:
    """Messages are frozen, compare by content and can be put in a set."""
    from pluglot.messages import HeartbeatRequest, MeterValue, SampledValue  # noqa: PLC0415 - as above

    reading = SampledValue(value=Decimal(1))
    assert {HeartbeatRequest(), HeartbeatRequest()} == {HeartbeatRequest()}
    assert hash(reading) == hash(SampledValue(value=Decimal("1.0")))
    with pytest.raises(AttributeError):
        reading.value = Decimal(2)  # type: ignore[misc]
    assert issubclass(MeterValue, msgspec.Struct)


def test_well_known_values_fit_their_fields() -> None:
    """2.1 made some enums open text; the values everybody knows are short enough for their fields."""
    longest = max(len(value) for enum in (vocabulary.IdTokenType, vocabulary.ChargingLimitSource) for value in enum)
    assert longest <= 20
    assert values_of(ROOMS["v201"].IdTokenType) <= values_of(vocabulary.IdTokenType)
    assert values_of(ROOMS["v201"].ChargingLimitSource) <= values_of(vocabulary.ChargingLimitSource)
