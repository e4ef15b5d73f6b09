"""Block K, what a vehicle needs and can do, as ISO 15118 tells it."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta, field

from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.der_control import DERControl
from pluglot.messages.scalars import NonNegative, OneOrMore, Percentage, String50, Timestamp
from pluglot.messages.smart_charging.prices import EVAbsolutePriceSchedule
from pluglot.messages.smart_charging.profiles import ChargingSchedule
from pluglot.messages.types import EnergyTransferMode, GenericStatus, StatusInfo


class ControlMode(StrEnum):
    """Whether a vehicle plans by itself or follows set points (K)."""

    SCHEDULED_CONTROL = "ScheduledControl"
    DYNAMIC_CONTROL = "DynamicControl"


class IslandingDetection(StrEnum):
    """How an inverter notices that the grid is gone (K)."""

    NO_ANTI_ISLANDING_SUPPORT = "NoAntiIslandingSupport"
    RO_CO_F = "RoCoF"
    UVP_OVP = "UVP_OVP"
    UFP_OFP = "UFP_OFP"
    VOLTAGE_VECTOR_SHIFT = "VoltageVectorShift"
    ZERO_CROSSING_DETECTION = "ZeroCrossingDetection"
    OTHER_PASSIVE = "OtherPassive"
    IMPEDANCE_MEASUREMENT = "ImpedanceMeasurement"
    IMPEDANCE_AT_FREQUENCY = "ImpedanceAtFrequency"
    SLIP_MODE_FREQUENCY_SHIFT = "SlipModeFrequencyShift"
    SANDIA_FREQUENCY_SHIFT = "SandiaFrequencyShift"
    SANDIA_VOLTAGE_SHIFT = "SandiaVoltageShift"
    FREQUENCY_JUMP = "FrequencyJump"
    RCLQ_FACTOR = "RCLQFactor"
    OTHER_ACTIVE = "OtherActive"


class MobilityNeedsMode(StrEnum):
    """Who minds the departure: the vehicle alone or the station too (K)."""

    EVCC = "EVCC"
    EVCC_SECC = "EVCC_SECC"


class NotifyEVChargingNeedsStatus(StrEnum):
    """What the CSMS makes of a vehicle's needs (K)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    PROCESSING = "Processing"
    NO_CHARGING_PROFILE = "NoChargingProfile"


class ACChargingParameters(DataType, frozen=True, kw_only=True):
    """What a vehicle says about charging with alternating current (K)."""

    #: Wh
    energy_amount: Decimal
    #: A on each phase
    ev_min_current: Decimal
    #: A on each phase
    ev_max_current: Decimal
    #: V
    ev_max_voltage: Decimal
    custom_data: CustomData | None = None


class DCChargingParameters(DataType, frozen=True, kw_only=True):
    """What a vehicle says about charging with direct current (K)."""

    #: A
    ev_max_current: Decimal
    #: V
    ev_max_voltage: Decimal
    #: W
    ev_max_power: Decimal | None = None
    #: Wh
    ev_energy_capacity: Decimal | None = None
    #: Wh
    energy_amount: Decimal | None = None
    #: %
    state_of_charge: Percentage | None = None
    #: %
    full_soc: Percentage | None = field(default=None, name="fullSoC")
    #: %
    bulk_soc: Percentage | None = field(default=None, name="bulkSoC")
    custom_data: CustomData | None = None


class DERChargingParameters(DataType, frozen=True, kw_only=True):
    """What a vehicle can do for the grid, as its inverter states it (K)."""

    ev_supported_der_control: OneOrMore[DERControl] | None = field(default=None, name="evSupportedDERControl")
    #: W
    ev_over_excited_max_discharge_power: Decimal | None = None
    ev_over_excited_power_factor: Decimal | None = None
    #: W
    ev_under_excited_max_discharge_power: Decimal | None = None
    ev_under_excited_power_factor: Decimal | None = None
    #: VA
    max_apparent_power: Decimal | None = None
    #: VA
    max_charge_apparent_power: Decimal | None = None
    max_charge_apparent_power_l2: Decimal | None = field(default=None, name="maxChargeApparentPower_L2")
    max_charge_apparent_power_l3: Decimal | None = field(default=None, name="maxChargeApparentPower_L3")
    #: VA
    max_discharge_apparent_power: Decimal | None = None
    max_discharge_apparent_power_l2: Decimal | None = field(default=None, name="maxDischargeApparentPower_L2")
    max_discharge_apparent_power_l3: Decimal | None = field(default=None, name="maxDischargeApparentPower_L3")
    #: var
    max_charge_reactive_power: Decimal | None = None
    max_charge_reactive_power_l2: Decimal | None = field(default=None, name="maxChargeReactivePower_L2")
    max_charge_reactive_power_l3: Decimal | None = field(default=None, name="maxChargeReactivePower_L3")
    #: var
    min_charge_reactive_power: Decimal | None = None
    min_charge_reactive_power_l2: Decimal | None = field(default=None, name="minChargeReactivePower_L2")
    min_charge_reactive_power_l3: Decimal | None = field(default=None, name="minChargeReactivePower_L3")
    #: var
    max_discharge_reactive_power: Decimal | None = None
    max_discharge_reactive_power_l2: Decimal | None = field(default=None, name="maxDischargeReactivePower_L2")
    max_discharge_reactive_power_l3: Decimal | None = field(default=None, name="maxDischargeReactivePower_L3")
    #: var
    min_discharge_reactive_power: Decimal | None = None
    min_discharge_reactive_power_l2: Decimal | None = field(default=None, name="minDischargeReactivePower_L2")
    min_discharge_reactive_power_l3: Decimal | None = field(default=None, name="minDischargeReactivePower_L3")
    #: V
    nominal_voltage: Decimal | None = None
    #: V
    nominal_voltage_offset: Decimal | None = None
    #: V
    max_nominal_voltage: Decimal | None = None
    #: V
    min_nominal_voltage: Decimal | None = None
    ev_inverter_manufacturer: String50 | None = None
    ev_inverter_model: String50 | None = None
    ev_inverter_serial_number: String50 | None = None
    ev_inverter_sw_version: String50 | None = None
    ev_inverter_hw_version: String50 | None = None
    ev_islanding_detection_method: OneOrMore[IslandingDetection] | None = None
    #: s
    ev_islanding_trip_time: Decimal | None = None
    #: A
    ev_maximum_level1_dc_injection: Decimal | None = field(default=None, name="evMaximumLevel1DCInjection")
    #: s
    ev_duration_level1_dc_injection: Decimal | None = field(default=None, name="evDurationLevel1DCInjection")
    #: A
    ev_maximum_level2_dc_injection: Decimal | None = field(default=None, name="evMaximumLevel2DCInjection")
    #: s
    ev_duration_level2_dc_injection: Decimal | None = field(default=None, name="evDurationLevel2DCInjection")
    #: S
    ev_reactive_susceptance: Decimal | None = None
    #: Wh
    ev_session_total_discharge_energy_available: Decimal | None = None
    custom_data: CustomData | None = None


class EVPowerScheduleEntry(DataType, frozen=True, kw_only=True):
    """The power a vehicle offers during one stretch of time (K)."""

    #: s
    duration: int
    #: W at most; negative, as energy flows from the vehicle
    power: Decimal
    custom_data: CustomData | None = None


class EVPowerSchedule(DataType, frozen=True, kw_only=True):
    """The power a vehicle offers over time (K)."""

    ev_power_schedule_entries: Annotated[tuple[EVPowerScheduleEntry, ...], Meta(min_length=1, max_length=1024)]
    time_anchor: Timestamp
    custom_data: CustomData | None = None


class EVEnergyOffer(DataType, frozen=True, kw_only=True):
    """The power a vehicle offers over time, and its price (K)."""

    ev_power_schedule: EVPowerSchedule
    ev_absolute_price_schedule: EVAbsolutePriceSchedule | None = None
    custom_data: CustomData | None = None


class V2XChargingParameters(DataType, frozen=True, kw_only=True):
    """What a vehicle says about giving energy back (K)."""

    #: W
    min_charge_power: Decimal | None = None
    min_charge_power_l2: Decimal | None = field(default=None, name="minChargePower_L2")
    min_charge_power_l3: Decimal | None = field(default=None, name="minChargePower_L3")
    #: W
    max_charge_power: Decimal | None = None
    max_charge_power_l2: Decimal | None = field(default=None, name="maxChargePower_L2")
    max_charge_power_l3: Decimal | None = field(default=None, name="maxChargePower_L3")
    #: W, not negative
    min_discharge_power: Decimal | None = None
    min_discharge_power_l2: Decimal | None = field(default=None, name="minDischargePower_L2")
    min_discharge_power_l3: Decimal | None = field(default=None, name="minDischargePower_L3")
    #: W, not negative
    max_discharge_power: Decimal | None = None
    max_discharge_power_l2: Decimal | None = field(default=None, name="maxDischargePower_L2")
    max_discharge_power_l3: Decimal | None = field(default=None, name="maxDischargePower_L3")
    #: A
    min_charge_current: Decimal | None = None
    #: A
    max_charge_current: Decimal | None = None
    #: A, not negative
    min_discharge_current: Decimal | None = None
    #: A, not negative
    max_discharge_current: Decimal | None = None
    #: V
    min_voltage: Decimal | None = None
    #: V
    max_voltage: Decimal | None = None
    #: Wh
    ev_target_energy_request: Decimal | None = None
    #: Wh
    ev_min_energy_request: Decimal | None = None
    #: Wh
    ev_max_energy_request: Decimal | None = None
    #: Wh
    ev_min_v2x_energy_request: Decimal | None = None
    #: Wh
    ev_max_v2x_energy_request: Decimal | None = None
    #: %
    target_soc: Percentage | None = field(default=None, name="targetSoC")
    custom_data: CustomData | None = None


class ChargingNeeds(DataType, frozen=True, kw_only=True):
    """What a vehicle needs and can do (K)."""

    requested_energy_transfer: EnergyTransferMode
    ac_charging_parameters: ACChargingParameters | None = None
    der_charging_parameters: DERChargingParameters | None = None
    ev_energy_offer: EVEnergyOffer | None = None
    dc_charging_parameters: DCChargingParameters | None = None
    v2x_charging_parameters: V2XChargingParameters | None = None
    available_energy_transfer: OneOrMore[EnergyTransferMode] | None = None
    control_mode: ControlMode | None = None
    mobility_needs_mode: MobilityNeedsMode | None = None
    departure_time: Timestamp | None = None
    custom_data: CustomData | None = None


class NotifyEVChargingNeedsRequest(Request, frozen=True, kw_only=True):
    """A station passes on what a vehicle needs and can do (K15)."""

    action: ClassVar[str] = "NotifyEVChargingNeeds"

    evse_id: Annotated[int, Meta(ge=1)]
    charging_needs: ChargingNeeds
    max_schedule_tuples: NonNegative | None = None
    timestamp: Timestamp | None = None
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
    evse_id: Annotated[int, Meta(ge=1)]
    selected_charging_schedule_id: NonNegative | None = None
    power_tolerance_acceptance: bool | None = None
    custom_data: CustomData | None = None


class NotifyEVChargingScheduleResponse(Response, frozen=True, kw_only=True):
    """Whether the CSMS agrees to the vehicle's schedule (K15)."""

    action: ClassVar[str] = "NotifyEVChargingSchedule"

    status: GenericStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
