"""Block R: grid code settings of distributed energy resources."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta, field

from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.scalars import NonNegative, RequestId, String36, String200, Timestamp
from pluglot.messages.types import StatusInfo


class DERControl(StrEnum):
    """Which grid control is meant (K, R)."""

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
    """What became of a request about grid controls (R)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    NOT_SUPPORTED = "NotSupported"
    NOT_FOUND = "NotFound"


class DERUnit(StrEnum):
    """What the values of a curve are relative to (R)."""

    NOT_APPLICABLE = "Not_Applicable"
    PCT_MAX_W = "PctMaxW"
    PCT_MAX_VAR = "PctMaxVar"
    PCT_W_AVAIL = "PctWAvail"
    PCT_VAR_AVAIL = "PctVarAvail"
    PCT_EFFECTIVE_V = "PctEffectiveV"


class GridEventFault(StrEnum):
    """What went wrong in the grid (R)."""

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
    """Which power a vehicle keeps giving while it rides through a fault (R)."""

    ACTIVE = "Active"
    REACTIVE = "Reactive"


class DERCurvePoints(DataType, frozen=True, kw_only=True):
    """A point of a curve (R)."""

    x: Decimal
    y: Decimal
    custom_data: CustomData | None = None


class Hysteresis(DataType, frozen=True, kw_only=True):
    """How a curve is left again (R)."""

    hysteresis_high: Decimal | None = None
    hysteresis_low: Decimal | None = None
    #: s
    hysteresis_delay: Decimal | None = None
    hysteresis_gradient: Decimal | None = None
    custom_data: CustomData | None = None


class ReactivePowerParams(DataType, frozen=True, kw_only=True):
    """How a curve of reactive power finds its reference voltage (R)."""

    #: % of nominal voltage
    v_ref: Decimal | None = None
    autonomous_v_ref_enable: bool | None = None
    #: s
    autonomous_v_ref_time_constant: Decimal | None = None
    custom_data: CustomData | None = None


class VoltageParams(DataType, frozen=True, kw_only=True):
    """Protection against high voltage over ten minutes (R)."""

    hv10_min_mean_value: Decimal | None = None
    #: s
    hv10_min_mean_trip_delay: Decimal | None = None
    power_during_cessation: PowerDuringCessation | None = None
    custom_data: CustomData | None = None


class DERCurve(DataType, frozen=True, kw_only=True):
    """A control in the form of a curve (R)."""

    curve_data: Annotated[tuple[DERCurvePoints, ...], Meta(min_length=1, max_length=10)]
    #: 0 goes first.
    priority: NonNegative
    y_unit: DERUnit
    hysteresis: Hysteresis | None = None
    reactive_power_params: ReactivePowerParams | None = None
    voltage_params: VoltageParams | None = None
    #: s
    response_time: Decimal | None = None
    start_time: Timestamp | None = None
    #: s
    duration: Decimal | None = None
    custom_data: CustomData | None = None


class DERCurveGet(DataType, frozen=True, kw_only=True):
    """A curve a station holds (R)."""

    curve: DERCurve
    id: String36
    curve_type: DERControl
    is_default: bool
    is_superseded: bool
    custom_data: CustomData | None = None


class EnterService(DataType, frozen=True, kw_only=True):
    """Under which conditions power may be fed in again (R)."""

    priority: NonNegative
    high_voltage: Decimal
    low_voltage: Decimal
    #: Hz
    high_freq: Decimal
    #: Hz
    low_freq: Decimal
    #: s
    delay: Decimal | None = None
    #: s
    random_delay: Decimal | None = None
    #: s
    ramp_rate: Decimal | None = None
    custom_data: CustomData | None = None


class EnterServiceGet(DataType, frozen=True, kw_only=True):
    """Conditions for feeding in again that a station holds (R)."""

    enter_service: EnterService
    id: String36
    custom_data: CustomData | None = None


class FixedPF(DataType, frozen=True, kw_only=True):
    """A fixed power factor (R)."""

    priority: NonNegative
    #: Cosine of the angle, 0 to 1.
    displacement: Decimal
    #: True for under-excited (takes reactive power), false for over-excited (gives it).
    excitation: bool
    start_time: Timestamp | None = None
    #: s
    duration: Decimal | None = None
    custom_data: CustomData | None = None


class FixedPFGet(DataType, frozen=True, kw_only=True):
    """A fixed power factor a station holds (R)."""

    fixed_pf: FixedPF = field(name="fixedPF")
    id: String36
    is_default: bool
    is_superseded: bool
    custom_data: CustomData | None = None


class FixedVar(DataType, frozen=True, kw_only=True):
    """A fixed reactive power (R)."""

    priority: NonNegative
    setpoint: Decimal
    unit: DERUnit
    start_time: Timestamp | None = None
    #: s
    duration: Decimal | None = None
    custom_data: CustomData | None = None


class FixedVarGet(DataType, frozen=True, kw_only=True):
    """A fixed reactive power a station holds (R)."""

    fixed_var: FixedVar
    id: String36
    is_default: bool
    is_superseded: bool
    custom_data: CustomData | None = None


class FreqDroop(DataType, frozen=True, kw_only=True):
    """How power follows the frequency of the grid (R)."""

    priority: NonNegative
    #: Hz
    over_freq: Decimal
    #: Hz
    under_freq: Decimal
    over_droop: Decimal
    under_droop: Decimal
    #: s
    response_time: Decimal
    start_time: Timestamp | None = None
    #: s
    duration: Decimal | None = None
    custom_data: CustomData | None = None


class FreqDroopGet(DataType, frozen=True, kw_only=True):
    """A frequency droop a station holds (R)."""

    freq_droop: FreqDroop
    id: String36
    is_default: bool
    is_superseded: bool
    custom_data: CustomData | None = None


class Gradient(DataType, frozen=True, kw_only=True):
    """How fast power may change (R)."""

    priority: NonNegative
    #: s; 0 when it does not apply
    gradient: Decimal
    #: s, for a soft start; 0 when it does not apply
    soft_gradient: Decimal
    custom_data: CustomData | None = None


class GradientGet(DataType, frozen=True, kw_only=True):
    """A gradient a station holds (R)."""

    gradient: Gradient
    id: String36
    custom_data: CustomData | None = None


class LimitMaxDischarge(DataType, frozen=True, kw_only=True):
    """A limit on the power that is fed in (R)."""

    priority: NonNegative
    #: %
    pct_max_discharge_power: Decimal | None = None
    power_monitoring_must_trip: DERCurve | None = None
    start_time: Timestamp | None = None
    #: s
    duration: Decimal | None = None
    custom_data: CustomData | None = None


class LimitMaxDischargeGet(DataType, frozen=True, kw_only=True):
    """A limit on discharging that a station holds (R)."""

    id: String36
    is_default: bool
    is_superseded: bool
    limit_max_discharge: LimitMaxDischarge
    custom_data: CustomData | None = None


class ClearDERControlRequest(Request, frozen=True, kw_only=True):
    """The CSMS removes grid controls (R04)."""

    action: ClassVar[str] = "ClearDERControl"

    is_default: bool
    control_type: DERControl | None = None
    control_id: String36 | None = None
    custom_data: CustomData | None = None


class ClearDERControlResponse(Response, frozen=True, kw_only=True):
    """Whether the controls were removed (R04)."""

    action: ClassVar[str] = "ClearDERControl"

    status: DERControlStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class GetDERControlRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks for the grid controls of a station (R04)."""

    action: ClassVar[str] = "GetDERControl"

    request_id: RequestId
    is_default: bool | None = None
    control_type: DERControl | None = None
    control_id: String36 | None = None
    custom_data: CustomData | None = None


class GetDERControlResponse(Response, frozen=True, kw_only=True):
    """Whether the controls will follow in ReportDERControl messages (R04)."""

    action: ClassVar[str] = "GetDERControl"

    status: DERControlStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class NotifyDERAlarmRequest(Request, frozen=True, kw_only=True):
    """A station reports that a grid fault made a control act, or that the fault ended (R05)."""

    action: ClassVar[str] = "NotifyDERAlarm"

    control_type: DERControl
    timestamp: Timestamp
    grid_event_fault: GridEventFault | None = None
    alarm_ended: bool | None = None
    extra_info: String200 | None = None
    custom_data: CustomData | None = None


class NotifyDERAlarmResponse(Response, frozen=True, kw_only=True):
    """The CSMS has noted the alarm (R05)."""

    action: ClassVar[str] = "NotifyDERAlarm"

    custom_data: CustomData | None = None


class NotifyDERStartStopRequest(Request, frozen=True, kw_only=True):
    """A station reports that a scheduled control began or ended (R05)."""

    action: ClassVar[str] = "NotifyDERStartStop"

    control_id: String36
    started: bool
    timestamp: Timestamp
    superseded_ids: Annotated[tuple[String36, ...], Meta(min_length=1, max_length=24)] | None = None
    custom_data: CustomData | None = None


class NotifyDERStartStopResponse(Response, frozen=True, kw_only=True):
    """The CSMS has noted it (R05)."""

    action: ClassVar[str] = "NotifyDERStartStop"

    custom_data: CustomData | None = None


class ReportDERControlRequest(Request, frozen=True, kw_only=True):
    """One part of a report on grid controls (R04)."""

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
    #: To be continued: another part follows; false when absent.
    tbc: bool | None = None
    custom_data: CustomData | None = None


class ReportDERControlResponse(Response, frozen=True, kw_only=True):
    """The CSMS has taken this part of the report (R04)."""

    action: ClassVar[str] = "ReportDERControl"

    custom_data: CustomData | None = None


class SetDERControlRequest(Request, frozen=True, kw_only=True):
    """The CSMS sets a grid control (R04)."""

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
    """Whether the control holds, and which others it replaced (R04)."""

    action: ClassVar[str] = "SetDERControl"

    status: DERControlStatus
    status_info: StatusInfo | None = None
    superseded_ids: Annotated[tuple[String36, ...], Meta(min_length=1, max_length=24)] | None = None
    custom_data: CustomData | None = None
