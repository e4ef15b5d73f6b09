"""smart_charging.prices"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, field

from pluglot.messages.base import CustomData, DataType
from pluglot.messages.scalars import (
    NonNegative,
    Percentage,
    String3,
    String8,
    String32,
    String80,
    String100,
    String160,
    String2000,
)


class CostKind(StrEnum):
    """CostKind."""

    CARBON_DIOXIDE_EMISSION = "CarbonDioxideEmission"
    RELATIVE_PRICE_PERCENTAGE = "RelativePricePercentage"
    RENEWABLE_GENERATION_PERCENTAGE = "RenewableGenerationPercentage"


class RationalNumber(DataType, frozen=True, kw_only=True):
    """RationalNumber."""

    exponent: int
    value: int
    custom_data: CustomData | None = None


class AdditionalSelectedServices(DataType, frozen=True, kw_only=True):
    """AdditionalSelectedServices."""

    service_fee: RationalNumber
    service_name: String80
    custom_data: CustomData | None = None


class OverstayRule(DataType, frozen=True, kw_only=True):
    """OverstayRule."""

    overstay_fee: RationalNumber
    start_time: int
    overstay_fee_period: int
    overstay_rule_description: String32 | None = None
    custom_data: CustomData | None = None


class OverstayRuleList(DataType, frozen=True, kw_only=True):
    """OverstayRuleList."""

    overstay_rule: Annotated[tuple[OverstayRule, ...], Meta(min_length=1, max_length=5)]
    overstay_power_threshold: RationalNumber | None = None
    overstay_time_threshold: int | None = None
    custom_data: CustomData | None = None


class PriceRule(DataType, frozen=True, kw_only=True):
    """PriceRule."""

    energy_fee: RationalNumber
    power_range_start: RationalNumber
    parking_fee_period: int | None = None
    carbon_dioxide_emission: NonNegative | None = None
    renewable_generation_percentage: Percentage | None = None
    parking_fee: RationalNumber | None = None
    custom_data: CustomData | None = None


class PriceRuleStack(DataType, frozen=True, kw_only=True):
    """PriceRuleStack."""

    duration: int
    price_rule: Annotated[tuple[PriceRule, ...], Meta(min_length=1, max_length=8)]
    custom_data: CustomData | None = None


class TaxRule(DataType, frozen=True, kw_only=True):
    """TaxRule."""

    tax_rule_id: NonNegative = field(name="taxRuleID")
    applies_to_energy_fee: bool
    applies_to_parking_fee: bool
    applies_to_overstay_fee: bool
    applies_to_minimum_maximum_cost: bool
    tax_rate: RationalNumber
    tax_rule_name: String100 | None = None
    tax_included_in_price: bool | None = None
    custom_data: CustomData | None = None


class AbsolutePriceSchedule(DataType, frozen=True, kw_only=True):
    """AbsolutePriceSchedule."""

    time_anchor: datetime
    price_schedule_id: NonNegative = field(name="priceScheduleID")
    currency: String3
    language: String8
    price_algorithm: String2000
    price_rule_stacks: Annotated[tuple[PriceRuleStack, ...], Meta(min_length=1, max_length=1024)]
    price_schedule_description: String160 | None = None
    minimum_cost: RationalNumber | None = None
    maximum_cost: RationalNumber | None = None
    tax_rules: Annotated[tuple[TaxRule, ...], Meta(min_length=1, max_length=10)] | None = None
    overstay_rule_list: OverstayRuleList | None = None
    additional_selected_services: (
        Annotated[tuple[AdditionalSelectedServices, ...], Meta(min_length=1, max_length=5)] | None
    ) = None
    custom_data: CustomData | None = None


class Cost(DataType, frozen=True, kw_only=True):
    """Cost."""

    cost_kind: CostKind
    amount: int
    amount_multiplier: int | None = None
    custom_data: CustomData | None = None


class ConsumptionCost(DataType, frozen=True, kw_only=True):
    """ConsumptionCost."""

    start_value: Decimal
    cost: Annotated[tuple[Cost, ...], Meta(min_length=1, max_length=3)]
    custom_data: CustomData | None = None


class EVPriceRule(DataType, frozen=True, kw_only=True):
    """EVPriceRule."""

    energy_fee: Decimal
    power_range_start: Decimal
    custom_data: CustomData | None = None


class EVAbsolutePriceScheduleEntry(DataType, frozen=True, kw_only=True):
    """EVAbsolutePriceScheduleEntry."""

    duration: int
    ev_price_rule: Annotated[tuple[EVPriceRule, ...], Meta(min_length=1, max_length=8)]
    custom_data: CustomData | None = None


class EVAbsolutePriceSchedule(DataType, frozen=True, kw_only=True):
    """EVAbsolutePriceSchedule."""

    time_anchor: datetime
    currency: String3
    ev_absolute_price_schedule_entries: Annotated[
        tuple[EVAbsolutePriceScheduleEntry, ...], Meta(min_length=1, max_length=1024)
    ]
    price_algorithm: String2000
    custom_data: CustomData | None = None


class PriceLevelScheduleEntry(DataType, frozen=True, kw_only=True):
    """PriceLevelScheduleEntry."""

    duration: int
    price_level: NonNegative
    custom_data: CustomData | None = None


class PriceLevelSchedule(DataType, frozen=True, kw_only=True):
    """PriceLevelSchedule."""

    price_level_schedule_entries: Annotated[tuple[PriceLevelScheduleEntry, ...], Meta(min_length=1, max_length=100)]
    time_anchor: datetime
    price_schedule_id: NonNegative
    number_of_price_levels: NonNegative
    price_schedule_description: String32 | None = None
    custom_data: CustomData | None = None


class RelativeTimeInterval(DataType, frozen=True, kw_only=True):
    """RelativeTimeInterval."""

    start: int
    duration: int | None = None
    custom_data: CustomData | None = None


class SalesTariffEntry(DataType, frozen=True, kw_only=True):
    """SalesTariffEntry."""

    relative_time_interval: RelativeTimeInterval
    e_price_level: NonNegative | None = None
    consumption_cost: Annotated[tuple[ConsumptionCost, ...], Meta(min_length=1, max_length=3)] | None = None
    custom_data: CustomData | None = None


class SalesTariff(DataType, frozen=True, kw_only=True):
    """SalesTariff."""

    id: NonNegative
    sales_tariff_entry: Annotated[tuple[SalesTariffEntry, ...], Meta(min_length=1, max_length=1024)]
    sales_tariff_description: String32 | None = None
    num_e_price_levels: NonNegative | None = None
    custom_data: CustomData | None = None
