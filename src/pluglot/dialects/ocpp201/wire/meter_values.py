"""Block J: readings of meters and other sensors."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import CustomData, DataType, Request
from pluglot.messages.meter_values import Phase, ReadingContext, UnitOfMeasure
from pluglot.messages.scalars import OneOrMore, String50, String2500, Timestamp


class Location(StrEnum):
    """Where a reading was taken (E, J)."""

    BODY = "Body"
    CABLE = "Cable"
    EV = "EV"
    INLET = "Inlet"
    OUTLET = "Outlet"


class Measurand(StrEnum):
    """What a reading measures (E, J)."""

    CURRENT_EXPORT = "Current.Export"
    CURRENT_IMPORT = "Current.Import"
    CURRENT_OFFERED = "Current.Offered"
    ENERGY_ACTIVE_EXPORT_REGISTER = "Energy.Active.Export.Register"
    ENERGY_ACTIVE_IMPORT_REGISTER = "Energy.Active.Import.Register"
    ENERGY_REACTIVE_EXPORT_REGISTER = "Energy.Reactive.Export.Register"
    ENERGY_REACTIVE_IMPORT_REGISTER = "Energy.Reactive.Import.Register"
    ENERGY_ACTIVE_EXPORT_INTERVAL = "Energy.Active.Export.Interval"
    ENERGY_ACTIVE_IMPORT_INTERVAL = "Energy.Active.Import.Interval"
    ENERGY_ACTIVE_NET = "Energy.Active.Net"
    ENERGY_REACTIVE_EXPORT_INTERVAL = "Energy.Reactive.Export.Interval"
    ENERGY_REACTIVE_IMPORT_INTERVAL = "Energy.Reactive.Import.Interval"
    ENERGY_REACTIVE_NET = "Energy.Reactive.Net"
    ENERGY_APPARENT_NET = "Energy.Apparent.Net"
    ENERGY_APPARENT_IMPORT = "Energy.Apparent.Import"
    ENERGY_APPARENT_EXPORT = "Energy.Apparent.Export"
    FREQUENCY = "Frequency"
    POWER_ACTIVE_EXPORT = "Power.Active.Export"
    POWER_ACTIVE_IMPORT = "Power.Active.Import"
    POWER_FACTOR = "Power.Factor"
    POWER_OFFERED = "Power.Offered"
    POWER_REACTIVE_EXPORT = "Power.Reactive.Export"
    POWER_REACTIVE_IMPORT = "Power.Reactive.Import"
    SOC = "SoC"
    VOLTAGE = "Voltage"


class SignedMeterValue(DataType, frozen=True, kw_only=True):
    """A reading that a meter signed (E, J)."""

    signed_meter_data: String2500
    signing_method: String50
    encoding_method: String50
    public_key: String2500
    custom_data: CustomData | None = None


class SampledValue(DataType, frozen=True, kw_only=True):
    """One reading: how much of what, where, on which phase, and why it was taken (E, J)."""

    value: Decimal
    #: Sample.Periodic when absent.
    context: ReadingContext | None = None
    #: Energy.Active.Import.Register when absent.
    measurand: Measurand | None = None
    #: All phases together when absent.
    phase: Phase | None = None
    #: Outlet when absent.
    location: Location | None = None
    signed_meter_value: SignedMeterValue | None = None
    unit_of_measure: UnitOfMeasure | None = None
    custom_data: CustomData | None = None


class MeterValue(DataType, frozen=True, kw_only=True):
    """What was read at one moment (E, J)."""

    sampled_value: OneOrMore[SampledValue]
    timestamp: Timestamp
    custom_data: CustomData | None = None


class MeterValuesRequest(Request, frozen=True, kw_only=True):
    """A station reports readings that belong to no transaction (J01)."""

    action: ClassVar[str] = "MeterValues"

    #: 0 for the station's main meter.
    evse_id: int
    meter_value: OneOrMore[MeterValue]
    custom_data: CustomData | None = None
