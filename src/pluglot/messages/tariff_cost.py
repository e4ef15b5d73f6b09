"""Block I: tariffs, and what a transaction costs."""

from __future__ import annotations

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
    Timestamp,
    TransactionId,
)
from pluglot.messages.types import MessageContent, StatusInfo


class CostDimensionEnum(StrEnum):
    """What a cost dimension measures (E)."""

    ENERGY = "Energy"
    MAX_CURRENT = "MaxCurrent"
    MIN_CURRENT = "MinCurrent"
    MAX_POWER = "MaxPower"
    MIN_POWER = "MinPower"
    IDLE_TIME = "IdleTIme"
    CHARGING_TIME = "ChargingTime"


class DayOfWeek(StrEnum):
    """A day of the week (C, I)."""

    MONDAY = "Monday"
    TUESDAY = "Tuesday"
    WEDNESDAY = "Wednesday"
    THURSDAY = "Thursday"
    FRIDAY = "Friday"
    SATURDAY = "Saturday"
    SUNDAY = "Sunday"


class EvseKind(StrEnum):
    """Whether an EVSE gives alternating or direct current (C, I)."""

    AC = "AC"
    DC = "DC"


class TariffChangeStatus(StrEnum):
    """Whether a transaction's tariff was changed (I)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    TOO_MANY_ELEMENTS = "TooManyElements"
    CONDITION_NOT_SUPPORTED = "ConditionNotSupported"
    TX_NOT_FOUND = "TxNotFound"
    NO_CURRENCY_CHANGE = "NoCurrencyChange"


class TariffClearStatus(StrEnum):
    """Whether a tariff was removed (I)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    NO_TARIFF = "NoTariff"


class TariffCost(StrEnum):
    """Whether a total is the sum of its parts or a minimum or maximum (E)."""

    NORMAL_COST = "NormalCost"
    MIN_COST = "MinCost"
    MAX_COST = "MaxCost"


class TariffGetStatus(StrEnum):
    """Whether tariffs could be listed (I)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    NO_TARIFF = "NoTariff"


class TariffKind(StrEnum):
    """Whether a tariff is the default or a driver's own (I)."""

    DEFAULT_TARIFF = "DefaultTariff"
    DRIVER_TARIFF = "DriverTariff"


class TariffSetStatus(StrEnum):
    """Whether a default tariff was stored (I)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    TOO_MANY_ELEMENTS = "TooManyElements"
    CONDITION_NOT_SUPPORTED = "ConditionNotSupported"
    DUPLICATE_TARIFF_ID = "DuplicateTariffId"


class CostDimension(DataType, frozen=True, kw_only=True):
    """One measured quantity of a charging period (E)."""

    type: CostDimensionEnum
    #: How much of it, in the unit of the type.
    volume: Decimal
    custom_data: CustomData | None = None


class ChargingPeriod(DataType, frozen=True, kw_only=True):
    """A stretch of a transaction during which the same prices held (E)."""

    #: Ends where the next period begins.
    start_period: Timestamp
    dimensions: OneOrMore[CostDimension] | None = None
    tariff_id: TariffId | None = None
    custom_data: CustomData | None = None


class ClearTariffsResult(DataType, frozen=True, kw_only=True):
    """What became of removing one tariff (I)."""

    status: TariffClearStatus
    status_info: StatusInfo | None = None
    tariff_id: TariffId | None = None
    custom_data: CustomData | None = None


class TaxRate(DataType, frozen=True, kw_only=True):
    """A tax by name and percentage (C, E, I)."""

    type: String20
    #: %
    tax: Decimal
    #: A tax of a higher level is taken on the amount with the lower ones; 0 when absent.
    stack: NonNegative | None = None
    custom_data: CustomData | None = None


class Price(DataType, frozen=True, kw_only=True):
    """An amount of money before and after taxes (C, E, I)."""

    excl_tax: Decimal | None = None
    incl_tax: Decimal | None = None
    tax_rates: Annotated[tuple[TaxRate, ...], Meta(min_length=1, max_length=5)] | None = None
    custom_data: CustomData | None = None


class TotalPrice(DataType, frozen=True, kw_only=True):
    """A total before and after taxes (E)."""

    excl_tax: Decimal | None = None
    incl_tax: Decimal | None = None
    custom_data: CustomData | None = None


class TotalCost(DataType, frozen=True, kw_only=True):
    """The cost of a transaction and its parts (E)."""

    #: ISO 4217
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
    """The energy and time a transaction used (E)."""

    #: kWh
    energy: Decimal
    #: s
    charging_time: int
    #: s
    idle_time: int
    #: s
    reservation_time: int | None = None
    custom_data: CustomData | None = None


class CostDetails(DataType, frozen=True, kw_only=True):
    """What a station worked out that a transaction costs (E)."""

    total_cost: TotalCost
    total_usage: TotalUsage
    charging_periods: OneOrMore[ChargingPeriod] | None = None
    failure_to_calculate: bool | None = None
    failure_reason: String500 | None = None
    custom_data: CustomData | None = None


class TariffConditions(DataType, frozen=True, kw_only=True):
    """When a price for energy or time holds (C, I)."""

    #: HH:MM in the station's local time, included
    start_time_of_day: str | None = None
    #: HH:MM in the station's local time, excluded
    end_time_of_day: str | None = None
    day_of_week: Annotated[tuple[DayOfWeek, ...], Meta(min_length=1, max_length=7)] | None = None
    #: YYYY-MM-DD in the station's local time, included
    valid_from_date: str | None = None
    #: YYYY-MM-DD in the station's local time, excluded
    valid_to_date: str | None = None
    evse_kind: EvseKind | None = None
    #: Wh
    min_energy: Decimal | None = None
    #: Wh
    max_energy: Decimal | None = None
    #: A, summed over the phases
    min_current: Decimal | None = None
    #: A, summed over the phases
    max_current: Decimal | None = None
    #: W
    min_power: Decimal | None = None
    #: W
    max_power: Decimal | None = None
    #: s
    min_time: int | None = None
    #: s
    max_time: int | None = None
    #: s
    min_charging_time: int | None = None
    #: s
    max_charging_time: int | None = None
    #: s
    min_idle_time: int | None = None
    #: s
    max_idle_time: int | None = None
    custom_data: CustomData | None = None


class TariffEnergyPrice(DataType, frozen=True, kw_only=True):
    """A price for energy and when it holds (C, I)."""

    #: Per kWh, before taxes.
    price_kwh: Decimal
    conditions: TariffConditions | None = None
    custom_data: CustomData | None = None


class TariffEnergy(DataType, frozen=True, kw_only=True):
    """Prices for energy and the taxes on them (C, I)."""

    prices: OneOrMore[TariffEnergyPrice]
    tax_rates: Annotated[tuple[TaxRate, ...], Meta(min_length=1, max_length=5)] | None = None
    custom_data: CustomData | None = None


class TariffConditionsFixed(DataType, frozen=True, kw_only=True):
    """When a fixed fee holds (C, I)."""

    #: HH:MM in the station's local time, included
    start_time_of_day: str | None = None
    #: HH:MM in the station's local time, excluded
    end_time_of_day: str | None = None
    day_of_week: Annotated[tuple[DayOfWeek, ...], Meta(min_length=1, max_length=7)] | None = None
    #: YYYY-MM-DD in the station's local time, included
    valid_from_date: str | None = None
    #: YYYY-MM-DD in the station's local time, excluded
    valid_to_date: str | None = None
    evse_kind: EvseKind | None = None
    payment_brand: String20 | None = None
    payment_recognition: String20 | None = None
    custom_data: CustomData | None = None


class TariffFixedPrice(DataType, frozen=True, kw_only=True):
    """A fixed fee and when it holds (C, I)."""

    #: Once, before taxes.
    price_fixed: Decimal
    conditions: TariffConditionsFixed | None = None
    custom_data: CustomData | None = None


class TariffFixed(DataType, frozen=True, kw_only=True):
    """Fixed fees and the taxes on them (C, I)."""

    prices: OneOrMore[TariffFixedPrice]
    tax_rates: Annotated[tuple[TaxRate, ...], Meta(min_length=1, max_length=5)] | None = None
    custom_data: CustomData | None = None


class TariffTimePrice(DataType, frozen=True, kw_only=True):
    """A price for time and when it holds (C, I)."""

    #: Per minute, before taxes.
    price_minute: Decimal
    conditions: TariffConditions | None = None
    custom_data: CustomData | None = None


class TariffTime(DataType, frozen=True, kw_only=True):
    """Prices for time and the taxes on them (C, I)."""

    prices: OneOrMore[TariffTimePrice]
    tax_rates: Annotated[tuple[TaxRate, ...], Meta(min_length=1, max_length=5)] | None = None
    custom_data: CustomData | None = None


class Tariff(DataType, frozen=True, kw_only=True):
    """What charging costs, by energy, time and fixed fees (C, I)."""

    tariff_id: TariffId
    #: ISO 4217
    currency: String3
    description: Annotated[tuple[MessageContent, ...], Meta(min_length=1, max_length=10)] | None = None
    energy: TariffEnergy | None = None
    valid_from: Timestamp | None = None
    charging_time: TariffTime | None = None
    idle_time: TariffTime | None = None
    fixed_fee: TariffFixed | None = None
    reservation_time: TariffTime | None = None
    reservation_fixed: TariffFixed | None = None
    min_cost: Price | None = None
    max_cost: Price | None = None
    custom_data: CustomData | None = None


class TariffAssignment(DataType, frozen=True, kw_only=True):
    """A tariff a station holds, and for whom (I)."""

    tariff_id: TariffId
    tariff_kind: TariffKind
    valid_from: Timestamp | None = None
    evse_ids: OneOrMore[NonNegative] | None = None
    id_tokens: OneOrMore[String255] | None = None
    custom_data: CustomData | None = None


class ChangeTransactionTariffRequest(Request, frozen=True, kw_only=True):
    """The CSMS gives a running transaction another tariff (I11)."""

    action: ClassVar[str] = "ChangeTransactionTariff"

    tariff: Tariff
    transaction_id: TransactionId
    custom_data: CustomData | None = None


class ChangeTransactionTariffResponse(Response, frozen=True, kw_only=True):
    """Whether the transaction goes on with the new tariff (I11)."""

    action: ClassVar[str] = "ChangeTransactionTariff"

    status: TariffChangeStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class ClearTariffsRequest(Request, frozen=True, kw_only=True):
    """The CSMS removes tariffs from a station (I10)."""

    action: ClassVar[str] = "ClearTariffs"

    #: All tariffs of the EVSE when absent.
    tariff_ids: OneOrMore[String60] | None = None
    evse_id: EvseId | None = None
    custom_data: CustomData | None = None


class ClearTariffsResponse(Response, frozen=True, kw_only=True):
    """What became of each tariff to be removed (I10)."""

    action: ClassVar[str] = "ClearTariffs"

    clear_tariffs_result: OneOrMore[ClearTariffsResult]
    custom_data: CustomData | None = None


class CostUpdatedRequest(Request, frozen=True, kw_only=True):
    """The CSMS tells a station what a transaction costs so far (I02)."""

    action: ClassVar[str] = "CostUpdated"

    #: Including taxes, in the currency configured at the station.
    total_cost: Decimal
    transaction_id: TransactionId
    custom_data: CustomData | None = None


class CostUpdatedResponse(Response, frozen=True, kw_only=True):
    """The station will show the cost (I02)."""

    action: ClassVar[str] = "CostUpdated"

    custom_data: CustomData | None = None


class GetTariffsRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks which tariffs an EVSE holds (I09)."""

    action: ClassVar[str] = "GetTariffs"

    evse_id: EvseId
    custom_data: CustomData | None = None


class GetTariffsResponse(Response, frozen=True, kw_only=True):
    """The tariffs an EVSE holds (I09)."""

    action: ClassVar[str] = "GetTariffs"

    status: TariffGetStatus
    status_info: StatusInfo | None = None
    tariff_assignments: OneOrMore[TariffAssignment] | None = None
    custom_data: CustomData | None = None


class SetDefaultTariffRequest(Request, frozen=True, kw_only=True):
    """The CSMS stores a tariff for drivers who have none of their own (I07)."""

    action: ClassVar[str] = "SetDefaultTariff"

    evse_id: EvseId
    tariff: Tariff
    custom_data: CustomData | None = None


class SetDefaultTariffResponse(Response, frozen=True, kw_only=True):
    """Whether the default tariff was stored (I07)."""

    action: ClassVar[str] = "SetDefaultTariff"

    status: TariffSetStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
