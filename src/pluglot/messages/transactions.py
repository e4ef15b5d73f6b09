"""Block E: everything about the course of a transaction."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta, field

from pluglot.messages.authorization import IdToken, IdTokenInfo
from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.meter_values import MeterValue
from pluglot.messages.scalars import (
    OneOrMore,
    Percentage,
    ReservationId,
    SequenceNumber,
    TariffId,
    Timestamp,
    TransactionId,
)
from pluglot.messages.tariff_cost import CostDetails
from pluglot.messages.types import EVSE, MessageContent, OperationMode


class ChargingState(StrEnum):
    """Whether energy flows, and if not who holds it back (E)."""

    EV_CONNECTED = "EVConnected"
    CHARGING = "Charging"
    SUSPENDED_EV = "SuspendedEV"
    SUSPENDED_EVSE = "SuspendedEVSE"
    IDLE = "Idle"


class PreconditioningStatus(StrEnum):
    """Whether a vehicle's battery is warm enough to charge (E)."""

    UNKNOWN = "Unknown"
    READY = "Ready"
    NOT_READY = "NotReady"
    PRECONDITIONING = "Preconditioning"


class Reason(StrEnum):
    """Why a transaction ended (E)."""

    DE_AUTHORIZED = "DeAuthorized"
    EMERGENCY_STOP = "EmergencyStop"
    ENERGY_LIMIT_REACHED = "EnergyLimitReached"
    EV_DISCONNECTED = "EVDisconnected"
    GROUND_FAULT = "GroundFault"
    IMMEDIATE_RESET = "ImmediateReset"
    MASTER_PASS = "MasterPass"  # noqa: S105 - a card that stops every transaction
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
    """Whether an event starts, continues or ends a transaction (E)."""

    ENDED = "Ended"
    STARTED = "Started"
    UPDATED = "Updated"


class TriggerReason(StrEnum):
    """What made a station report (E)."""

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
    """Where a transaction shall stop, by cost, energy, time or state of charge (E)."""

    #: In the tariff's currency.
    max_cost: Decimal | None = None
    #: Wh
    max_energy: Decimal | None = None
    #: s
    max_time: int | None = None
    #: %
    max_soc: Percentage | None = field(default=None, name="maxSoC")
    custom_data: CustomData | None = None


class Transaction(DataType, frozen=True, kw_only=True):
    """A transaction as it stands when an event is reported (E)."""

    transaction_id: TransactionId
    charging_state: ChargingState | None = None
    #: s while energy was flowing
    time_spent_charging: int | None = None
    stopped_reason: Reason | None = None
    #: Links the transaction to the RequestStartTransaction behind it.
    remote_start_id: int | None = None
    operation_mode: OperationMode | None = None
    tariff_id: TariffId | None = None
    transaction_limit: TransactionLimit | None = None
    custom_data: CustomData | None = None


class GetTransactionStatusRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks whether a transaction is still running and whether messages about it wait (E14)."""

    action: ClassVar[str] = "GetTransactionStatus"

    transaction_id: TransactionId | None = None
    custom_data: CustomData | None = None


class GetTransactionStatusResponse(Response, frozen=True, kw_only=True):
    """Whether the transaction runs and whether messages wait to be delivered (E14)."""

    action: ClassVar[str] = "GetTransactionStatus"

    messages_in_queue: bool
    ongoing_indicator: bool | None = None
    custom_data: CustomData | None = None


class TransactionEventRequest(Request, frozen=True, kw_only=True):
    """A station reports a step of a transaction, with readings if there are any (E01)."""

    action: ClassVar[str] = "TransactionEvent"

    event_type: TransactionEvent
    #: When it happened, not when it was sent.
    timestamp: Timestamp
    trigger_reason: TriggerReason
    #: Counts the events of one transaction from 0, without gaps.
    seq_no: SequenceNumber
    transaction_info: Transaction
    cost_details: CostDetails | None = None
    meter_value: OneOrMore[MeterValue] | None = None
    #: True when the event happened while the station had no connection.
    offline: bool | None = None
    number_of_phases_used: Annotated[int, Meta(ge=0, le=3)] | None = None
    #: A
    cable_max_current: int | None = None
    reservation_id: ReservationId | None = None
    preconditioning_status: PreconditioningStatus | None = None
    evse_sleep: bool | None = None
    #: Only in the first event after an EVSE or connector is known or changed.
    evse: EVSE | None = None
    id_token: IdToken | None = None
    custom_data: CustomData | None = None


class TransactionEventResponse(Response, frozen=True, kw_only=True):
    """What the CSMS makes of it: cost so far, the token's standing, limits and words for the driver (E01)."""

    action: ClassVar[str] = "TransactionEvent"

    #: Including taxes: the cost so far, or the final cost in answer to the last event.
    total_cost: Decimal | None = None
    #: -9 to 9, higher is served first.
    charging_priority: int | None = None
    id_token_info: IdTokenInfo | None = None
    transaction_limit: TransactionLimit | None = None
    updated_personal_message: MessageContent | None = None
    updated_personal_message_extra: Annotated[tuple[MessageContent, ...], Meta(min_length=1, max_length=4)] | None = (
        None
    )
    custom_data: CustomData | None = None
