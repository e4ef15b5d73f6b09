"""Block K, what a vehicle needs and can do, as ISO 15118 tells it."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta, field

from pluglot.dialects.ocpp20.wire.base import DataType, Request, Response
from pluglot.dialects.ocpp20.wire.smart_charging.prices import RelativeTimeInterval, SalesTariff
from pluglot.dialects.ocpp20.wire.smart_charging.profiles import CalculatedChargingSchedule
from pluglot.dialects.ocpp20.wire.types import EVSE
from pluglot.dialects.ocpp201.wire.smart_charging.needs import NotifyEVChargingNeedsStatus
from pluglot.messages.scalars import Percentage, Timestamp
from pluglot.messages.types import GenericStatus


class EnergyTransferMode(StrEnum):
    """How energy gets from station to vehicle and back (K)."""

    AC_SINGLE_PHASE_CORE = "AC_single_phase_core"
    AC_THREE_PHASE_CORE = "AC_three_phase_core"
    DC_COMBO_CORE = "DC_combo_core"
    DC_CORE = "DC_core"
    DC_EXTENDED = "DC_extended"
    DC_UNIQUE = "DC_unique"


class NotifyCentralChargingNeedsStatus(StrEnum):
    """Whether proposed schedules are passed on (K)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class Renegotiate15118ScheduleStatus(StrEnum):
    """Whether a schedule is negotiated anew (K)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class ACChargingParameters(DataType, frozen=True, kw_only=True):
    """What a vehicle says about charging with alternating current (K)."""

    #: Wh
    energy_amount: int
    #: A on each phase
    ev_min_current: int
    #: A on each phase
    ev_max_current: int
    #: V
    ev_max_voltage: int


class DCChargingParameters(DataType, frozen=True, kw_only=True):
    """What a vehicle says about charging with direct current (K)."""

    #: A
    ev_max_current: int
    #: V
    ev_max_voltage: int
    #: Wh
    energy_amount: int | None = None
    #: W
    ev_max_power: int | None = None
    #: %
    state_of_charge: Percentage | None = None
    #: Wh
    ev_energy_capacity: int | None = None
    #: %
    full_soc: Percentage | None = field(default=None, name="fullSoC")
    #: %
    bulk_soc: Percentage | None = field(default=None, name="bulkSoC")


class ChargingNeeds(DataType, frozen=True, kw_only=True):
    """What a vehicle needs and can do (K)."""

    requested_energy_transfer: EnergyTransferMode
    ac_charging_parameters: ACChargingParameters | None = None
    dc_charging_parameters: DCChargingParameters | None = None
    departure_time: Timestamp | None = None


class PMaxSchedule(DataType, frozen=True, kw_only=True):
    """The highest power during one interval of a proposed schedule (K)."""

    relative_time_interval: RelativeTimeInterval
    #: W
    p_max: Decimal


class SASchedule(DataType, frozen=True, kw_only=True):
    """One schedule proposed to a vehicle, with its prices (K)."""

    p_max_schedule: Annotated[tuple[PMaxSchedule, ...], Meta(min_length=1, max_length=1024)]
    sa_schedule_tuple_id: int = field(name="saScheduleTupleID")
    sales_tariff: SalesTariff | None = None


class NotifyCentralChargingNeedsRequest(Request, frozen=True, kw_only=True):
    """The CSMS proposes schedules to a vehicle that negotiates by ISO 15118 (K)."""

    action: ClassVar[str] = "NotifyCentralChargingNeeds"

    evse_id: int
    sa_schedule: Annotated[tuple[SASchedule, ...], Meta(min_length=1, max_length=3)]


class NotifyCentralChargingNeedsResponse(Response, frozen=True, kw_only=True):
    """Whether the station passes the schedules on (K)."""

    action: ClassVar[str] = "NotifyCentralChargingNeeds"

    status: NotifyCentralChargingNeedsStatus


class NotifyEVChargingNeedsRequest(Request, frozen=True, kw_only=True):
    """A station passes on what a vehicle needs and can do (K15)."""

    action: ClassVar[str] = "NotifyEVChargingNeeds"

    charging_needs: ChargingNeeds
    evse_id: int
    max_schedule_tuples: int | None = None


class NotifyEVChargingNeedsResponse(Response, frozen=True, kw_only=True):
    """Whether the CSMS can serve these needs and will send a profile (K15)."""

    action: ClassVar[str] = "NotifyEVChargingNeeds"

    status: NotifyEVChargingNeedsStatus


class NotifyEVChargingScheduleRequest(Request, frozen=True, kw_only=True):
    """A station passes on the schedule a vehicle means to follow (K15)."""

    action: ClassVar[str] = "NotifyEVChargingSchedule"

    #: Every time in the schedule counts from here.
    time_base: Timestamp
    charging_schedule: CalculatedChargingSchedule
    evse_id: int


class NotifyEVChargingScheduleResponse(Response, frozen=True, kw_only=True):
    """Whether the CSMS agrees to the vehicle's schedule (K15)."""

    action: ClassVar[str] = "NotifyEVChargingSchedule"

    status: GenericStatus


class Renegotiate15118ScheduleRequest(Request, frozen=True, kw_only=True):
    """The CSMS wants a vehicle to negotiate its schedule anew (K)."""

    action: ClassVar[str] = "Renegotiate15118Schedule"

    evse: EVSE


class Renegotiate15118ScheduleResponse(Response, frozen=True, kw_only=True):
    """Whether the station asks the vehicle to (K)."""

    action: ClassVar[str] = "Renegotiate15118Schedule"

    status: Renegotiate15118ScheduleStatus
