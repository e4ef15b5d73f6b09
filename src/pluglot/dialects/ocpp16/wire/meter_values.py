"""meter_values"""

from __future__ import annotations

from typing import ClassVar

from pluglot.dialects.ocpp16.wire.types import MeterValue
from pluglot.messages.base import Request, Response
from pluglot.messages.scalars import OneOrMore


class MeterValuesRequest(Request, frozen=True, kw_only=True):
    """MeterValuesRequest."""

    action: ClassVar[str] = "MeterValues"

    connector_id: int
    meter_value: OneOrMore[MeterValue]
    transaction_id: int | None = None


class MeterValuesResponse(Response, frozen=True, kw_only=True):
    """MeterValuesResponse."""

    action: ClassVar[str] = "MeterValues"
