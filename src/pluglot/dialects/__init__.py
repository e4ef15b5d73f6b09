"""Dialects: how each other OCPP version is said in the house vocabulary and back, as pure functions and a small memory.

Words only: may use ``messages`` and msgspec; no input or output, no clock, no random numbers.
"""

from pluglot.dialects.base import (
    HOUSE_VENDOR,
    Answered,
    AskHouse,
    AskPeer,
    DamagedMemory,
    Half,
    Lost,
    Pause,
    Refusal,
    Step,
    Translation,
    carry_out,
)
from pluglot.dialects.credentials import CredentialRules
from pluglot.dialects.losses import Loss
from pluglot.dialects.policy import OrphanStop, Policy, StopAt
from pluglot.dialects.registry import (
    UnspokenVersion,
    actions,
    credential_rules,
    csms_half,
    share_residue,
    station_half,
    websocket_versions,
)

__all__ = [
    "HOUSE_VENDOR",
    "Answered",
    "AskHouse",
    "AskPeer",
    "CredentialRules",
    "DamagedMemory",
    "Half",
    "Loss",
    "Lost",
    "OrphanStop",
    "Pause",
    "Policy",
    "Refusal",
    "Step",
    "StopAt",
    "Translation",
    "UnspokenVersion",
    "actions",
    "carry_out",
    "credential_rules",
    "csms_half",
    "share_residue",
    "station_half",
    "websocket_versions",
]
