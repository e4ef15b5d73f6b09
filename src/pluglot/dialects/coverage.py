"""How well each version can say each message: worked out from the tables of the dialects, for the manual."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final

from msgspec import inspect

from pluglot import messages as house
from pluglot.dialects.ocpp16 import csms_half as csms_16
from pluglot.dialects.ocpp16 import station_half as station_16
from pluglot.dialects.ocpp16.csms.unsupported import UNSUPPORTED as UNSUPPORTED_CSMS_16
from pluglot.dialects.ocpp16.station.unsupported import UNSUPPORTED as UNSUPPORTED_STATION_16
from pluglot.dialects.ocpp20 import csms_half as csms_20
from pluglot.dialects.ocpp20 import station_half as station_20
from pluglot.dialects.ocpp20.rules import FROM_20, TO_20
from pluglot.dialects.ocpp201 import station_half as station_201
from pluglot.dialects.registry import actions
from pluglot.messages.action import Action, Sender
from pluglot.messages.version import OcppVersion


class Coverage(StrEnum):
    """What becomes of a message."""

    #: Every value of request and response has its place on the other side.
    LOSSLESS = "lossless"
    #: The same message, with something filled in, said otherwise or, noted as a loss, left out.
    DERIVED = "derived"
    #: Carried out by other messages, or by several.
    EMULATED = "emulated"
    #: Answered by the dialect with the reason; the other side never hears of it.
    REFUSED = "refused"


#: Requests of the house -> the 1.6 messages that carry them out, where they are not the message of the same name.
SAID_IN_1_6: Final[Mapping[str, tuple[str, ...]]] = {
    "CostUpdated": ("DataTransfer",),
    "Get15118EVCertificate": ("DataTransfer",),
    "GetBaseReport": ("GetConfiguration",),
    "GetCertificateStatus": ("DataTransfer",),
    "GetChargingProfiles": ("GetCompositeSchedule", "SetChargingProfile"),
    "GetLog": ("GetLog", "GetDiagnostics"),
    "GetReport": ("GetConfiguration",),
    "GetTransactionStatus": ("StartTransaction",),
    "GetVariables": ("GetConfiguration",),
    "LogStatusNotification": ("LogStatusNotification", "DiagnosticsStatusNotification"),
    "NotifyEvent": ("StatusNotification",),
    "NotifyReport": ("StatusNotification",),
    "RequestStartTransaction": ("RemoteStartTransaction",),
    "RequestStopTransaction": ("RemoteStopTransaction",),
    "ReservationStatusUpdate": ("StatusNotification",),
    "SetVariables": ("ChangeConfiguration",),
    "TransactionEvent": ("StartTransaction", "MeterValues", "StopTransaction"),
    "UpdateDynamicSchedule": ("SetChargingProfile",),
}
#: Messages in the unsupported tables of 1.6 that are answered from memory or wrapped, not refused.
_EMULATED_1_6: Final = frozenset({"Get15118EVCertificate", "GetCertificateStatus", "GetTransactionStatus"})
_1_X: Final = frozenset(
    {OcppVersion.OCPP_1_2_SOAP, OcppVersion.OCPP_1_5_SOAP, OcppVersion.OCPP_1_6_SOAP, OcppVersion.OCPP_1_6}
)


def told(version: OcppVersion, action: Action, *, to: Sender) -> Coverage:
    """What becomes of a request of the house for a peer of this version; the peer is a station or a CSMS."""
    if version is OcppVersion.OCPP_2_1:
        return Coverage.LOSSLESS
    row = actions(version).get(action.name)
    if version in _1_X:
        return _told_in_1_x(version, action, row, to)
    if row is None:
        emulated = to is Sender.STATION and action.name in station_201.EMULATED
        return Coverage.EMULATED if emulated else Coverage.REFUSED
    if version is OcppVersion.OCPP_2_0 and to is Sender.STATION and action.name in station_20.EMULATED:
        return Coverage.EMULATED
    return _compared(version, row, action, outward=True)


def heard(version: OcppVersion, row: Action, *, sender: Sender) -> Coverage:
    """What becomes of a request of a peer of this version; the peer is a station or a CSMS."""
    if version is OcppVersion.OCPP_2_1:
        return Coverage.LOSSLESS
    if version in _1_X and row.name not in _inward_1_6(sender):
        return Coverage.REFUSED
    if version is OcppVersion.OCPP_2_0 and row.name in csms_20.REFUSED:
        return Coverage.REFUSED
    action = house.ACTIONS.get(row.name)
    return Coverage.EMULATED if action is None else _compared(version, row, action, outward=False)


def _inward_1_6(sender: Sender) -> Mapping[str, Any]:
    return station_16.INWARD if sender is Sender.STATION else csms_16.INWARD


def _told_in_1_x(version: OcppVersion, action: Action, row: Action | None, to: Sender) -> Coverage:
    to_station = to is Sender.STATION
    known = station_16.OUTWARD if to_station else csms_16.OUTWARD
    unsupported = UNSUPPORTED_STATION_16 if to_station else UNSUPPORTED_CSMS_16
    refused = action.name not in known or (action.name in unsupported and action.name not in _EMULATED_1_6)
    said = SAID_IN_1_6.get(action.name, (action.name,))
    if refused or not any(name in actions(version) for name in said):
        return Coverage.REFUSED
    if row is None or action.name not in said or len(said) > 1:
        return Coverage.EMULATED
    return _compared(version, row, action, outward=True)


# --- types --------------------------------------------------------------------------------------------------------


def _compared(version: OcppVersion, row: Action, action: Action, *, outward: bool) -> Coverage:
    """Lossless when both the request and its answer keep everything on their way."""
    there, back = (action, row) if outward else (row, action)
    keeps = keeping_20 if version is OcppVersion.OCPP_2_0 else _keeps_struct
    complete = keeps(there.request, back.request) and _answers(keeps, back.response, there.response)
    return Coverage.LOSSLESS if complete else Coverage.DERIVED


def _answers(keeps: Callable[[type, type], bool], source: type | None, target: type | None) -> bool:
    return source is target if source is None or target is None else keeps(source, target)


def keeping_20(source: type, target: type) -> bool:
    """Whether a type keeps everything between 2.0 and the house, as far as the rules leave it to the types."""
    names = {source.__name__, target.__name__}
    for rules in (FROM_20, TO_20):
        if names & set(rules.rebuilt) or any(type_ in names for type_, _ in (*rules.reshaped, *rules.defaults)):
            return False
    return _keeps_struct(source, target)


def _keeps_struct(source: type, target: type) -> bool:
    """Whether each value of one Struct fits into the other; custom data, which old versions lack, is left aside."""
    if source is target:
        return True
    have, want = _fields(source), _fields(target)
    if any(field.required and (name not in have or not have[name].required) for name, field in want.items()):
        return False
    return all(
        name in want and _keeps(_present(field.type), _present(want[name].type))
        for name, field in have.items()
        if name != "custom_data"
    )


def _fields(struct: type) -> dict[str, inspect.Field]:
    info = inspect.type_info(struct)
    return {field.name: field for field in info.fields} if isinstance(info, inspect.StructType) else {}


def _present(type_: inspect.Type) -> inspect.Type:
    if isinstance(type_, inspect.UnionType):
        return next(one for one in type_.types if not isinstance(one, inspect.NoneType))
    return type_


def _keeps(source: inspect.Type, target: inspect.Type) -> bool:  # noqa: PLR0911 - one for each kind of type
    """Whether each value of one field fits into the other."""
    match source, target:
        case inspect.StructType(cls=one), inspect.StructType(cls=other):
            return _keeps_struct(one, other)
        case inspect.EnumType(cls=one), inspect.EnumType(cls=other):
            return {member.value for member in one} <= {member.value for member in other}
        case inspect.EnumType(cls=one), inspect.StrType(max_length=longest):
            return longest is None or all(len(member.value) <= longest for member in one)
        case inspect.VarTupleType(), inspect.VarTupleType():
            fewest = (target.min_length or 0) <= (source.min_length or 0)
            return (
                fewest and _up_to(source.max_length, target.max_length) and _keeps(source.item_type, target.item_type)
            )
        case inspect.StrType(max_length=one), inspect.StrType(max_length=other):
            return _up_to(one, other)
        case inspect.IntType(), inspect.IntType():
            return _up_to(source.le, target.le) and _up_to(target.ge, source.ge, open_end=False)
        case inspect.IntType(), inspect.DecimalType():
            return True
        case _:
            return type(source) is type(target)


def _up_to(one: int | None, other: int | None, *, open_end: bool = True) -> bool:
    """Whether the first limit is no wider than the second; None is no limit at all."""
    limit, allowed = (one, other) if open_end else (other, one)
    if allowed is None:
        return True
    return limit is not None and (limit <= allowed if open_end else limit >= allowed)
