"""What 1.5 needs to remember beside the memory of 1.6."""

from __future__ import annotations

from datetime import datetime

import msgspec

from pluglot.dialects.ocpp16 import wire as newer


class StationMemory(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The memory of a station half: what makes Occupied and a stop without reason say more."""

    #: Connectors on which a transaction ended while the vehicle may still be there.
    finishing: list[int] = []
    #: When the station agreed to stop a transaction, by its integer id.
    remote_stops: dict[int, datetime] = {}
    #: Why a transaction stopped, as it was decided when its end was first told.
    stop_reasons: dict[int, newer.Reason] = {}
