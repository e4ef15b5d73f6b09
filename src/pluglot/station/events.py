"""What the engine tells its door: things that happened, for hardware, settings and people; frozen, past tense.

Events that follow from answering a request are carried out after the answer has been sent.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from pluglot.messages import IdToken, IdTokenInfo, Reason, ResetType


class StationEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag=True):
    """Something that happened inside the engine; ``at`` is the engine's time."""

    at: datetime


class ContactorClosed(StationEvent, frozen=True, kw_only=True):
    """Energy is offered at this EVSE: the hardware closes the contactor and lets the vehicle draw."""

    evse_id: int


class ContactorOpened(StationEvent, frozen=True, kw_only=True):
    """Energy is no longer offered at this EVSE: the hardware opens the contactor at once."""

    evse_id: int


class ConnectorLocked(StationEvent, frozen=True, kw_only=True):
    """The plug is held in the socket."""

    evse_id: int
    connector_id: int


class ConnectorUnlocked(StationEvent, frozen=True, kw_only=True):
    """The plug is released."""

    evse_id: int
    connector_id: int


class RebootRequested(StationEvent, frozen=True, kw_only=True):
    """The station has to start again: the door ends this engine and makes a new one from the same journal."""

    type: ResetType


class EvseResetRequested(StationEvent, frozen=True, kw_only=True):
    """One EVSE has to start again; the rest of the station goes on."""

    evse_id: int


class MeterWanted(StationEvent, frozen=True, kw_only=True):
    """The engine would like a fresh reading of this EVSE soon."""

    evse_id: int


class SettingChanged(StationEvent, frozen=True, kw_only=True):
    """A variable got a new value that the door may have to follow (ping interval, message time-out)."""

    component: str
    variable: str
    instance: str | None
    value: str


class SettingQuestioned(StationEvent, frozen=True, kw_only=True):
    """A setting is allowed but unwise; ``reason`` is a sentence for the log (WS-14)."""

    component: str
    variable: str
    reason: str


class PasswordChanged(StationEvent, frozen=True, kw_only=True):
    """The password for HTTP Basic is now this one; used from the next link on and never logged."""

    password: str

    def __repr__(self) -> str:
        return f"PasswordChanged(at={self.at!r}, password=<hidden>)"


class RegistrationChanged(StationEvent, frozen=True, kw_only=True):
    """The CSMS answered the BootNotification with this status."""

    status: str


class ClockReported(StationEvent, frozen=True, kw_only=True):
    """The CSMS told its time; the door sets the clock by it when the CSMS is its time source."""

    current_time: datetime


class TokenAccepted(StationEvent, frozen=True, kw_only=True):
    """A presented token may charge (or stop) here; for the display."""

    id_token: IdToken
    evse_id: int | None


class TokenRefused(StationEvent, frozen=True, kw_only=True):
    """A presented token may not charge here; ``reason`` is a sentence for the display."""

    id_token: IdToken
    reason: str
    id_token_info: IdTokenInfo | None = None


class TransactionStarted(StationEvent, frozen=True, kw_only=True):
    """A transaction began; ``evse_id`` is None when the cable is not plugged in anywhere yet."""

    transaction_id: str
    evse_id: int | None


class TransactionEnded(StationEvent, frozen=True, kw_only=True):
    """A transaction is over; its last message may still wait for delivery."""

    transaction_id: str
    evse_id: int | None
    stopped_reason: Reason


class MessageGivenUp(StationEvent, frozen=True, kw_only=True):
    """A message that had to arrive was dropped: after all attempts, or for lack of memory."""

    action: str
    reason: str
    transaction_id: str | None = None
    seq_no: int | None = None


class ReadingRefused(StationEvent, frozen=True, kw_only=True):
    """A meter gave a value no meter can give; it was not used."""

    evse_id: int
    reason: str


class DataTransferAnswered(StationEvent, frozen=True, kw_only=True):
    """The CSMS answered a DataTransfer of ours; ``response`` is its response or a Refusal."""

    vendor_id: str
    message_id: str | None
    response: Any


class MemoryDamaged(StationEvent, frozen=True, kw_only=True):
    """Something kept in the journal could not be read and was left out; for the log."""

    what: str
