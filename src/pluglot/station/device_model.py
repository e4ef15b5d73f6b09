"""The device model of the station: values found by component and variable, checked by type and bounds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
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
from pluglot.station.settings import InvalidSetting, StationSettings
from pluglot.station.standard_variables import Row, standard_rows

#: Where a component is: its name, instance, EVSE and connector; names count without case.
ComponentKey = tuple[str, str | None, int | None, int | None]
VariableKey = tuple[str, str | None]

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")
_PASSWORD: Final = re.compile(r"[A-Za-z0-9*\-_=:+|@.]+")
_KEY: Final = re.compile(r"(?P<component>\w+)\.(?P<variable>\w+)(\[(?P<instance>\w+)\])?")


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


class Stored:
    """One variable with its value."""

    __slots__ = ("live", "row", "value")

    def __init__(self, row: Row) -> None:
        self.row = row
        self.value = row.value
        #: Set by a block that knows the value better than the table; asked whenever the variable is read.
        self.live: Callable[[], str] | None = None

    @property
    def component_key(self) -> ComponentKey:
        """Where the component is."""
        row = self.row
        return row.component.lower(), None, row.evse_id, row.connector_id

    @property
    def variable_key(self) -> VariableKey:
        """Which variable of the component this is."""
        return self.row.variable.lower(), self.row.instance.lower() if self.row.instance else None

    def read(self) -> str:
        """The value now."""
        return self.live() if self.live else self.value


class DeviceModel:
    """All variables of one station."""

    def __init__(self, settings: StationSettings) -> None:
        self._components: dict[ComponentKey, dict[VariableKey, Stored]] = {}
        for row in standard_rows(settings):
            stored = Stored(row)
            self._components.setdefault(stored.component_key, {})[stored.variable_key] = stored
        for key, value in settings.variables.items():
            self._set_factory_value(key, value)

    def _set_factory_value(self, key: str, value: str) -> None:
        match = _KEY.fullmatch(key)
        stored = self.find(match["component"], match["variable"], match["instance"]) if match else None
        if stored is None:
            raise InvalidSetting(f"{key} = {value!r}: there is no such variable of the station")
        if problem := refusal_of(stored.row, value):
            raise InvalidSetting(f"{key} = {value!r}: {problem}")
        stored.value = normalized(stored.row, value)

    def find(
        self,
        component: str,
        variable: str,
        instance: str | None = None,
        evse_id: int | None = None,
        connector_id: int | None = None,
    ) -> Stored | None:
        """The variable of this name, if the station has it."""
        variables = self._components.get((component.lower(), None, evse_id, connector_id), {})
        return variables.get((variable.lower(), instance.lower() if instance else None))

    def of_component(self, key: ComponentKey) -> dict[VariableKey, Stored] | None:
        """The variables of a component, or None for an unknown component."""
        return self._components.get(key)

    def provide(
        self,
        component: str,
        variable: str,
        live: Callable[[], str],
        evse_id: int | None = None,
        connector_id: int | None = None,
    ) -> None:
        """Let a block answer for a variable whose value it knows."""
        stored = self.find(component, variable, None, evse_id, connector_id)
        if stored is not None:
            stored.live = live

    def text(self, component: str, variable: str, instance: str | None = None) -> str:
        """The value of a variable the station has for sure."""
        stored = self.find(component, variable, instance)
        if stored is None:
            raise KeyError(f"{component}.{variable}")
        return stored.read()

    def number(self, component: str, variable: str, instance: str | None = None) -> int:
        """The value of an integer variable."""
        return int(self.text(component, variable, instance))

    def flag(self, component: str, variable: str) -> bool:
        """The value of a boolean variable; False when the station does not have it."""
        stored = self.find(component, variable)
        return stored is not None and stored.read() == "true"

    def members(self, component: str, variable: str) -> tuple[str, ...]:
        """The members of a list variable."""
        return members_of(self.text(component, variable))

    def __iter__(self) -> Iterator[Stored]:
        for variables in self._components.values():
            yield from variables.values()

    def changed_values(self) -> dict[str, str]:
        """What differs from the factory, to be kept over a restart."""
        return {
            f"{stored.row.component}.{stored.row.variable}"
            + (f"[{stored.row.instance}]" if stored.row.instance else ""): stored.value
            for stored in self
            if stored.value != stored.row.value and stored.row.evse_id is None
        }

    def restore(self, values: dict[str, str]) -> None:
        """Take up values kept before; what a newer firmware no longer knows or allows is left at the factory value."""
        for key, value in values.items():
            match = _KEY.fullmatch(key)
            stored = self.find(match["component"], match["variable"], match["instance"]) if match else None
            if stored is not None and refusal_of(stored.row, value) is None:
                stored.value = value


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
