"""smart_charging.limits"""

from __future__ import annotations

from typing import ClassVar

from pluglot.dialects.ocpp201.wire.smart_charging.profiles import ChargingLimit, ChargingSchedule
from pluglot.dialects.ocpp201.wire.types import ChargingLimitSource
from pluglot.messages.base import CustomData, Request
from pluglot.messages.scalars import OneOrMore


class ClearedChargingLimitRequest(Request, frozen=True, kw_only=True):
    """ClearedChargingLimitRequest."""

    action: ClassVar[str] = "ClearedChargingLimit"

    charging_limit_source: ChargingLimitSource
    evse_id: int | None = None
    custom_data: CustomData | None = None


class NotifyChargingLimitRequest(Request, frozen=True, kw_only=True):
    """NotifyChargingLimitRequest."""

    action: ClassVar[str] = "NotifyChargingLimit"

    charging_limit: ChargingLimit
    charging_schedule: OneOrMore[ChargingSchedule] | None = None
    evse_id: int | None = None
    custom_data: CustomData | None = None
