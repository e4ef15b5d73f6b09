"""transactions"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta, field

from pluglot.messages.authorization import IdToken, IdTokenInfo
from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.meter_values import MeterValue
from pluglot.messages.scalars import OneOrMore, Percentage, ReservationId, SequenceNumber, TariffId, TransactionId
from pluglot.messages.tariff_cost import CostDetails
from pluglot.messages.types import EVSE, MessageContent, OperationMode


class ChargingState(StrEnum):
    """ChargingState."""

    EV_CONNECTED = "EVConnected"
    CHARGING = "Charging"
    SUSPENDED_EV = "SuspendedEV"
    SUSPENDED_EVSE = "SuspendedEVSE"
    IDLE = "Idle"


class PreconditioningStatus(StrEnum):
    """PreconditioningStatus."""

    UNKNOWN = "Unknown"
    READY = "Ready"
    NOT_READY = "NotReady"
    PRECONDITIONING = "Preconditioning"


class Reason(StrEnum):
    """Reason."""

    DE_AUTHORIZED = "DeAuthorized"
    EMERGENCY_STOP = "EmergencyStop"
    ENERGY_LIMIT_REACHED = "EnergyLimitReached"
    EV_DISCONNECTED = "EVDisconnected"
    GROUND_FAULT = "GroundFault"
    IMMEDIATE_RESET = "ImmediateReset"
    MASTER_PASS = "MasterPass"
    LOCAL = "Local"
    LOCAL_OUT_OF_CREDIT = "LocalOutOfCredit"
    OTHER = "Other"
    OVERCURRENT_FAULT = "OvercurrentFault"
    POWER_LOSS = "PowerLoss"
    POWER_QUALITY = "PowerQuality"
    REBOOT = "Reboot"
    REMOTE = "Remote"
    SOC_LIMIT_REACHED = "SOCLimitReached"
    STOPPED_BY_EV = "StoppedByEV"
    TIME_LIMIT_REACHED = "TimeLimitReached"
    TIMEOUT = "Timeout"
    REQ_ENERGY_TRANSFER_REJECTED = "ReqEnergyTransferRejected"


class TransactionEvent(StrEnum):
    """TransactionEvent."""

    ENDED = "Ended"
    STARTED = "Started"
    UPDATED = "Updated"


class TriggerReason(StrEnum):
    """TriggerReason."""

    ABNORMAL_CONDITION = "AbnormalCondition"
    AUTHORIZED = "Authorized"
    CABLE_PLUGGED_IN = "CablePluggedIn"
    CHARGING_RATE_CHANGED = "ChargingRateChanged"
    CHARGING_STATE_CHANGED = "ChargingStateChanged"
    COST_LIMIT_REACHED = "CostLimitReached"
    DEAUTHORIZED = "Deauthorized"
    ENERGY_LIMIT_REACHED = "EnergyLimitReached"
    EV_COMMUNICATION_LOST = "EVCommunicationLost"
    EV_CONNECT_TIMEOUT = "EVConnectTimeout"
    EV_DEPARTED = "EVDeparted"
    EV_DETECTED = "EVDetected"
    LIMIT_SET = "LimitSet"
    METER_VALUE_CLOCK = "MeterValueClock"
    METER_VALUE_PERIODIC = "MeterValuePeriodic"
    OPERATION_MODE_CHANGED = "OperationModeChanged"
    REMOTE_START = "RemoteStart"
    REMOTE_STOP = "RemoteStop"
    RESET_COMMAND = "ResetCommand"
    RUNNING_COST = "RunningCost"
    SIGNED_DATA_RECEIVED = "SignedDataReceived"
    SOC_LIMIT_REACHED = "SoCLimitReached"
    STOP_AUTHORIZED = "StopAuthorized"
    TARIFF_CHANGED = "TariffChanged"
    TARIFF_NOT_ACCEPTED = "TariffNotAccepted"
    TIME_LIMIT_REACHED = "TimeLimitReached"
    TRIGGER = "Trigger"
    TX_RESUMED = "TxResumed"
    UNLOCK_COMMAND = "UnlockCommand"


class TransactionLimit(DataType, frozen=True, kw_only=True):
    """TransactionLimit."""

    max_cost: Decimal | None = None
    max_energy: Decimal | None = None
    max_time: int | None = None
    max_soc: Percentage | None = field(default=None, name="maxSoC")
    custom_data: CustomData | None = None


class Transaction(DataType, frozen=True, kw_only=True):
    """Transaction."""

    transaction_id: TransactionId
    charging_state: ChargingState | None = None
    time_spent_charging: int | None = None
    stopped_reason: Reason | None = None
    remote_start_id: int | None = None
    operation_mode: OperationMode | None = None
    tariff_id: TariffId | None = None
    transaction_limit: TransactionLimit | None = None
    custom_data: CustomData | None = None


class GetTransactionStatusRequest(Request, frozen=True, kw_only=True):
    """GetTransactionStatusRequest."""

    action: ClassVar[str] = "GetTransactionStatus"

    transaction_id: TransactionId | None = None
    custom_data: CustomData | None = None


class GetTransactionStatusResponse(Response, frozen=True, kw_only=True):
    """GetTransactionStatusResponse."""

    action: ClassVar[str] = "GetTransactionStatus"

    messages_in_queue: bool
    ongoing_indicator: bool | None = None
    custom_data: CustomData | None = None


class TransactionEventRequest(Request, frozen=True, kw_only=True):
    """TransactionEventRequest."""

    action: ClassVar[str] = "TransactionEvent"

    event_type: TransactionEvent
    timestamp: datetime
    trigger_reason: TriggerReason
    seq_no: SequenceNumber
    transaction_info: Transaction
    cost_details: CostDetails | None = None
    meter_value: OneOrMore[MeterValue] | None = None
    offline: bool | None = None
    number_of_phases_used: Annotated[int, Meta(ge=0, le=3)] | None = None
    cable_max_current: int | None = None
    reservation_id: ReservationId | None = None
    preconditioning_status: PreconditioningStatus | None = None
    evse_sleep: bool | None = None
    evse: EVSE | None = None
    id_token: IdToken | None = None
    custom_data: CustomData | None = None


class TransactionEventResponse(Response, frozen=True, kw_only=True):
    """TransactionEventResponse."""

    action: ClassVar[str] = "TransactionEvent"

    total_cost: Decimal | None = None
    charging_priority: int | None = None
    id_token_info: IdTokenInfo | None = None
    transaction_limit: TransactionLimit | None = None
    updated_personal_message: MessageContent | None = None
    updated_personal_message_extra: Annotated[tuple[MessageContent, ...], Meta(min_length=1, max_length=4)] | None = (
        None
    )
    custom_data: CustomData | None = None
