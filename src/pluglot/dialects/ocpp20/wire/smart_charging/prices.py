"""Block K, price schedules a vehicle may plan by."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from pluglot.dialects.ocpp20.wire.base import DataType
from pluglot.messages.scalars import NonNegative, String32
from pluglot.messages.smart_charging.prices import CostKind


class Cost(DataType, frozen=True, kw_only=True):
    """A relative cost of one kind (K)."""

    cost_kind: CostKind
    #: Per kWh, times ten to the power of the multiplier.
    amount: Decimal
    amount_multiplier: int | None = None


class ConsumptionCost(DataType, frozen=True, kw_only=True):
    """The cost of consuming more than a certain power (K)."""

    #: W
    start_value: Decimal
    cost: Annotated[tuple[Cost, ...], Meta(min_length=1, max_length=3)]


class RelativeTimeInterval(DataType, frozen=True, kw_only=True):
    """A stretch of time counted from a schedule's beginning (K)."""

    #: s
    start: int
    #: s
    duration: int | None = None


class SalesTariffEntry(DataType, frozen=True, kw_only=True):
    """Relative prices during one stretch of time (K)."""

    relative_time_interval: RelativeTimeInterval | None = None
    e_price_level: NonNegative | None = None
    consumption_cost: Annotated[tuple[ConsumptionCost, ...], Meta(min_length=1, max_length=3)] | None = None


class SalesTariff(DataType, frozen=True, kw_only=True):
    """Relative prices over time, as ISO 15118-2 has them (K)."""

    id: int
    sales_tariff_entry: Annotated[tuple[SalesTariffEntry, ...], Meta(min_length=1, max_length=1024)]
    sales_tariff_description: String32 | None = None
    num_e_price_levels: int | None = None
