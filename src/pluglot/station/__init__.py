"""The station engine: one charging station with several EVSEs that speaks the house's OCPP 2.1, a file per block.

Actors only: may use ``messages`` and ``dialects.base``; time, chance, ids and durable memory come from outside.
"""

from pluglot.station.engine import Engine, Outgoing, UnknownConnector
from pluglot.station.events import (
    ClockReported,
    ConnectorLocked,
    ConnectorUnlocked,
    ContactorClosed,
    ContactorOpened,
    DataTransferAnswered,
    EvseResetRequested,
    MemoryDamaged,
    MessageGivenUp,
    MeterWanted,
    PasswordChanged,
    ReadingRefused,
    RebootRequested,
    RegistrationChanged,
    SettingChanged,
    SettingQuestioned,
    StationEvent,
    TokenAccepted,
    TokenRefused,
    TransactionEnded,
    TransactionStarted,
)
from pluglot.station.memory import MemoryJournal
from pluglot.station.ports import Entry, Journal, JournalUnavailable, Memory, MeterReading, Writes
from pluglot.station.settings import ConnectorSettings, EvseSettings, InvalidSetting, StationSettings

__all__ = [
    "ClockReported",
    "ConnectorLocked",
    "ConnectorSettings",
    "ConnectorUnlocked",
    "ContactorClosed",
    "ContactorOpened",
    "DataTransferAnswered",
    "Engine",
    "Entry",
    "EvseResetRequested",
    "EvseSettings",
    "InvalidSetting",
    "Journal",
    "JournalUnavailable",
    "Memory",
    "MemoryDamaged",
    "MemoryJournal",
    "MessageGivenUp",
    "MeterReading",
    "MeterWanted",
    "Outgoing",
    "PasswordChanged",
    "ReadingRefused",
    "RebootRequested",
    "RegistrationChanged",
    "SettingChanged",
    "SettingQuestioned",
    "StationEvent",
    "StationSettings",
    "TokenAccepted",
    "TokenRefused",
    "TransactionEnded",
    "TransactionStarted",
    "UnknownConnector",
    "Writes",
]
