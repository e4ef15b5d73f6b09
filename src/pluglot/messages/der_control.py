"""der_control"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta, field

from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.scalars import NonNegative, RequestId, String36, String200
from pluglot.messages.types import StatusInfo


class DERControl(StrEnum):
    """DERControl."""

    ENTER_SERVICE = "EnterService"
    FREQ_DROOP = "FreqDroop"
    FREQ_WATT = "FreqWatt"
    FIXED_PF_ABSORB = "FixedPFAbsorb"
    FIXED_PF_INJECT = "FixedPFInject"
    FIXED_VAR = "FixedVar"
    GRADIENTS = "Gradients"
    HF_MUST_TRIP = "HFMustTrip"
    HF_MAY_TRIP = "HFMayTrip"
    HV_MUST_TRIP = "HVMustTrip"
    HV_MOM_CESS = "HVMomCess"
    HV_MAY_TRIP = "HVMayTrip"
    LIMIT_MAX_DISCHARGE = "LimitMaxDischarge"
    LF_MUST_TRIP = "LFMustTrip"
    LV_MUST_TRIP = "LVMustTrip"
    LV_MOM_CESS = "LVMomCess"
    LV_MAY_TRIP = "LVMayTrip"
    POWER_MONITORING_MUST_TRIP = "PowerMonitoringMustTrip"
    VOLT_VAR = "VoltVar"
    VOLT_WATT = "VoltWatt"
    WATT_PF = "WattPF"
    WATT_VAR = "WattVar"


class DERControlStatus(StrEnum):
    """DERControlStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    NOT_SUPPORTED = "NotSupported"
    NOT_FOUND = "NotFound"


class DERUnit(StrEnum):
    """DERUnit."""

    NOT_APPLICABLE = "Not_Applicable"
    PCT_MAX_W = "PctMaxW"
    PCT_MAX_VAR = "PctMaxVar"
    PCT_W_AVAIL = "PctWAvail"
    PCT_VAR_AVAIL = "PctVarAvail"
    PCT_EFFECTIVE_V = "PctEffectiveV"


class GridEventFault(StrEnum):
    """GridEventFault."""

    CURRENT_IMBALANCE = "CurrentImbalance"
    LOCAL_EMERGENCY = "LocalEmergency"
    LOW_INPUT_POWER = "LowInputPower"
    OVER_CURRENT = "OverCurrent"
    OVER_FREQUENCY = "OverFrequency"
    OVER_VOLTAGE = "OverVoltage"
    PHASE_ROTATION = "PhaseRotation"
    REMOTE_EMERGENCY = "RemoteEmergency"
    UNDER_FREQUENCY = "UnderFrequency"
    UNDER_VOLTAGE = "UnderVoltage"
    VOLTAGE_IMBALANCE = "VoltageImbalance"


class PowerDuringCessation(StrEnum):
    """PowerDuringCessation."""

    ACTIVE = "Active"
    REACTIVE = "Reactive"


class DERCurvePoints(DataType, frozen=True, kw_only=True):
    """DERCurvePoints."""

    x: Decimal
    y: Decimal
    custom_data: CustomData | None = None


class Hysteresis(DataType, frozen=True, kw_only=True):
    """Hysteresis."""

    hysteresis_high: Decimal | None = None
    hysteresis_low: Decimal | None = None
    hysteresis_delay: Decimal | None = None
    hysteresis_gradient: Decimal | None = None
    custom_data: CustomData | None = None


class ReactivePowerParams(DataType, frozen=True, kw_only=True):
    """ReactivePowerParams."""

    v_ref: Decimal | None = None
    autonomous_v_ref_enable: bool | None = None
    autonomous_v_ref_time_constant: Decimal | None = None
    custom_data: CustomData | None = None


class VoltageParams(DataType, frozen=True, kw_only=True):
    """VoltageParams."""

    hv10_min_mean_value: Decimal | None = None
    hv10_min_mean_trip_delay: Decimal | None = None
    power_during_cessation: PowerDuringCessation | None = None
    custom_data: CustomData | None = None


class DERCurve(DataType, frozen=True, kw_only=True):
    """DERCurve."""

    curve_data: Annotated[tuple[DERCurvePoints, ...], Meta(min_length=1, max_length=10)]
    priority: NonNegative
    y_unit: DERUnit
    hysteresis: Hysteresis | None = None
    reactive_power_params: ReactivePowerParams | None = None
    voltage_params: VoltageParams | None = None
    response_time: Decimal | None = None
    start_time: datetime | None = None
    duration: Decimal | None = None
    custom_data: CustomData | None = None


class DERCurveGet(DataType, frozen=True, kw_only=True):
    """DERCurveGet."""

    curve: DERCurve
    id: String36
    curve_type: DERControl
    is_default: bool
    is_superseded: bool
    custom_data: CustomData | None = None


class EnterService(DataType, frozen=True, kw_only=True):
    """EnterService."""

    priority: NonNegative
    high_voltage: Decimal
    low_voltage: Decimal
    high_freq: Decimal
    low_freq: Decimal
    delay: Decimal | None = None
    random_delay: Decimal | None = None
    ramp_rate: Decimal | None = None
    custom_data: CustomData | None = None


class EnterServiceGet(DataType, frozen=True, kw_only=True):
    """EnterServiceGet."""

    enter_service: EnterService
    id: String36
    custom_data: CustomData | None = None


class FixedPF(DataType, frozen=True, kw_only=True):
    """FixedPF."""

    priority: NonNegative
    displacement: Decimal
    excitation: bool
    start_time: datetime | None = None
    duration: Decimal | None = None
    custom_data: CustomData | None = None


class FixedPFGet(DataType, frozen=True, kw_only=True):
    """FixedPFGet."""

    fixed_pf: FixedPF = field(name="fixedPF")
    id: String36
    is_default: bool
    is_superseded: bool
    custom_data: CustomData | None = None


class FixedVar(DataType, frozen=True, kw_only=True):
    """FixedVar."""

    priority: NonNegative
    setpoint: Decimal
    unit: DERUnit
    start_time: datetime | None = None
    duration: Decimal | None = None
    custom_data: CustomData | None = None


class FixedVarGet(DataType, frozen=True, kw_only=True):
    """FixedVarGet."""

    fixed_var: FixedVar
    id: String36
    is_default: bool
    is_superseded: bool
    custom_data: CustomData | None = None


class FreqDroop(DataType, frozen=True, kw_only=True):
    """FreqDroop."""

    priority: NonNegative
    over_freq: Decimal
    under_freq: Decimal
    over_droop: Decimal
    under_droop: Decimal
    response_time: Decimal
    start_time: datetime | None = None
    duration: Decimal | None = None
    custom_data: CustomData | None = None


class FreqDroopGet(DataType, frozen=True, kw_only=True):
    """FreqDroopGet."""

    freq_droop: FreqDroop
    id: String36
    is_default: bool
    is_superseded: bool
    custom_data: CustomData | None = None


class Gradient(DataType, frozen=True, kw_only=True):
    """Gradient."""

    priority: NonNegative
    gradient: Decimal
    soft_gradient: Decimal
    custom_data: CustomData | None = None


class GradientGet(DataType, frozen=True, kw_only=True):
    """GradientGet."""

    gradient: Gradient
    id: String36
    custom_data: CustomData | None = None


class LimitMaxDischarge(DataType, frozen=True, kw_only=True):
    """LimitMaxDischarge."""

    priority: NonNegative
    pct_max_discharge_power: Decimal | None = None
    power_monitoring_must_trip: DERCurve | None = None
    start_time: datetime | None = None
    duration: Decimal | None = None
    custom_data: CustomData | None = None


class LimitMaxDischargeGet(DataType, frozen=True, kw_only=True):
    """LimitMaxDischargeGet."""

    id: String36
    is_default: bool
    is_superseded: bool
    limit_max_discharge: LimitMaxDischarge
    custom_data: CustomData | None = None


class ClearDERControlRequest(Request, frozen=True, kw_only=True):
    """ClearDERControlRequest."""

    action: ClassVar[str] = "ClearDERControl"

    is_default: bool
    control_type: DERControl | None = None
    control_id: String36 | None = None
    custom_data: CustomData | None = None


class ClearDERControlResponse(Response, frozen=True, kw_only=True):
    """ClearDERControlResponse."""

    action: ClassVar[str] = "ClearDERControl"

    status: DERControlStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class GetDERControlRequest(Request, frozen=True, kw_only=True):
    """GetDERControlRequest."""

    action: ClassVar[str] = "GetDERControl"

    request_id: RequestId
    is_default: bool | None = None
    control_type: DERControl | None = None
    control_id: String36 | None = None
    custom_data: CustomData | None = None


class GetDERControlResponse(Response, frozen=True, kw_only=True):
    """GetDERControlResponse."""

    action: ClassVar[str] = "GetDERControl"

    status: DERControlStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class NotifyDERAlarmRequest(Request, frozen=True, kw_only=True):
    """NotifyDERAlarmRequest."""

    action: ClassVar[str] = "NotifyDERAlarm"

    control_type: DERControl
    timestamp: datetime
    grid_event_fault: GridEventFault | None = None
    alarm_ended: bool | None = None
    extra_info: String200 | None = None
    custom_data: CustomData | None = None


class NotifyDERAlarmResponse(Response, frozen=True, kw_only=True):
    """NotifyDERAlarmResponse."""

    action: ClassVar[str] = "NotifyDERAlarm"

    custom_data: CustomData | None = None


class NotifyDERStartStopRequest(Request, frozen=True, kw_only=True):
    """NotifyDERStartStopRequest."""

    action: ClassVar[str] = "NotifyDERStartStop"

    control_id: String36
    started: bool
    timestamp: datetime
    superseded_ids: Annotated[tuple[String36, ...], Meta(min_length=1, max_length=24)] | None = None
    custom_data: CustomData | None = None


class NotifyDERStartStopResponse(Response, frozen=True, kw_only=True):
    """NotifyDERStartStopResponse."""

    action: ClassVar[str] = "NotifyDERStartStop"

    custom_data: CustomData | None = None


class ReportDERControlRequest(Request, frozen=True, kw_only=True):
    """ReportDERControlRequest."""

    action: ClassVar[str] = "ReportDERControl"

    request_id: RequestId
    curve: Annotated[tuple[DERCurveGet, ...], Meta(min_length=1, max_length=24)] | None = None
    enter_service: Annotated[tuple[EnterServiceGet, ...], Meta(min_length=1, max_length=24)] | None = None
    fixed_pf_absorb: Annotated[tuple[FixedPFGet, ...], Meta(min_length=1, max_length=24)] | None = field(
        default=None, name="fixedPFAbsorb"
    )
    fixed_pf_inject: Annotated[tuple[FixedPFGet, ...], Meta(min_length=1, max_length=24)] | None = field(
        default=None, name="fixedPFInject"
    )
    fixed_var: Annotated[tuple[FixedVarGet, ...], Meta(min_length=1, max_length=24)] | None = None
    freq_droop: Annotated[tuple[FreqDroopGet, ...], Meta(min_length=1, max_length=24)] | None = None
    gradient: Annotated[tuple[GradientGet, ...], Meta(min_length=1, max_length=24)] | None = None
    limit_max_discharge: Annotated[tuple[LimitMaxDischargeGet, ...], Meta(min_length=1, max_length=24)] | None = None
    tbc: bool | None = None
    custom_data: CustomData | None = None


class ReportDERControlResponse(Response, frozen=True, kw_only=True):
    """ReportDERControlResponse."""

    action: ClassVar[str] = "ReportDERControl"

    custom_data: CustomData | None = None


class SetDERControlRequest(Request, frozen=True, kw_only=True):
    """SetDERControlRequest."""

    action: ClassVar[str] = "SetDERControl"

    is_default: bool
    control_id: String36
    control_type: DERControl
    curve: DERCurve | None = None
    enter_service: EnterService | None = None
    fixed_pf_absorb: FixedPF | None = field(default=None, name="fixedPFAbsorb")
    fixed_pf_inject: FixedPF | None = field(default=None, name="fixedPFInject")
    fixed_var: FixedVar | None = None
    freq_droop: FreqDroop | None = None
    gradient: Gradient | None = None
    limit_max_discharge: LimitMaxDischarge | None = None
    custom_data: CustomData | None = None


class SetDERControlResponse(Response, frozen=True, kw_only=True):
    """SetDERControlResponse."""

    action: ClassVar[str] = "SetDERControl"

    status: DERControlStatus
    status_info: StatusInfo | None = None
    superseded_ids: Annotated[tuple[String36, ...], Meta(min_length=1, max_length=24)] | None = None
    custom_data: CustomData | None = None
