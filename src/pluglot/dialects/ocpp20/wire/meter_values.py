"""Block J: readings of meters and other sensors."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from pluglot.dialects.ocpp20.wire.base import DataType, Request, Response
from pluglot.dialects.ocpp20.wire.types import EncodingMethod, SignatureMethod
from pluglot.dialects.ocpp201.wire.meter_values import Location, Measurand
from pluglot.messages.meter_values import Phase, ReadingContext
from pluglot.messages.scalars import OneOrMore, String20, String512, String2500, Timestamp


class SignedMeterValue(DataType, frozen=True, kw_only=True):
    """A reading that a meter signed (E, J)."""

    meter_value_signature: String2500
    signature_method: SignatureMethod
    encoding_method: EncodingMethod
    encoded_meter_value: String512


class UnitOfMeasure(DataType, frozen=True, kw_only=True):
    """A unit and the power of ten it is multiplied by (E, J)."""

    #: Wh when absent and the measurand is energy.
    unit: String20 | None = None
    #: Power of ten; 0 when absent.
    multiplier: int | None = None


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


class MeterValue(DataType, frozen=True, kw_only=True):
    """What was read at one moment (E, J)."""

    sampled_value: OneOrMore[SampledValue]
    timestamp: Timestamp


class MeterValuesRequest(Request, frozen=True, kw_only=True):
    """A station reports readings that belong to no transaction (J01)."""

    action: ClassVar[str] = "MeterValues"

    #: 0 for the station's main meter.
    evse_id: int
    meter_value: OneOrMore[MeterValue]


class MeterValuesResponse(Response, frozen=True, kw_only=True):
    """The CSMS has taken the readings (J01)."""

    action: ClassVar[str] = "MeterValues"
