"""The device model of the station: values found by component and variable, checked by type and bounds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from pluglot.messages import (
    EVSE,
    AttributeType,
    Component,
    Mutability,
    ReportData,
    Variable,
    VariableAttribute,
    VariableCharacteristics,
    VariableDataType,
)
from pluglot.station.settings import EvseSettings, InvalidSetting, StationSettings
from pluglot.station.standard_variables import Row, standard_rows

#: Where a component is: its name, instance, EVSE and connector; names count without case.
ComponentKey = tuple[str, str | None, int | None, int | None]
VariableKey = tuple[str, str | None]

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")
_PASSWORD: Final = re.compile(r"[A-Za-z0-9*\-_=:+|@.]+")


def component_key(component: Component) -> ComponentKey:
    """Where a component of a message is; an empty instance counts as none (B06.FR.15)."""
    evse = component.evse
    return (
        component.name.lower(),
        component.instance.lower() if component.instance else None,
        evse.id if evse else None,
        evse.connector_id if evse else None,
    )


def variable_key(variable: Variable) -> VariableKey:
    """Which variable of a component a message means."""
    return variable.name.lower(), variable.instance.lower() if variable.instance else None


class Place:
    """Where a variable is and what it may hold; shared by all stations that are built alike."""

    __slots__ = ("component_key", "live_key", "number", "row", "variable_key")

    def __init__(self, number: int, row: Row) -> None:
        self.number = number
        self.row = row
        self.live_key = (row.component, row.variable)
        self.component_key: ComponentKey = (row.component.lower(), None, row.evse_id, row.connector_id)
        self.variable_key: VariableKey = (row.variable.lower(), row.instance.lower() if row.instance else None)

    @property
    def setting(self) -> str:
        """The name under which the value is kept and set at the factory."""
        instance = f"[{self.row.instance}]" if self.row.instance else ""
        return f"{self.row.component}.{self.row.variable}{instance}"


class Layout:
    """All variables of stations that are built alike, found by key and, for the station's own use, by name."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.places = tuple(Place(number, row) for number, row in enumerate(rows))
        self.components: dict[ComponentKey, dict[VariableKey, Place]] = {}
        for place in self.places:
            self.components.setdefault(place.component_key, {})[place.variable_key] = place
        station = [place for place in self.places if place.row.evse_id is None]
        self.by_name = {(place.row.component, place.row.variable, place.row.instance): place for place in station}
        self.by_setting = {place.setting: place for place in station}


@lru_cache(maxsize=64)
def _layout(evses: tuple[EvseSettings, ...], *, signing_meter: bool) -> Layout:
    return Layout(standard_rows(evses, signing_meter=signing_meter))


class Stored:
    """One variable of one station."""

    __slots__ = ("_model", "place")

    def __init__(self, model: DeviceModel, place: Place) -> None:
        self._model = model
        self.place = place

    @property
    def row(self) -> Row:
        """What the variable is and may hold."""
        return self.place.row

    @property
    def component_key(self) -> ComponentKey:
        """Where the component is."""
        return self.place.component_key

    @property
    def variable_key(self) -> VariableKey:
        """Which variable of the component this is."""
        return self.place.variable_key

    def read(self) -> str:
        """The value now."""
        return self._model.read(self.place)

    def write(self, value: str) -> None:
        """Give the variable another value, already checked."""
        self._model.write(self.place, value)


class DeviceModel:
    """All variables of one station; holds only what differs from the table."""

    def __init__(self, settings: StationSettings) -> None:
        self._layout = _layout(settings.evses, signing_meter=settings.signing_meter)
        self._values: dict[int, str] = {}
        self._live: dict[tuple[str, str], Callable[[Row], str]] = {}
        own = {
            "ChargingStation.Model": settings.model,
            "ChargingStation.VendorName": settings.vendor_name,
            "SecurityCtrlr.Identity": settings.identity,
            "SecurityCtrlr.SecurityProfile": str(settings.security_profile),
        }
        for key, value in own.items():
            self.write(self._layout.by_setting[key], value)
        for key, value in settings.variables.items():
            self._set_factory_value(key, value)
        self._factory = dict(self._values)

    def _set_factory_value(self, key: str, value: str) -> None:
        place = self._layout.by_setting.get(key)
        if place is None:
            raise InvalidSetting(f"{key} = {value!r}: there is no such variable of the station")
        if problem := refusal_of(place.row, value):
            raise InvalidSetting(f"{key} = {value!r}: {problem}")
        self.write(place, normalized(place.row, value))

    def read(self, place: Place) -> str:
        """The value at a place."""
        live = self._live.get(place.live_key) if place.row.mutability is Mutability.READ_ONLY else None
        return live(place.row) if live is not None else self._values.get(place.number, place.row.value)

    def write(self, place: Place, value: str) -> None:
        """Put a checked value at a place."""
        self._values[place.number] = value

    def find(self, component: str, variable: str, instance: str | None = None) -> Stored | None:
        """The variable of this name that belongs to the station as a whole, if there is one."""
        place = self._layout.by_name.get((component, variable, instance))
        return None if place is None else Stored(self, place)

    def of_component(self, key: ComponentKey) -> dict[VariableKey, Stored] | None:
        """The variables of a component, or None for an unknown component."""
        places = self._layout.components.get(key)
        return None if places is None else {name: Stored(self, place) for name, place in places.items()}

    def provide(self, component: str, variable: str, live: Callable[[Row], str]) -> None:
        """Let a block answer for read-only variables whose values it knows better than the table."""
        self._live[component, variable] = live

    def text(self, component: str, variable: str, instance: str | None = None) -> str:
        """The value of a variable the station has for sure."""
        return self.read(self._layout.by_name[component, variable, instance])

    def number(self, component: str, variable: str, instance: str | None = None) -> int:
        """The value of an integer variable."""
        return int(self.text(component, variable, instance))

    def flag(self, component: str, variable: str) -> bool:
        """The value of a boolean variable; False when the station does not have it."""
        place = self._layout.by_name.get((component, variable, None))
        return place is not None and self.read(place) == "true"

    def members(self, component: str, variable: str) -> tuple[str, ...]:
        """The members of a list variable."""
        return members_of(self.text(component, variable))

    def __iter__(self) -> Iterator[Stored]:
        return (Stored(self, place) for place in self._layout.places)

    def changed_values(self) -> dict[str, str]:
        """What differs from the factory, to be kept over a restart."""
        places = self._layout.places
        return {
            places[number].setting: value
            for number, value in self._values.items()
            if places[number].row.mutability is not Mutability.READ_ONLY and self._factory.get(number) != value
        }

    def restore(self, values: Mapping[str, str]) -> None:
        """Take up values kept before; what a newer firmware no longer knows or allows is left at the factory value."""
        for key, value in values.items():
            place = self._layout.by_setting.get(key)
            if place is not None and refusal_of(place.row, value) is None:
                self.write(place, value)


def members_of(value: str) -> tuple[str, ...]:
    """Split a list value."""
    return tuple(member.strip() for member in value.split(",")) if value.strip() else ()


def normalized(row: Row, value: str) -> str:
    """Write a valid value in the one way the station compares by."""
    match row.data_type:
        case VariableDataType.BOOLEAN:
            return value.lower()
        case VariableDataType.INTEGER:
            return str(int(value))
        case VariableDataType.MEMBER_LIST | VariableDataType.SEQUENCE_LIST:
            return ",".join(members_of(value))
        case _:
            return value


def refusal_of(row: Row, value: str) -> str | None:  # noqa: PLR0911 - one return for each data type
    """Why a value does not fit a variable, or None when it fits (B05.FR.07, B05.FR.08)."""
    match row.data_type:
        case VariableDataType.BOOLEAN:
            return None if value.lower() in {"true", "false"} else "must be true or false"
        case VariableDataType.INTEGER:
            return _out_of_bounds(row, Decimal(value)) if _INTEGER.fullmatch(value) else "must be a whole number"
        case VariableDataType.DECIMAL:
            return _out_of_bounds(row, Decimal(value)) if _DECIMAL.fullmatch(value) else "must be a number"
        case VariableDataType.DATE_TIME:
            return None if _is_time(value) else "must be an RFC 3339 time"
        case VariableDataType.OPTION_LIST:
            return None if value in row.values else f"must be one of {', '.join(row.values)}"
        case VariableDataType.MEMBER_LIST | VariableDataType.SEQUENCE_LIST:
            return _not_a_list(row, members_of(value))
        case _:
            return _not_a_text(row, value)


def _out_of_bounds(row: Row, number: Decimal) -> str | None:
    if row.minimum is not None and number < row.minimum:
        return f"must be at least {row.minimum}"
    if row.maximum is not None and number > row.maximum:
        return f"must be at most {row.maximum}"
    return None


def _not_a_list(row: Row, members: tuple[str, ...]) -> str | None:
    if unknown := [member for member in members if member not in row.values]:
        return f"{unknown[0][:50]} is not one of {', '.join(row.values)}"
    if len(set(members)) != len(members):
        return "names a member twice"
    if row.minimum is not None and len(members) < row.minimum:
        return f"must have at least {row.minimum} member"
    return None


def _not_a_text(row: Row, value: str) -> str | None:
    if row.minimum is not None and len(value) < row.minimum:
        return f"must have at least {row.minimum} characters"
    if row.maximum is not None and len(value) > row.maximum:
        return f"must have at most {row.maximum} characters"
    if row.variable == "BasicAuthPassword" and not _PASSWORD.fullmatch(value):
        return "holds a character that passwords may not have"
    return None


def _is_time(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def report_of(stored: Stored) -> ReportData:
    """One line of a report; a write-only value is left out (B07.FR.03)."""
    row = stored.row
    secret = row.mutability is Mutability.WRITE_ONLY
    return ReportData(
        component=component_of(row),
        variable=Variable(name=row.variable, instance=row.instance),
        variable_attribute=(
            VariableAttribute(
                type=AttributeType.ACTUAL,
                value=None if secret else stored.read()[:2500],
                mutability=row.mutability,
                persistent=True,
                constant=False,
            ),
        ),
        variable_characteristics=VariableCharacteristics(
            data_type=row.data_type,
            supports_monitoring=False,
            unit=row.unit,
            min_limit=None if row.minimum is None else Decimal(row.minimum),
            max_limit=None if row.maximum is None else Decimal(row.maximum),
            values_list=",".join(row.values) or None,
        ),
    )


def component_of(row: Row) -> Component:
    """The component of a variable as messages name it."""
    evse = None if row.evse_id is None else EVSE(id=row.evse_id, connector_id=row.connector_id)
    return Component(name=row.component, evse=evse)


def reports_of(variables: Iterable[Stored]) -> list[ReportData]:
    """A report of these variables."""
    return [report_of(stored) for stored in variables]
