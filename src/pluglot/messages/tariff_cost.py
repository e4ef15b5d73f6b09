"""tariff_cost"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.scalars import (
    EvseId,
    NonNegative,
    OneOrMore,
    String3,
    String20,
    String60,
    String255,
    String500,
    TariffId,
    TransactionId,
)
from pluglot.messages.types import MessageContent, StatusInfo


class CostDimensionEnum(StrEnum):
    """CostDimensionEnum."""

    ENERGY = "Energy"
    MAX_CURRENT = "MaxCurrent"
    MIN_CURRENT = "MinCurrent"
    MAX_POWER = "MaxPower"
    MIN_POWER = "MinPower"
    IDLE_TIME = "IdleTIme"
    CHARGING_TIME = "ChargingTime"


class DayOfWeek(StrEnum):
    """DayOfWeek."""

    MONDAY = "Monday"
    TUESDAY = "Tuesday"
    WEDNESDAY = "Wednesday"
    THURSDAY = "Thursday"
    FRIDAY = "Friday"
    SATURDAY = "Saturday"
    SUNDAY = "Sunday"


class EvseKind(StrEnum):
    """EvseKind."""

    AC = "AC"
    DC = "DC"


class TariffChangeStatus(StrEnum):
    """TariffChangeStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    TOO_MANY_ELEMENTS = "TooManyElements"
    CONDITION_NOT_SUPPORTED = "ConditionNotSupported"
    TX_NOT_FOUND = "TxNotFound"
    NO_CURRENCY_CHANGE = "NoCurrencyChange"


class TariffClearStatus(StrEnum):
    """TariffClearStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    NO_TARIFF = "NoTariff"


class TariffCost(StrEnum):
    """TariffCost."""

    NORMAL_COST = "NormalCost"
    MIN_COST = "MinCost"
    MAX_COST = "MaxCost"


class TariffGetStatus(StrEnum):
    """TariffGetStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    NO_TARIFF = "NoTariff"


class TariffKind(StrEnum):
    """TariffKind."""

    DEFAULT_TARIFF = "DefaultTariff"
    DRIVER_TARIFF = "DriverTariff"


class TariffSetStatus(StrEnum):
    """TariffSetStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    TOO_MANY_ELEMENTS = "TooManyElements"
    CONDITION_NOT_SUPPORTED = "ConditionNotSupported"
    DUPLICATE_TARIFF_ID = "DuplicateTariffId"


class CostDimension(DataType, frozen=True, kw_only=True):
    """CostDimension."""

    type: CostDimensionEnum
    volume: Decimal
    custom_data: CustomData | None = None


class ChargingPeriod(DataType, frozen=True, kw_only=True):
    """ChargingPeriod."""

    start_period: datetime
    dimensions: OneOrMore[CostDimension] | None = None
    tariff_id: TariffId | None = None
    custom_data: CustomData | None = None


class ClearTariffsResult(DataType, frozen=True, kw_only=True):
    """ClearTariffsResult."""

    status: TariffClearStatus
    status_info: StatusInfo | None = None
    tariff_id: TariffId | None = None
    custom_data: CustomData | None = None


class TaxRate(DataType, frozen=True, kw_only=True):
    """TaxRate."""

    type: String20
    tax: Decimal
    stack: NonNegative | None = None
    custom_data: CustomData | None = None


class Price(DataType, frozen=True, kw_only=True):
    """Price."""

    excl_tax: Decimal | None = None
    incl_tax: Decimal | None = None
    tax_rates: Annotated[tuple[TaxRate, ...], Meta(min_length=1, max_length=5)] | None = None
    custom_data: CustomData | None = None


class TotalPrice(DataType, frozen=True, kw_only=True):
    """TotalPrice."""

    excl_tax: Decimal | None = None
    incl_tax: Decimal | None = None
    custom_data: CustomData | None = None


class TotalCost(DataType, frozen=True, kw_only=True):
    """TotalCost."""

    currency: String3
    type_of_cost: TariffCost
    total: TotalPrice
    fixed: Price | None = None
    energy: Price | None = None
    charging_time: Price | None = None
    idle_time: Price | None = None
    reservation_time: Price | None = None
    reservation_fixed: Price | None = None
    custom_data: CustomData | None = None


class TotalUsage(DataType, frozen=True, kw_only=True):
    """TotalUsage."""

    energy: Decimal
    charging_time: int
    idle_time: int
    reservation_time: int | None = None
    custom_data: CustomData | None = None


class CostDetails(DataType, frozen=True, kw_only=True):
    """CostDetails."""

    total_cost: TotalCost
    total_usage: TotalUsage
    charging_periods: OneOrMore[ChargingPeriod] | None = None
    failure_to_calculate: bool | None = None
    failure_reason: String500 | None = None
    custom_data: CustomData | None = None


class TariffConditions(DataType, frozen=True, kw_only=True):
    """TariffConditions."""

    start_time_of_day: str | None = None
    end_time_of_day: str | None = None
    day_of_week: Annotated[tuple[DayOfWeek, ...], Meta(min_length=1, max_length=7)] | None = None
    valid_from_date: str | None = None
    valid_to_date: str | None = None
    evse_kind: EvseKind | None = None
    min_energy: Decimal | None = None
    max_energy: Decimal | None = None
    min_current: Decimal | None = None
    max_current: Decimal | None = None
    min_power: Decimal | None = None
    max_power: Decimal | None = None
    min_time: int | None = None
    max_time: int | None = None
    min_charging_time: int | None = None
    max_charging_time: int | None = None
    min_idle_time: int | None = None
    max_idle_time: int | None = None
    custom_data: CustomData | None = None


class TariffEnergyPrice(DataType, frozen=True, kw_only=True):
    """TariffEnergyPrice."""

    price_kwh: Decimal
    conditions: TariffConditions | None = None
    custom_data: CustomData | None = None


class TariffEnergy(DataType, frozen=True, kw_only=True):
    """TariffEnergy."""

    prices: OneOrMore[TariffEnergyPrice]
    tax_rates: Annotated[tuple[TaxRate, ...], Meta(min_length=1, max_length=5)] | None = None
    custom_data: CustomData | None = None


class TariffConditionsFixed(DataType, frozen=True, kw_only=True):
    """TariffConditionsFixed."""

    start_time_of_day: str | None = None
    end_time_of_day: str | None = None
    day_of_week: Annotated[tuple[DayOfWeek, ...], Meta(min_length=1, max_length=7)] | None = None
    valid_from_date: str | None = None
    valid_to_date: str | None = None
    evse_kind: EvseKind | None = None
    payment_brand: String20 | None = None
    payment_recognition: String20 | None = None
    custom_data: CustomData | None = None


class TariffFixedPrice(DataType, frozen=True, kw_only=True):
    """TariffFixedPrice."""

    price_fixed: Decimal
    conditions: TariffConditionsFixed | None = None
    custom_data: CustomData | None = None


class TariffFixed(DataType, frozen=True, kw_only=True):
    """TariffFixed."""

    prices: OneOrMore[TariffFixedPrice]
    tax_rates: Annotated[tuple[TaxRate, ...], Meta(min_length=1, max_length=5)] | None = None
    custom_data: CustomData | None = None


class TariffTimePrice(DataType, frozen=True, kw_only=True):
    """TariffTimePrice."""

    price_minute: Decimal
    conditions: TariffConditions | None = None
    custom_data: CustomData | None = None


class TariffTime(DataType, frozen=True, kw_only=True):
    """TariffTime."""

    prices: OneOrMore[TariffTimePrice]
    tax_rates: Annotated[tuple[TaxRate, ...], Meta(min_length=1, max_length=5)] | None = None
    custom_data: CustomData | None = None


class Tariff(DataType, frozen=True, kw_only=True):
    """Tariff."""

    tariff_id: TariffId
    currency: String3
    description: Annotated[tuple[MessageContent, ...], Meta(min_length=1, max_length=10)] | None = None
    energy: TariffEnergy | None = None
    valid_from: datetime | None = None
    charging_time: TariffTime | None = None
    idle_time: TariffTime | None = None
    fixed_fee: TariffFixed | None = None
    reservation_time: TariffTime | None = None
    reservation_fixed: TariffFixed | None = None
    min_cost: Price | None = None
    max_cost: Price | None = None
    custom_data: CustomData | None = None


class TariffAssignment(DataType, frozen=True, kw_only=True):
    """TariffAssignment."""

    tariff_id: TariffId
    tariff_kind: TariffKind
    valid_from: datetime | None = None
    evse_ids: OneOrMore[NonNegative] | None = None
    id_tokens: OneOrMore[String255] | None = None
    custom_data: CustomData | None = None


class ChangeTransactionTariffRequest(Request, frozen=True, kw_only=True):
    """ChangeTransactionTariffRequest."""

    action: ClassVar[str] = "ChangeTransactionTariff"

    tariff: Tariff
    transaction_id: TransactionId
    custom_data: CustomData | None = None


class ChangeTransactionTariffResponse(Response, frozen=True, kw_only=True):
    """ChangeTransactionTariffResponse."""

    action: ClassVar[str] = "ChangeTransactionTariff"

    status: TariffChangeStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class ClearTariffsRequest(Request, frozen=True, kw_only=True):
    """ClearTariffsRequest."""

    action: ClassVar[str] = "ClearTariffs"

    tariff_ids: OneOrMore[String60] | None = None
    evse_id: EvseId | None = None
    custom_data: CustomData | None = None


class ClearTariffsResponse(Response, frozen=True, kw_only=True):
    """ClearTariffsResponse."""

    action: ClassVar[str] = "ClearTariffs"

    clear_tariffs_result: OneOrMore[ClearTariffsResult]
    custom_data: CustomData | None = None


class CostUpdatedRequest(Request, frozen=True, kw_only=True):
    """CostUpdatedRequest."""

    action: ClassVar[str] = "CostUpdated"

    total_cost: Decimal
    transaction_id: TransactionId
    custom_data: CustomData | None = None


class CostUpdatedResponse(Response, frozen=True, kw_only=True):
    """CostUpdatedResponse."""

    action: ClassVar[str] = "CostUpdated"

    custom_data: CustomData | None = None


class GetTariffsRequest(Request, frozen=True, kw_only=True):
    """GetTariffsRequest."""

    action: ClassVar[str] = "GetTariffs"

    evse_id: EvseId
    custom_data: CustomData | None = None


class GetTariffsResponse(Response, frozen=True, kw_only=True):
    """GetTariffsResponse."""

    action: ClassVar[str] = "GetTariffs"

    status: TariffGetStatus
    status_info: StatusInfo | None = None
    tariff_assignments: OneOrMore[TariffAssignment] | None = None
    custom_data: CustomData | None = None


class SetDefaultTariffRequest(Request, frozen=True, kw_only=True):
    """SetDefaultTariffRequest."""

    action: ClassVar[str] = "SetDefaultTariff"

    evse_id: EvseId
    tariff: Tariff
    custom_data: CustomData | None = None


class SetDefaultTariffResponse(Response, frozen=True, kw_only=True):
    """SetDefaultTariffResponse."""

    action: ClassVar[str] = "SetDefaultTariff"

    status: TariffSetStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
