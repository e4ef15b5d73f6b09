"""Block K, price schedules a vehicle may plan by."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from pluglot.messages.base import CustomData, DataType
from pluglot.messages.scalars import String32
from pluglot.messages.smart_charging.prices import SalesTariffEntry


class SalesTariff(DataType, frozen=True, kw_only=True):
    """Relative prices over time, as ISO 15118-2 has them (F, K)."""

    id: int
    sales_tariff_entry: Annotated[tuple[SalesTariffEntry, ...], Meta(min_length=1, max_length=1024)]
    sales_tariff_description: String32 | None = None
    num_e_price_levels: int | None = None
    custom_data: CustomData | None = None
