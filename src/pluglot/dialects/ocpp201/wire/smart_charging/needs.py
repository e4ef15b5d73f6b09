"""Block K, what a vehicle needs and can do, as ISO 15118 tells it."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from msgspec import field

from pluglot.dialects.ocpp201.wire.smart_charging.profiles import ChargingSchedule
from pluglot.dialects.ocpp201.wire.types import StatusInfo
from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.scalars import Percentage, Timestamp
from pluglot.messages.types import GenericStatus


class EnergyTransferMode(StrEnum):
    """How energy gets from station to vehicle and back (K)."""

    DC = "DC"
    AC_SINGLE_PHASE = "AC_single_phase"
    AC_TWO_PHASE = "AC_two_phase"
    AC_THREE_PHASE = "AC_three_phase"


class NotifyEVChargingNeedsStatus(StrEnum):
    """What the CSMS makes of a vehicle's needs (K)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    PROCESSING = "Processing"


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
    custom_data: CustomData | None = None


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
    custom_data: CustomData | None = None


class ChargingNeeds(DataType, frozen=True, kw_only=True):
    """What a vehicle needs and can do (K)."""

    requested_energy_transfer: EnergyTransferMode
    ac_charging_parameters: ACChargingParameters | None = None
    dc_charging_parameters: DCChargingParameters | None = None
    departure_time: Timestamp | None = None
    custom_data: CustomData | None = None


class NotifyEVChargingNeedsRequest(Request, frozen=True, kw_only=True):
    """A station passes on what a vehicle needs and can do (K15)."""

    action: ClassVar[str] = "NotifyEVChargingNeeds"

    charging_needs: ChargingNeeds
    evse_id: int
    max_schedule_tuples: int | None = None
    custom_data: CustomData | None = None


class NotifyEVChargingNeedsResponse(Response, frozen=True, kw_only=True):
    """Whether the CSMS can serve these needs and will send a profile (K15)."""

    action: ClassVar[str] = "NotifyEVChargingNeeds"

    status: NotifyEVChargingNeedsStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class NotifyEVChargingScheduleRequest(Request, frozen=True, kw_only=True):
    """A station passes on the schedule a vehicle means to follow (K15)."""

    action: ClassVar[str] = "NotifyEVChargingSchedule"

    #: Every time in the schedule counts from here.
    time_base: Timestamp
    charging_schedule: ChargingSchedule
    evse_id: int
    custom_data: CustomData | None = None


class NotifyEVChargingScheduleResponse(Response, frozen=True, kw_only=True):
    """Whether the CSMS agrees to the vehicle's schedule (K15)."""

    action: ClassVar[str] = "NotifyEVChargingSchedule"

    status: GenericStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
