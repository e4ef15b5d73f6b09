"""Block K, limits that change: outside limits, dynamic schedules and priority charging."""

from __future__ import annotations

from typing import ClassVar

from pluglot.dialects.ocpp20.wire.base import Request, Response
from pluglot.dialects.ocpp20.wire.smart_charging.profiles import ChargingLimit, ChargingSchedule
from pluglot.dialects.ocpp201.wire.types import ChargingLimitSource
from pluglot.messages.scalars import OneOrMore


class ClearedChargingLimitRequest(Request, frozen=True, kw_only=True):
    """A station reports that an outside limit no longer holds (K13)."""

    action: ClassVar[str] = "ClearedChargingLimit"

    charging_limit_source: ChargingLimitSource
    #: The whole station when absent or 0.
    evse_id: int | None = None


class ClearedChargingLimitResponse(Response, frozen=True, kw_only=True):
    """The CSMS knows that the limit is gone (K13)."""

    action: ClassVar[str] = "ClearedChargingLimit"


class NotifyChargingLimitRequest(Request, frozen=True, kw_only=True):
    """A station reports a limit that somebody other than the CSMS has set (K12)."""

    action: ClassVar[str] = "NotifyChargingLimit"

    charging_limit: ChargingLimit
    charging_schedule: OneOrMore[ChargingSchedule] | None = None
    #: The whole station when absent or 0.
    evse_id: int | None = None


class NotifyChargingLimitResponse(Response, frozen=True, kw_only=True):
    """The CSMS knows about the limit (K12)."""

    action: ClassVar[str] = "NotifyChargingLimit"
