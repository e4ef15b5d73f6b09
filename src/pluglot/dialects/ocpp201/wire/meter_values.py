"""meter_values"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import CustomData, DataType, Request
from pluglot.messages.meter_values import Phase, ReadingContext, UnitOfMeasure
from pluglot.messages.scalars import OneOrMore, String50, String2500


class Location(StrEnum):
    """Location."""

    BODY = "Body"
    CABLE = "Cable"
    EV = "EV"
    INLET = "Inlet"
    OUTLET = "Outlet"


class Measurand(StrEnum):
    """Measurand."""

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
    """SignedMeterValue."""

    signed_meter_data: String2500
    signing_method: String50
    encoding_method: String50
    public_key: String2500
    custom_data: CustomData | None = None


class SampledValue(DataType, frozen=True, kw_only=True):
    """SampledValue."""

    value: Decimal
    context: ReadingContext | None = None
    measurand: Measurand | None = None
    phase: Phase | None = None
    location: Location | None = None
    signed_meter_value: SignedMeterValue | None = None
    unit_of_measure: UnitOfMeasure | None = None
    custom_data: CustomData | None = None


class MeterValue(DataType, frozen=True, kw_only=True):
    """MeterValue."""

    sampled_value: OneOrMore[SampledValue]
    timestamp: datetime
    custom_data: CustomData | None = None


class MeterValuesRequest(Request, frozen=True, kw_only=True):
    """MeterValuesRequest."""

    action: ClassVar[str] = "MeterValues"

    evse_id: int
    meter_value: OneOrMore[MeterValue]
    custom_data: CustomData | None = None
