"""Configuration keys that a 1.6 management system reads and writes, as variables (mapping 6.3, 6.7, chapter 8)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, Lost, Pause, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import keys, per_evse, wire
from pluglot.dialects.ocpp16.csms.context import CsmsContext
from pluglot.dialects.ocpp16.csms.provisioning import ask_inventory
from pluglot.dialects.ocpp16.enums import SET_STATUS_TO_WIRE
from pluglot.dialects.ocpp16.keys import BY_NAME, KEYS, LEGACY, Access, Key, Place, Transform

_PER_REQUEST: Final = 20
_LONGEST_VALUE: Final = 500
#: Whoever asked is answered within his patience (mapping 13.3), with what is known by then.
_REPORT_PATIENCE: Final = timedelta(seconds=25)
_LOOK_EVERY: Final = 0.5
#: Keys of the link between station and dialect; raising a security profile is not a remote setting (8.7).
_LOCAL_ONLY: Final = frozenset({"securityprofile"})


# --- writing ------------------------------------------------------------------------------------------------------


def change_configuration(half: CsmsContext, request: wire.ChangeConfigurationRequest, _now: datetime) -> Translation:
    """Write a key: all variables it stands for must take the value."""
    status = wire.ConfigurationStatus
    shown = half.exposed.get(request.key.casefold())
    if request.key.casefold() == per_evse.ROTATION.casefold():
        return (yield from _written(_rotation_items(half, request.value)))
    if shown is not None:
        item = house.SetVariableData(attribute_value=request.value, component=shown.component, variable=shown.variable)
        return (yield from _written((item,)))
    key = _known(half, request.key)
    if key is None:
        return wire.ChangeConfigurationResponse(status=status.NOT_SUPPORTED)
    if key.access is Access.READ or _is_local(half, key):
        return wire.ChangeConfigurationResponse(status=status.REJECTED)
    value = keys.value_to_house(key.transform, request.value)
    if lost := _unsaid_measurands(key, request.value, value):
        yield Lost(lost)
    items = tuple(
        house.SetVariableData(
            attribute_value=value,
            component=house.Component(name=place.component),
            variable=house.Variable(name=place.variable, instance=place.instance),
        )
        for place in _written_places(half, key)
    )
    return (yield from _written(items))


def _is_local(half: CsmsContext, key: Key) -> bool:
    return key.name.casefold() in _LOCAL_ONLY and not half.policy.forward_security_profile


def _rotation_items(half: CsmsContext, text: str) -> tuple[house.SetVariableData, ...]:
    """The phase rotation of the station and of each EVSE (8.4); none when a connector is unknown."""
    items: list[house.SetVariableData] = []
    for number, rotation in per_evse.rotations(text).items():
        place = half.place_of(number) if number else (0, 0)
        if place is None:
            return ()
        items.append(
            house.SetVariableData(
                attribute_value=per_evse.rotation_to_house(rotation),
                component=house.Component(name="EVSE", evse=house.EVSE(id=place[0]))
                if number
                else house.Component(name="ChargingStation"),
                variable=house.Variable(name="PhaseRotation"),
            )
        )
    return tuple(items)


def _written(items: tuple[house.SetVariableData, ...]) -> Translation:
    """Write variables that one key stands for; all must take their values."""
    if not items:
        return wire.ChangeConfigurationResponse(status=wire.ConfigurationStatus.REJECTED)
    answer = yield AskHouse(house.SetVariablesRequest(set_variable_data=items))
    if isinstance(answer, Refusal):
        return answer
    said = [SET_STATUS_TO_WIRE[result.attribute_status] for result in answer.set_variable_result]
    return wire.ChangeConfigurationResponse(status=_overall(said))


def _known(half: CsmsContext, name: str) -> Key | None:
    """The row of a key; of keys without a standard variable only those that the station has shown."""
    key = BY_NAME.get(name.casefold())
    if key is not None and key.transform is Transform.DERIVED:
        return Key(key.name, Access.READ, Transform.DERIVED, key.places)
    if key is not None and key.places[0].component != LEGACY:
        return key
    shown = next(
        (
            variable
            for component, variable, _ in half.variables
            if (component, variable.casefold()) == (LEGACY, name.casefold())
        ),
        None,
    )
    if shown is None:
        return None
    return key or Key(shown, Access.READ_WRITE, Transform.TEXT, (Place(LEGACY, shown),))


def _written_places(half: CsmsContext, key: Key) -> tuple[Place, ...]:
    """The variables a key writes; a second one only where the station has it (rows 5 and 19)."""
    first, *others = key.places
    if key.transform is Transform.BOOLEAN:
        return key.places
    return (first, *(place for place in others if half.variables.get(place[:3]) is not None))


def _unsaid_measurands(key: Key, text: str, value: str) -> tuple[Loss, ...]:
    if key.transform is not Transform.MEASURANDS or text.count(",") == value.count(","):
        return ()
    return (Loss("ChangeConfiguration", key.name, text, f"said as {value}"),)


def _overall(statuses: list[wire.ConfigurationStatus]) -> wire.ConfigurationStatus:
    order = (
        wire.ConfigurationStatus.NOT_SUPPORTED,
        wire.ConfigurationStatus.REJECTED,
        wire.ConfigurationStatus.REBOOT_REQUIRED,
    )
    return next((status for status in order if status in statuses), wire.ConfigurationStatus.ACCEPTED)


# --- reading ------------------------------------------------------------------------------------------------------


def get_configuration(half: CsmsContext, request: wire.GetConfigurationRequest, now: datetime) -> Translation:
    """Read the named keys, or all there are."""
    if request.key:
        return (yield from _read_named(half, request.key))
    if not half.variables:
        yield from _await_report(half, now)
    entries = [entry for key in _all_keys(half) if (entry := _from_cache(half, key)) is not None]
    entries += _meter_keys(half)
    entries += [
        wire.KeyValue(key=one.name, readonly=one.readonly, value=one.value[:_LONGEST_VALUE])
        for one in half.exposed.values()
    ]
    return wire.GetConfigurationResponse(configuration_key=tuple(entries) or None)


def _await_report(half: CsmsContext, now: datetime) -> Translation:
    """Have the station report what it has, and wait for it."""
    completed = half.reports_completed
    deadline = now + _REPORT_PATIENCE
    yield from ask_inventory(half, now)
    while half.report_id is not None and half.reports_completed == completed and now < deadline:
        then = yield Pause(_LOOK_EVERY)
        if then is None:
            break
        now = then


def _all_keys(half: CsmsContext) -> Iterable[Key]:
    yield from (key for key in KEYS if key.places[0].component != LEGACY or key.transform is Transform.DERIVED)
    for component, variable, instance in half.variables:
        if component == LEGACY and instance is None:
            yield Key(variable, Access.READ_WRITE, Transform.TEXT, (Place(LEGACY, variable),))


def _read_named(half: CsmsContext, names: tuple[str, ...]) -> Translation:
    rows = {name: _known(half, name) for name in dict.fromkeys(names)}
    asked = [key for key in rows.values() if key is not None and _is_asked(key)]
    found: dict[str, house.GetVariableResult] = {}
    for start in range(0, len(asked), _PER_REQUEST):
        chunk = asked[start : start + _PER_REQUEST]
        answer = yield AskHouse(house.GetVariablesRequest(get_variable_data=tuple(map(_asked_variable, chunk))))
        if isinstance(answer, Refusal):
            return answer
        found.update(zip((key.name for key in chunk), answer.get_variable_result, strict=False))
    entries: list[wire.KeyValue] = []
    unknown: list[str] = []
    for name, key in rows.items():
        if (told := _told(half, name)) is not None:
            entries.append(told)
            continue
        entry = None if key is None else _entry(half, key, found.get(key.name))
        if entry is None:
            unknown.append(name)
        else:
            entries.append(entry)
    return wire.GetConfigurationResponse(configuration_key=tuple(entries) or None, unknown_key=tuple(unknown) or None)


def _meter_keys(half: CsmsContext) -> Iterable[wire.KeyValue]:
    """The public keys of the meters (row 69)."""
    for (component, variable, where), known in half.variables.items():
        if (component, variable) == ("FiscalMetering", "PublicKey") and where is not None:
            name = per_evse.meter_key_name(int(where.removeprefix("@")))
            yield wire.KeyValue(key=name, readonly=True, value=known.value[:_LONGEST_VALUE])


def _told(half: CsmsContext, name: str) -> wire.KeyValue | None:
    """A key that reports told and no row of the table stands for."""
    shown = half.exposed.get(name.casefold())
    if shown is not None:
        return wire.KeyValue(key=shown.name, readonly=shown.readonly, value=shown.value[:_LONGEST_VALUE])
    if per_evse.meter_key_number(name) is None:
        return None
    return next((entry for entry in _meter_keys(half) if entry.key.casefold() == name.casefold()), None)


def _is_asked(key: Key) -> bool:
    return (
        key.places[0].characteristic is None
        and key.transform is not Transform.DERIVED
        and key.access is not Access.WRITE
    )


def _asked_variable(key: Key) -> house.GetVariableData:
    place = key.places[0]
    return house.GetVariableData(
        component=house.Component(name=place.component),
        variable=house.Variable(name=place.variable, instance=place.instance),
    )


def _entry(half: CsmsContext, key: Key, result: house.GetVariableResult | None) -> wire.KeyValue | None:
    if result is None:
        return _from_cache(half, key)
    if result.attribute_status is not house.GetVariableStatus.ACCEPTED:
        return None
    return _key_value(key, result.attribute_value or "", readonly=_is_readonly(half, key))


def _is_readonly(half: CsmsContext, key: Key) -> bool:
    known = half.variables.get(key.places[0][:3])
    if known is not None and known.mutability is not None and key.places[0].characteristic is None:
        return known.mutability is house.Mutability.READ_ONLY
    return key.access is Access.READ


def _from_cache(half: CsmsContext, key: Key) -> wire.KeyValue | None:
    """A key from what reports told, or worked out from several variables."""
    if key.transform is Transform.DERIVED:
        value = _derived(half, key.name)
        return (
            None if value is None else wire.KeyValue(key=key.name, readonly=key.name != per_evse.ROTATION, value=value)
        )
    place = key.places[0]
    known = half.variables.get(place[:3])
    if known is None:
        return None
    if key.access is Access.WRITE:
        return wire.KeyValue(key=key.name, readonly=False)
    if place.characteristic is None:
        return _key_value(key, known.value, readonly=_is_readonly(half, key))
    limit: Any = getattr(known.characteristics, place.characteristic, None)
    return None if limit is None else wire.KeyValue(key=key.name, readonly=True, value=str(limit))


def _key_value(key: Key, value: str, *, readonly: bool) -> wire.KeyValue:
    if key.transform is Transform.MEASURANDS:
        # When only reading, what 1.6 does not know is left out (8.6).
        value = ",".join(item for item in value.split(",") if item.strip() in keys.WIRE_MEASURANDS)
    elif key.transform in {Transform.RATE_UNITS, Transform.PRICE}:
        value = keys.value_to_wire(key.transform, value)
    if len(value) > _LONGEST_VALUE:
        value = value[:_LONGEST_VALUE].rpartition(",")[0] or value[:_LONGEST_VALUE]
    return wire.KeyValue(key=key.name, readonly=readonly, value=value)


def _derived(half: CsmsContext, name: str) -> str | None:
    match name:
        case "NumberOfConnectors":
            count = sum(1 for _ in half.places())
            return str(count) if count else None
        case per_evse.ROTATION:
            return _rotation(half)
        case "SupportedFeatureProfiles":
            return ",".join(_profiles(half))
        case _:
            return None


def _rotation(half: CsmsContext) -> str | None:
    """ConnectorPhaseRotation from the variables of the station and of its EVSEs (8.4)."""
    found: dict[int, str] = {}
    for number, component, where in ((0, "ChargingStation", None), *_evses(half)):
        known = half.variables.get((component, "PhaseRotation", where))
        if known is not None:
            phases = half.variables.get((component, "SupplyPhases", where))
            single = phases is not None and phases.value in {"0", "1"}
            found[number] = per_evse.rotation_to_wire(known.value, single_phase=single)
    return per_evse.rotations_text(found) if found else None


def _evses(half: CsmsContext) -> Iterable[tuple[int, str, str]]:
    return ((number, "EVSE", f"@{place[0]}") for number, place in half.places())


def _profiles(half: CsmsContext) -> Iterable[str]:
    """The feature profiles that the variables of a 2.x station amount to (8.5)."""
    yield "Core"
    yield "FirmwareManagement"
    for profile, component in (
        ("LocalAuthListManagement", "LocalAuthListCtrlr"),
        ("Reservation", "ReservationCtrlr"),
        ("SmartCharging", "SmartChargingCtrlr"),
    ):
        flags = [half.variables.get((component, name, None)) for name in ("Available", "Enabled")]
        known = next((flag for flag in flags if flag is not None), None)
        if known is not None and known.value.casefold() == "true":
            yield profile
    yield "RemoteTrigger"
