"""Configuration keys that a 1.6 management system reads and writes, as variables (mapping 6.3, 6.7, chapter 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, Lost, Pause, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import keys, per_evse, wire
from pluglot.dialects.ocpp16.csms.context import CsmsContext, Exposed
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
    if key.transform is Transform.MEASURANDS and keys.odd_measurands(request.value):
        # A 1.6 station refuses what it cannot measure; measuring less in silence would be a billing risk (8.6).
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
    if key is None or key.places[0].component == LEGACY:
        return _worked_out(key) or _elsewhere(half, key) or _shown(half, key, name)
    return None if _is_absent(half, key) else key


def _worked_out(key: Key | None) -> Key | None:
    """A key that only the dialect can answer."""
    if key is None or key.name not in _DERIVED:
        return None
    return Key(key.name, Access.READ, Transform.DERIVED, key.places)


def _elsewhere(half: CsmsContext, key: Key | None) -> Key | None:
    """A key whose variable a 2.x station may have although no standard names it (row 20)."""
    place = _UNUSUAL.get("" if key is None else key.name)
    if key is None or place is None or half.variables.get(place[:3]) is None:
        return None
    return Key(key.name, key.access, key.transform, (place,))


def _shown(half: CsmsContext, key: Key | None, name: str) -> Key | None:
    """A key that the station shows as a variable of the component for such keys."""
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


def _is_absent(half: CsmsContext, key: Key) -> bool:
    """Whether a key is not there because the station says that it lacks what it is about (row 2)."""
    return key.places[0].component == "AuthCacheCtrlr" and half.flag("AuthCacheCtrlr", "Available") is False


def _written_places(half: CsmsContext, key: Key) -> tuple[Place, ...]:
    """The variables a key writes; a second one only where the station has it (rows 5 and 19)."""
    first, *others = key.places
    if key.transform is Transform.BOOLEAN:
        return key.places
    return (first, *(place for place in others if half.variables.get(place[:3]) is not None))


def _unsaid_measurands(key: Key, text: str, value: str) -> tuple[Loss, ...]:
    if key.transform is not Transform.MEASURANDS or not keys.lost_measurands(text):
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
    entries += [_exposed(half, one) for one in half.exposed.values()]
    yield from _show_unsaid(half)
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
    for row in KEYS:
        known = _known(half, row.name)
        if known is not None and (known.places[0].component != LEGACY or known.transform is Transform.DERIVED):
            yield known
    for component, variable, instance in half.variables:
        if component == LEGACY and instance is None:
            yield Key(variable, Access.READ_WRITE, Transform.TEXT, (Place(LEGACY, variable),))


def _read_named(half: CsmsContext, names: tuple[str, ...]) -> Translation:
    rows = {name: _known(half, name) for name in dict.fromkeys(names)}
    asked = [key for key in rows.values() if key is not None and _is_asked(key)]
    wanted = [(key, place) for key in asked for place in _read_places(key)]
    size = max(half.number_known("DeviceDataCtrlr", "ItemsPerMessage", "GetVariables", _PER_REQUEST), 1)
    found: dict[str, list[house.GetVariableResult]] = {}
    for start in range(0, len(wanted), size):
        chunk = wanted[start : start + size]
        items = tuple(_asked_variable(place) for _, place in chunk)
        answer = yield AskHouse(house.GetVariablesRequest(get_variable_data=items))
        if isinstance(answer, Refusal):
            return answer
        for (key, _), result in zip(chunk, answer.get_variable_result, strict=False):
            found.setdefault(key.name, []).append(result)
    response = _entries(half, rows, found)
    yield from _show_unsaid(half)
    return response


def _entries(
    half: CsmsContext, rows: Mapping[str, Key | None], found: Mapping[str, list[house.GetVariableResult]]
) -> wire.GetConfigurationResponse:
    entries: list[wire.KeyValue] = []
    unknown: list[str] = []
    for name, key in rows.items():
        if (told := _told(half, name)) is not None:
            entries.append(told)
            continue
        entry = None if key is None else _entry(half, key, found.get(key.name, []))
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
            yield wire.KeyValue(key=name, readonly=True, value=_cut(half, name, known.value))


def _told(half: CsmsContext, name: str) -> wire.KeyValue | None:
    """A key that reports told and no row of the table stands for."""
    shown = half.exposed.get(name.casefold())
    if shown is not None:
        return _exposed(half, shown)
    if per_evse.meter_key_number(name) is None:
        return None
    return next((entry for entry in _meter_keys(half) if entry.key.casefold() == name.casefold()), None)


def _is_asked(key: Key) -> bool:
    return (
        key.places[0].characteristic is None
        and key.transform is not Transform.DERIVED
        and key.access is not Access.WRITE
    )


def _read_places(key: Key) -> tuple[Place, ...]:
    """The variables a key is read from: one, or both of two flags (row 58)."""
    return key.places if key.transform is Transform.BOOLEAN else key.places[:1]


def _asked_variable(place: Place) -> house.GetVariableData:
    return house.GetVariableData(
        component=house.Component(name=place.component),
        variable=house.Variable(name=place.variable, instance=place.instance),
    )


def _entry(half: CsmsContext, key: Key, results: list[house.GetVariableResult]) -> wire.KeyValue | None:
    if not results:
        return _from_cache(half, key)
    if any(result.attribute_status is not house.GetVariableStatus.ACCEPTED for result in results):
        return None
    value = _joined([result.attribute_value or "" for result in results])
    return _key_value(half, key, value, readonly=_is_readonly(half, key))


def _joined(values: list[str]) -> str:
    """The value of a key that is read from several flags: all of them must be set."""
    if len(values) == 1:
        return values[0]
    return "true" if all(value.casefold() == "true" for value in values) else "false"


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
        values = [one.value for other in _read_places(key) if (one := half.variables.get(other[:3])) is not None]
        return _key_value(half, key, _joined(values), readonly=_is_readonly(half, key))
    limit: Any = getattr(known.characteristics, place.characteristic, None)
    return None if limit is None else wire.KeyValue(key=key.name, readonly=True, value=str(limit))


def _key_value(half: CsmsContext, key: Key, value: str, *, readonly: bool) -> wire.KeyValue:
    if key.transform is Transform.MEASURANDS:
        # When only reading, what 1.6 does not know is left out (8.6).
        said = ",".join(item for item in value.split(",") if item.strip() in keys.WIRE_MEASURANDS)
        if said != value:
            half.unsaid.append(Loss("GetConfiguration", key.name, value, f"said as {said}"))
        value = said
    elif key.transform in {Transform.RATE_UNITS, Transform.PRICE}:
        value = keys.value_to_wire(key.transform, value)
    return wire.KeyValue(key=key.name, readonly=readonly, value=_cut(half, key.name, value))


def _cut(half: CsmsContext, name: str, value: str) -> str:
    """A value within the limit of 1.6, of a list as many items as there is room for (6.7)."""
    if len(value) <= _LONGEST_VALUE:
        return value
    half.unsaid.append(Loss("GetConfiguration", name, value, f"cut to {_LONGEST_VALUE} characters"))
    return value[:_LONGEST_VALUE].rpartition(",")[0] or value[:_LONGEST_VALUE]


def _exposed(half: CsmsContext, one: Exposed) -> wire.KeyValue:
    return wire.KeyValue(key=one.name, readonly=one.readonly, value=_cut(half, one.name, one.value))


def _show_unsaid(half: CsmsContext) -> Translation:
    """Show what of the values just told 1.6 has no room or no words for."""
    lost, half.unsaid = tuple(half.unsaid), []
    if lost:
        yield Lost(lost)


def _derived(half: CsmsContext, name: str) -> str | None:
    work_out = _DERIVED.get(name)
    return None if work_out is None else work_out(half)


def _connectors(half: CsmsContext) -> str | None:
    count = sum(1 for _ in half.places())
    return str(count) if count else None


def _rotations(half: CsmsContext) -> str | None:
    return str(sum(1 for _ in half.places()) + 1)


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


def _profiles(half: CsmsContext) -> str:
    """The feature profiles that the variables of a 2.x station amount to (8.5)."""
    return ",".join(name for name, is_there in _FEATURES if is_there(half))


def _always(_half: CsmsContext) -> bool:
    return True


def _has_list(half: CsmsContext) -> bool:
    available = half.flag("LocalAuthListCtrlr", "Available")
    return half.flag("LocalAuthListCtrlr", "Enabled") is not None if available is None else available


def _has_reservations(half: CsmsContext) -> bool:
    return half.flag("ReservationCtrlr", "Available") is True


def _has_smart_charging(half: CsmsContext) -> bool:
    return True in {half.flag("SmartChargingCtrlr", name) for name in ("Available", "Enabled")}


_FEATURES: Final[tuple[tuple[str, Callable[[CsmsContext], bool]], ...]] = (
    ("Core", _always),
    ("FirmwareManagement", _always),
    ("LocalAuthListManagement", _has_list),
    ("Reservation", _has_reservations),
    ("SmartCharging", _has_smart_charging),
    ("RemoteTrigger", _always),
)
#: Keys that no variable stands for (rows 7, 8, 21, 29 and 30).
_DERIVED: Final[Mapping[str, Callable[[CsmsContext], str | None]]] = {
    "ConnectorPhaseRotationMaxLength": _rotations,
    "NumberOfConnectors": _connectors,
    "SupportedFeatureProfiles": _profiles,
    "SupportedFeatureProfilesMaxLength": lambda _half: str(len(_FEATURES)),
    per_evse.ROTATION: _rotation,
}
#: Variables outside the standard that some 2.x stations have for a key.
_UNUSUAL: Final = {"MinimumStatusDuration": Place("ChargingStation", "MinimumStatusDuration")}
