"""smart_charging.needs"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from msgspec import field

from pluglot.dialects.ocpp201.wire.smart_charging.profiles import ChargingSchedule
from pluglot.dialects.ocpp201.wire.types import StatusInfo
from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.scalars import Percentage
from pluglot.messages.types import GenericStatus


class EnergyTransferMode(StrEnum):
    """EnergyTransferMode."""

    DC = "DC"
    AC_SINGLE_PHASE = "AC_single_phase"
    AC_TWO_PHASE = "AC_two_phase"
    AC_THREE_PHASE = "AC_three_phase"


class NotifyEVChargingNeedsStatus(StrEnum):
    """NotifyEVChargingNeedsStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    PROCESSING = "Processing"


class ACChargingParameters(DataType, frozen=True, kw_only=True):
    """ACChargingParameters."""

    energy_amount: int
    ev_min_current: int
    ev_max_current: int
    ev_max_voltage: int
    custom_data: CustomData | None = None


class DCChargingParameters(DataType, frozen=True, kw_only=True):
    """DCChargingParameters."""

    ev_max_current: int
    ev_max_voltage: int
    energy_amount: int | None = None
    ev_max_power: int | None = None
    state_of_charge: Percentage | None = None
    ev_energy_capacity: int | None = None
    full_soc: Percentage | None = field(default=None, name="fullSoC")
    bulk_soc: Percentage | None = field(default=None, name="bulkSoC")
    custom_data: CustomData | None = None


class ChargingNeeds(DataType, frozen=True, kw_only=True):
    """ChargingNeeds."""

    requested_energy_transfer: EnergyTransferMode
    ac_charging_parameters: ACChargingParameters | None = None
    dc_charging_parameters: DCChargingParameters | None = None
    departure_time: datetime | None = None
    custom_data: CustomData | None = None


class NotifyEVChargingNeedsRequest(Request, frozen=True, kw_only=True):
    """NotifyEVChargingNeedsRequest."""

    action: ClassVar[str] = "NotifyEVChargingNeeds"

    charging_needs: ChargingNeeds
    evse_id: int
    max_schedule_tuples: int | None = None
    custom_data: CustomData | None = None


class NotifyEVChargingNeedsResponse(Response, frozen=True, kw_only=True):
    """NotifyEVChargingNeedsResponse."""

    action: ClassVar[str] = "NotifyEVChargingNeeds"

    status: NotifyEVChargingNeedsStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class NotifyEVChargingScheduleRequest(Request, frozen=True, kw_only=True):
    """NotifyEVChargingScheduleRequest."""

    action: ClassVar[str] = "NotifyEVChargingSchedule"

    time_base: datetime
    charging_schedule: ChargingSchedule
    evse_id: int
    custom_data: CustomData | None = None


class NotifyEVChargingScheduleResponse(Response, frozen=True, kw_only=True):
    """NotifyEVChargingScheduleResponse."""

    action: ClassVar[str] = "NotifyEVChargingSchedule"

    status: GenericStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
