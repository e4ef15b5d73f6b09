"""Block E: everything about the course of a transaction."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from pluglot.dialects.ocpp20.wire.authorization import IdToken, IdTokenInfo
from pluglot.dialects.ocpp20.wire.base import DataType, Request, Response
from pluglot.dialects.ocpp20.wire.meter_values import MeterValue
from pluglot.dialects.ocpp20.wire.types import EVSE, MessageContent
from pluglot.messages.scalars import OneOrMore, String36, Timestamp, TransactionId
from pluglot.messages.transactions import TransactionEvent


class ChargingState(StrEnum):
    """Whether energy flows, and if not who holds it back (E)."""

    CHARGING = "Charging"
    EV_DETECTED = "EVDetected"
    SUSPENDED_EV = "SuspendedEV"
    SUSPENDED_EVSE = "SuspendedEVSE"


class Reason(StrEnum):
    """Why a transaction ended (E)."""

    DE_AUTHORIZED = "DeAuthorized"
    EMERGENCY_STOP = "EmergencyStop"
    ENERGY_LIMIT_REACHED = "EnergyLimitReached"
    EV_DISCONNECTED = "EVDisconnected"
    GROUND_FAULT = "GroundFault"
    IMMEDIATE_RESET = "ImmediateReset"
    LOCAL = "Local"
    LOCAL_OUT_OF_CREDIT = "LocalOutOfCredit"
    MASTER_PASS = "MasterPass"  # noqa: S105 - a card that stops every transaction
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
    UNLOCK_COMMAND = "UnlockCommand"


class TriggerReason(StrEnum):
    """What made a station report (E)."""

    AUTHORIZED = "Authorized"
    CABLE_PLUGGED_IN = "CablePluggedIn"
    CHARGING_RATE_CHANGED = "ChargingRateChanged"
    CHARGING_STATE_CHANGED = "ChargingStateChanged"
    DEAUTHORIZED = "Deauthorized"
    ENERGY_LIMIT_REACHED = "EnergyLimitReached"
    EV_COMMUNICATION_LOST = "EVCommunicationLost"
    EV_CONNECT_TIMEOUT = "EVConnectTimeout"
    METER_VALUE_CLOCK = "MeterValueClock"
    METER_VALUE_PERIODIC = "MeterValuePeriodic"
    TIME_LIMIT_REACHED = "TimeLimitReached"
    TRIGGER = "Trigger"
    UNLOCK_COMMAND = "UnlockCommand"
    STOP_AUTHORIZED = "StopAuthorized"
    EV_DEPARTED = "EVDeparted"
    EV_DETECTED = "EVDetected"
    REMOTE_STOP = "RemoteStop"
    REMOTE_START = "RemoteStart"


class Transaction(DataType, frozen=True, kw_only=True):
    """A transaction as it stands when an event is reported (E)."""

    id: String36
    charging_state: ChargingState | None = None
    #: s while energy was flowing
    time_spent_charging: int | None = None
    stopped_reason: Reason | None = None
    #: Links the transaction to the RequestStartTransaction behind it.
    remote_start_id: int | None = None


class GetTransactionStatusRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks whether a transaction is still running and whether messages about it wait (E14)."""

    action: ClassVar[str] = "GetTransactionStatus"

    transaction_id: TransactionId | None = None


class GetTransactionStatusResponse(Response, frozen=True, kw_only=True):
    """Whether the transaction runs and whether messages wait to be delivered (E14)."""

    action: ClassVar[str] = "GetTransactionStatus"

    messages_in_queue: bool
    ongoing_indicator: bool | None = None


class TransactionEventRequest(Request, frozen=True, kw_only=True):
    """A station reports a step of a transaction, with readings if there are any (E01)."""

    action: ClassVar[str] = "TransactionEvent"

    event_type: TransactionEvent
    #: When it happened, not when it was sent.
    timestamp: Timestamp
    trigger_reason: TriggerReason
    #: Counts the events of one transaction from 0, without gaps.
    seq_no: int
    transaction_data: Transaction
    meter_value: OneOrMore[MeterValue] | None = None
    #: True when the event happened while the station had no connection.
    offline: bool | None = None
    number_of_phases_used: int | None = None
    #: A
    cable_max_current: Decimal | None = None
    reservation_id: int | None = None
    #: Only in the first event after an EVSE or connector is known or changed.
    evse: EVSE | None = None
    id_token: IdToken | None = None


class TransactionEventResponse(Response, frozen=True, kw_only=True):
    """What the CSMS makes of it: cost so far, the token's standing and words for the driver (E01)."""

    action: ClassVar[str] = "TransactionEvent"

    #: Including taxes: the cost so far, or the final cost in answer to the last event.
    total_cost: Decimal | None = None
    #: -9 to 9, higher is served first.
    charging_priority: int | None = None
    id_token_info: IdTokenInfo | None = None
    updated_personal_message: MessageContent | None = None
