"""Block J: readings of meters and other sensors."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import DataType, Request, Response
from pluglot.messages.scalars import OneOrMore, Timestamp


class Location(StrEnum):
    """Where a reading was taken."""

    CABLE = "Cable"
    EV = "EV"
    INLET = "Inlet"
    OUTLET = "Outlet"
    BODY = "Body"


class Measurand(StrEnum):
    """What a reading measures."""

    ENERGY_ACTIVE_EXPORT_REGISTER = "Energy.Active.Export.Register"
    ENERGY_ACTIVE_IMPORT_REGISTER = "Energy.Active.Import.Register"
    ENERGY_REACTIVE_EXPORT_REGISTER = "Energy.Reactive.Export.Register"
    ENERGY_REACTIVE_IMPORT_REGISTER = "Energy.Reactive.Import.Register"
    ENERGY_ACTIVE_EXPORT_INTERVAL = "Energy.Active.Export.Interval"
    ENERGY_ACTIVE_IMPORT_INTERVAL = "Energy.Active.Import.Interval"
    ENERGY_REACTIVE_EXPORT_INTERVAL = "Energy.Reactive.Export.Interval"
    ENERGY_REACTIVE_IMPORT_INTERVAL = "Energy.Reactive.Import.Interval"
    POWER_ACTIVE_EXPORT = "Power.Active.Export"
    POWER_ACTIVE_IMPORT = "Power.Active.Import"
    POWER_OFFERED = "Power.Offered"
    POWER_REACTIVE_EXPORT = "Power.Reactive.Export"
    POWER_REACTIVE_IMPORT = "Power.Reactive.Import"
    POWER_FACTOR = "Power.Factor"
    CURRENT_IMPORT = "Current.Import"
    CURRENT_EXPORT = "Current.Export"
    CURRENT_OFFERED = "Current.Offered"
    VOLTAGE = "Voltage"
    FREQUENCY = "Frequency"
    TEMPERATURE = "Temperature"
    SOC = "SoC"
    RPM = "RPM"


class Phase(StrEnum):
    """Between which conductors a reading was taken."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    N = "N"
    L1_N = "L1-N"
    L2_N = "L2-N"
    L3_N = "L3-N"
    L1_L2 = "L1-L2"
    L2_L3 = "L2-L3"
    L3_L1 = "L3-L1"


class ReadingContext(StrEnum):
    """On what occasion a reading was taken."""

    INTERRUPTION_BEGIN = "Interruption.Begin"
    INTERRUPTION_END = "Interruption.End"
    SAMPLE_CLOCK = "Sample.Clock"
    SAMPLE_PERIODIC = "Sample.Periodic"
    TRANSACTION_BEGIN = "Transaction.Begin"
    TRANSACTION_END = "Transaction.End"
    TRIGGER = "Trigger"
    OTHER = "Other"


class UnitOfMeasure(StrEnum):
    """The unit of a reading; both spellings of Celsius are legal."""

    WH = "Wh"
    KWH = "kWh"
    VARH = "varh"
    KVARH = "kvarh"
    W = "W"
    KW = "kW"
    VA = "VA"
    KVA = "kVA"
    VAR = "var"
    KVAR = "kvar"
    A = "A"
    V = "V"
    K = "K"
    CELCIUS = "Celcius"
    CELSIUS = "Celsius"
    FAHRENHEIT = "Fahrenheit"
    PERCENT = "Percent"
    HERTZ = "Hertz"


class ValueFormat(StrEnum):
    """Whether a reading is plain or signed."""

    RAW = "Raw"
    SIGNED_DATA = "SignedData"


class SampledValue(DataType, frozen=True, kw_only=True):
    """One reading, written as text."""

    #: A number, or signed data in hexadecimal.
    value: str
    #: Sample.Periodic when absent.
    context: ReadingContext | None = None
    #: Raw when absent.
    format: ValueFormat | None = None
    #: Energy.Active.Import.Register when absent.
    measurand: Measurand | None = None
    #: All phases together when absent.
    phase: Phase | None = None
    #: Outlet when absent.
    location: Location | None = None
    #: Wh or varh when absent and the measurand is energy.
    unit: UnitOfMeasure | None = None


class TransactionData(DataType, frozen=True, kw_only=True):
    """What was read at one moment of a transaction; StopTransaction may bring a moment without readings."""

    timestamp: Timestamp
    sampled_value: tuple[SampledValue, ...]


class MeterValue(TransactionData, frozen=True, kw_only=True):
    """What was read at one moment."""

    sampled_value: OneOrMore[SampledValue]


class MeterValuesRequest(Request, frozen=True, kw_only=True):
    """A station reports readings, of a transaction or on its own (4.7)."""

    action: ClassVar[str] = "MeterValues"

    #: 0 for the station's main meter.
    connector_id: int
    meter_value: OneOrMore[MeterValue]
    transaction_id: int | None = None


class MeterValuesResponse(Response, frozen=True, kw_only=True):
    """The CSMS has taken the readings (4.7)."""

    action: ClassVar[str] = "MeterValues"
