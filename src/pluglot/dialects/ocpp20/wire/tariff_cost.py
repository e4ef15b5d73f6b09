"""Block I: tariffs, and what a transaction costs."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from pluglot.dialects.ocpp20.wire.base import Request, Response
from pluglot.messages.scalars import TransactionId


class CostUpdatedRequest(Request, frozen=True, kw_only=True):
    """The CSMS tells a station what a transaction costs so far (I02)."""

    action: ClassVar[str] = "CostUpdated"

    #: Including taxes, in the currency configured at the station.
    total_cost: Decimal
    transaction_id: TransactionId


class CostUpdatedResponse(Response, frozen=True, kw_only=True):
    """The station will show the cost (I02)."""

    action: ClassVar[str] = "CostUpdated"
