"""Block K, price schedules a vehicle may plan by."""

from __future__ import annotations

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
    Timestamp,
)


class CostKind(StrEnum):
    """What a relative cost expresses (F, K)."""

    CARBON_DIOXIDE_EMISSION = "CarbonDioxideEmission"
    RELATIVE_PRICE_PERCENTAGE = "RelativePricePercentage"
    RENEWABLE_GENERATION_PERCENTAGE = "RenewableGenerationPercentage"


class RationalNumber(DataType, frozen=True, kw_only=True):
    """A number as a value times a power of ten (F, K)."""

    exponent: int
    value: int
    custom_data: CustomData | None = None


class AdditionalSelectedServices(DataType, frozen=True, kw_only=True):
    """A further service and its fee (F, K)."""

    service_fee: RationalNumber
    service_name: String80
    custom_data: CustomData | None = None


class OverstayRule(DataType, frozen=True, kw_only=True):
    """A fee for staying after charging ended, from a certain moment on (F, K)."""

    overstay_fee: RationalNumber
    #: s after the list of rules came into force
    start_time: int
    #: s; the fee is due once in each
    overstay_fee_period: int
    overstay_rule_description: String32 | None = None
    custom_data: CustomData | None = None


class OverstayRuleList(DataType, frozen=True, kw_only=True):
    """The fees for staying too long, and when they begin (F, K)."""

    overstay_rule: Annotated[tuple[OverstayRule, ...], Meta(min_length=1, max_length=5)]
    #: W
    overstay_power_threshold: RationalNumber | None = None
    #: s
    overstay_time_threshold: int | None = None
    custom_data: CustomData | None = None


class PriceRule(DataType, frozen=True, kw_only=True):
    """The price from a certain power on (F, K)."""

    energy_fee: RationalNumber
    #: W
    power_range_start: RationalNumber
    #: s
    parking_fee_period: int | None = None
    #: g per kWh
    carbon_dioxide_emission: NonNegative | None = None
    #: %
    renewable_generation_percentage: Percentage | None = None
    parking_fee: RationalNumber | None = None
    custom_data: CustomData | None = None


class PriceRuleStack(DataType, frozen=True, kw_only=True):
    """The prices during one stretch of time (F, K)."""

    #: s
    duration: int
    price_rule: Annotated[tuple[PriceRule, ...], Meta(min_length=1, max_length=8)]
    custom_data: CustomData | None = None


class TaxRule(DataType, frozen=True, kw_only=True):
    """A tax and the fees it applies to (F, K)."""

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
    """Prices in money over time, as ISO 15118-20 has them (F, K)."""

    time_anchor: Timestamp
    price_schedule_id: NonNegative = field(name="priceScheduleID")
    #: ISO 4217
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
    """A relative cost of one kind (F, K)."""

    cost_kind: CostKind
    #: Per kWh, times ten to the power of the multiplier.
    amount: int
    amount_multiplier: int | None = None
    custom_data: CustomData | None = None


class ConsumptionCost(DataType, frozen=True, kw_only=True):
    """The cost of consuming more than a certain power (F, K)."""

    #: W
    start_value: Decimal
    cost: Annotated[tuple[Cost, ...], Meta(min_length=1, max_length=3)]
    custom_data: CustomData | None = None


class EVPriceRule(DataType, frozen=True, kw_only=True):
    """The price a vehicle asks from a certain power on (K)."""

    #: Per kWh.
    energy_fee: Decimal
    #: W
    power_range_start: Decimal
    custom_data: CustomData | None = None


class EVAbsolutePriceScheduleEntry(DataType, frozen=True, kw_only=True):
    """The prices a vehicle asks during one stretch of time (K)."""

    #: s
    duration: int
    ev_price_rule: Annotated[tuple[EVPriceRule, ...], Meta(min_length=1, max_length=8)]
    custom_data: CustomData | None = None


class EVAbsolutePriceSchedule(DataType, frozen=True, kw_only=True):
    """The prices at which a vehicle offers energy (K)."""

    time_anchor: Timestamp
    #: ISO 4217
    currency: String3
    ev_absolute_price_schedule_entries: Annotated[
        tuple[EVAbsolutePriceScheduleEntry, ...], Meta(min_length=1, max_length=1024)
    ]
    price_algorithm: String2000
    custom_data: CustomData | None = None


class PriceLevelScheduleEntry(DataType, frozen=True, kw_only=True):
    """The price level during one stretch of time (F, K)."""

    #: s
    duration: int
    price_level: NonNegative
    custom_data: CustomData | None = None


class PriceLevelSchedule(DataType, frozen=True, kw_only=True):
    """Price levels over time, without money (F, K)."""

    price_level_schedule_entries: Annotated[tuple[PriceLevelScheduleEntry, ...], Meta(min_length=1, max_length=100)]
    time_anchor: Timestamp
    price_schedule_id: NonNegative
    number_of_price_levels: NonNegative
    price_schedule_description: String32 | None = None
    custom_data: CustomData | None = None


class RelativeTimeInterval(DataType, frozen=True, kw_only=True):
    """A stretch of time counted from a schedule's beginning (F, K)."""

    #: s
    start: int
    #: s
    duration: int | None = None
    custom_data: CustomData | None = None


class SalesTariffEntry(DataType, frozen=True, kw_only=True):
    """Relative prices during one stretch of time (F, K)."""

    relative_time_interval: RelativeTimeInterval
    e_price_level: NonNegative | None = None
    consumption_cost: Annotated[tuple[ConsumptionCost, ...], Meta(min_length=1, max_length=3)] | None = None
    custom_data: CustomData | None = None


class SalesTariff(DataType, frozen=True, kw_only=True):
    """Relative prices over time, as ISO 15118-2 has them (F, K)."""

    id: NonNegative
    sales_tariff_entry: Annotated[tuple[SalesTariffEntry, ...], Meta(min_length=1, max_length=1024)]
    sales_tariff_description: String32 | None = None
    num_e_price_levels: NonNegative | None = None
    custom_data: CustomData | None = None
