"""Variables of a 1.6 station, read and written as configuration keys (mapping 6.3, 6.7, chapter 8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

import msgspec

from pluglot import messages as house
from pluglot.dialects.base import AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import emulated, keys, per_evse, wire
from pluglot.dialects.ocpp16.enums import SET_STATUS_TO_HOUSE
from pluglot.dialects.ocpp16.keys import BY_NAME, BY_PLACE, LEGACY, Access, Key, Place, Transform
from pluglot.dialects.ocpp16.station import topology
from pluglot.dialects.ocpp16.station.context import StationContext

_DEFAULT_KEYS_PER_REQUEST: Final = 50
_LONGEST_KEY: Final = 50
#: A station that answered more keys than this is not remembered further.
MOST_KEYS: Final = 1000
#: Components that a 1.6 station is shown with.
KNOWN_COMPONENTS: Final = keys.COMPONENTS | emulated.COMPONENTS | topology.COMPONENTS | {LEGACY}
_Item = house.GetVariableData | house.SetVariableData


def key_of(item: _Item) -> Key | None:
    """The configuration key behind a variable, or None."""
    component, variable = item.component, item.variable
    if component.instance is not None:
        return None
    if variable.instance is None and (key := _per_evse(component, variable.name)) is not None:
        return key
    if component.evse is not None:
        return None
    if component.name == LEGACY and variable.instance is None:
        known = BY_NAME.get(variable.name.casefold())
        return known or Key(variable.name, Access.READ_WRITE, Transform.TEXT, (Place(LEGACY, variable.name),))
    return BY_PLACE.get((component.name, variable.name, variable.instance))


def _per_evse(component: house.Component, variable: str) -> Key | None:
    """The key behind a variable that each EVSE has (8.4, row 69)."""
    evse_id = 0 if component.evse is None else component.evse.id
    if variable == "PhaseRotation" and component.name == ("EVSE" if evse_id else "ChargingStation"):
        return BY_NAME[per_evse.ROTATION.casefold()]
    if variable == "PublicKey" and component.name == "FiscalMetering" and evse_id:
        name = per_evse.meter_key_name(evse_id)
        return Key(name, Access.READ, Transform.TEXT, (Place(component.name, variable),))
    return None


def _rotation_number(half: StationContext, item: _Item) -> int:
    """The item of ConnectorPhaseRotation that a variable stands for."""
    evse = item.component.evse
    if evse is None:
        return 0
    connectors = half.numbering.connectors_of(evse.id)
    return connectors[0] if connectors else evse.id


def is_known(half: StationContext, item: _Item, now: datetime) -> bool:
    """Whether the station has this variable, by a key or made up by the dialect."""
    return key_of(item) is not None or _emulated(half, item, now) is not None


def _emulated(half: StationContext, item: _Item, now: datetime) -> str | None:
    component, variable = item.component, item.variable
    if component.evse is None and component.instance is None:
        value = emulated.EMULATED.get((component.name, variable.name, variable.instance))
        if value is not None:
            return value(half, now)
    return topology.value_of(half, component, variable)


# --- reading ------------------------------------------------------------------------------------------------------


def get_variables(half: StationContext, request: house.GetVariablesRequest, now: datetime) -> Translation:
    """Read variables: one result for each item, in its order."""
    wanted = tuple(
        dict.fromkeys(
            half.spelling(key.name)
            for item in request.get_variable_data
            if item.attribute_type in {None, house.AttributeType.ACTUAL}
            and (key := key_of(item)) is not None
            and key.access is not Access.WRITE
        )
    )
    found: dict[str, wire.KeyValue] = {}
    for chunk in _chunks(wanted, half.number_setting("GetConfigurationMaxKeys", _DEFAULT_KEYS_PER_REQUEST)):
        answer = yield AskPeer(wire.GetConfigurationRequest(key=chunk))
        if isinstance(answer, Refusal):
            return answer
        for entry in answer.configuration_key or ():
            found[keys.folded(entry.key)] = entry
            if len(half.configuration) < MOST_KEYS:
                half.configuration[keys.folded(entry.key)] = entry
    half.keep_configuration()
    return house.GetVariablesResponse(
        get_variable_result=tuple(_read(half, item, found, now) for item in request.get_variable_data)
    )


def _chunks(wanted: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    size = max(size, 1)
    for start in range(0, len(wanted), size):
        yield tuple(wanted[start : start + size])


def _read(
    half: StationContext, item: house.GetVariableData, found: dict[str, wire.KeyValue], now: datetime
) -> house.GetVariableResult:
    status = house.GetVariableStatus
    if item.attribute_type not in {None, house.AttributeType.ACTUAL}:
        return _get_result(item, status.NOT_SUPPORTED_ATTRIBUTE_TYPE)
    key = key_of(item)
    if key is None:
        value = _emulated(half, item, now)
        if value is not None:
            return _get_result(item, status.ACCEPTED, value=value)
        known = item.component.name in KNOWN_COMPONENTS
        return _get_result(item, status.UNKNOWN_VARIABLE if known else status.UNKNOWN_COMPONENT)
    if key.access is Access.WRITE:
        return _get_result(item, status.REJECTED, reason_code="WriteOnly")
    entry = found.get(key.name.casefold())
    if entry is None:
        value = _emulated(half, item, now)
        return _get_result(item, status.UNKNOWN_VARIABLE if value is None else status.ACCEPTED, value=value)
    return _found(half, item, key, entry)


def _found(
    half: StationContext, item: house.GetVariableData, key: Key, entry: wire.KeyValue
) -> house.GetVariableResult:
    status = house.GetVariableStatus
    if key.name == per_evse.ROTATION:
        rotation = per_evse.rotations(entry.value or "").get(_rotation_number(half, item))
        if rotation is None:
            return _get_result(item, status.UNKNOWN_VARIABLE)
        return _get_result(item, status.ACCEPTED, value=per_evse.rotation_to_house(rotation))
    # 1.6 tells an empty value by leaving it out.
    return _get_result(item, status.ACCEPTED, value=keys.value_to_house(key.transform, entry.value or ""))


def _get_result(
    item: house.GetVariableData,
    status: house.GetVariableStatus,
    *,
    value: str | None = None,
    reason_code: str | None = None,
) -> house.GetVariableResult:
    return house.GetVariableResult(
        attribute_status=status,
        attribute_type=item.attribute_type or house.AttributeType.ACTUAL,
        attribute_value=value,
        component=item.component,
        variable=item.variable,
        attribute_status_info=None if reason_code is None else house.StatusInfo(reason_code=reason_code),
    )


# --- writing ------------------------------------------------------------------------------------------------------


def set_variables(half: StationContext, request: house.SetVariablesRequest, now: datetime) -> Translation:
    """Write variables one after the other: one result for each item, in its order."""
    results: list[house.SetVariableResult] = []
    for item in request.set_variable_data:
        results += [(yield from _written(half, item, now))]
    return house.SetVariablesResponse(set_variable_result=tuple(results))


def _written(half: StationContext, item: house.SetVariableData, now: datetime) -> Translation:
    status = house.SetVariableStatus
    if item.attribute_type not in {None, house.AttributeType.ACTUAL}:
        return _set_result(item, status.NOT_SUPPORTED_ATTRIBUTE_TYPE)
    key = key_of(item)
    if key is None:
        return _unwritable(half, item, now)
    place = Place(item.component.name, item.variable.name, item.variable.instance)
    if key.name == per_evse.ROTATION:
        return (yield from _write_rotation(half, item, key))
    if _is_fixed(half, key):
        return _set_result(item, status.REJECTED, reason_code="ReadOnly")
    if place != key.places[0] and item.component.name != LEGACY and key.transform is not Transform.BOOLEAN:
        return _second_variable(half, item, key)
    return (yield from _change(half, item, key))


def _change(half: StationContext, item: house.SetVariableData, key: Key) -> Translation:
    """Write the key behind a variable."""
    status = house.SetVariableStatus
    current = half.setting(key.name) or ""
    try:
        text = keys.value_to_wire(
            key.transform, item.attribute_value, current=current, encoding=half.policy.basic_auth_encoding
        )
    except keys.UnsayableValue as unsayable:
        return _set_result(item, status.REJECTED, reason_code=str(unsayable))
    if len(key.name) > _LONGEST_KEY:
        return _set_result(item, status.REJECTED, reason_code="TooLargeElement")
    answer = yield AskPeer(wire.ChangeConfigurationRequest(key=key.name, value=text))
    if isinstance(answer, Refusal):
        yield Lost((Loss("SetVariables", key.name, answer.code, answer.description or "no answer"),))
        return _set_result(item, status.REJECTED, reason_code="InternalError")
    if answer.status is wire.ConfigurationStatus.ACCEPTED and key.transform is not Transform.KEY:
        _learn(half, key.name, text)
    return _set_result(item, SET_STATUS_TO_HOUSE[answer.status])


def _is_fixed(half: StationContext, key: Key) -> bool:
    """Whether a key is not for a management system to set."""
    if key.name.casefold() == "securityprofile":
        # 8.7: raising the profile of a link is for whoever runs it.
        return not half.policy.forward_security_profile
    return per_evse.meter_key_number(key.name) is not None


def _write_rotation(half: StationContext, item: house.SetVariableData, key: Key) -> Translation:
    """Change one item of the list and write the whole list (8.4)."""
    if half.setting(key.name) is None:
        answer = yield AskPeer(wire.GetConfigurationRequest(key=(key.name,)))
        if not isinstance(answer, Refusal):
            half.configuration.update({keys.folded(entry.key): entry for entry in answer.configuration_key or ()})
    items = per_evse.rotations(half.setting(key.name) or "")
    items[_rotation_number(half, item)] = per_evse.rotation_to_wire(item.attribute_value)
    text = per_evse.rotations_text(items)
    return (yield from _change(half, msgspec.structs.replace(item, attribute_value=text), key))


def _learn(half: StationContext, name: str, text: str) -> None:
    known = half.configuration.get(name.casefold())
    if known is not None:
        half.configuration[name.casefold()] = wire.KeyValue(key=known.key, readonly=known.readonly, value=text)
        half.keep_configuration()


def _unwritable(half: StationContext, item: house.SetVariableData, now: datetime) -> house.SetVariableResult:
    """Answer for a variable without a key: read-only where the dialect emulates it, else unknown."""
    status = house.SetVariableStatus
    value = _emulated(half, item, now)
    if value is None:
        known = item.component.name in KNOWN_COMPONENTS
        return _set_result(item, status.UNKNOWN_VARIABLE if known else status.UNKNOWN_COMPONENT)
    if value == item.attribute_value:
        return _set_result(item, status.ACCEPTED)
    return _set_result(item, status.REJECTED, reason_code="ReadOnly")


def _second_variable(half: StationContext, item: house.SetVariableData, key: Key) -> house.SetVariableResult:
    """A variable that follows the key of another one may only be set to what that key says (rows 5 and 19)."""
    status = house.SetVariableStatus
    if half.setting(key.name) == item.attribute_value:
        return _set_result(item, status.ACCEPTED)
    return _set_result(item, status.REJECTED, reason_code="ReadOnly")


def _set_result(
    item: house.SetVariableData, status: house.SetVariableStatus, *, reason_code: str | None = None
) -> house.SetVariableResult:
    return house.SetVariableResult(
        attribute_status=status,
        attribute_type=item.attribute_type or house.AttributeType.ACTUAL,
        component=item.component,
        variable=item.variable,
        attribute_status_info=None if reason_code is None else house.StatusInfo(reason_code=reason_code),
    )
