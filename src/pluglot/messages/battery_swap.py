"""Block S: swapping batteries instead of charging them."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import field

from pluglot.messages.authorization import IdToken
from pluglot.messages.base import CustomData, DataType, Request, Response
from pluglot.messages.scalars import EvseId, OneOrMore, Range, RequestId, String50, String500, Timestamp, check_ranges
from pluglot.messages.types import GenericStatus, StatusInfo


class BatterySwapEvent(StrEnum):
    """Whether batteries went in, came out or were left behind (S)."""

    BATTERY_IN = "BatteryIn"
    BATTERY_OUT = "BatteryOut"
    BATTERY_OUT_TIMEOUT = "BatteryOutTimeout"


class BatteryData(DataType, frozen=True, kw_only=True):
    """One battery and its condition (S)."""

    evse_id: EvseId
    serial_number: String50
    #: % of charge
    soc: Annotated[Decimal, Range(maximum=Decimal(100), minimum=Decimal(0))] = field(name="soC")
    #: % of health
    soh: Annotated[Decimal, Range(maximum=Decimal(100), minimum=Decimal(0))] = field(name="soH")
    production_date: Timestamp | None = None
    vendor_info: String500 | None = None
    custom_data: CustomData | None = None

    def __post_init__(self) -> None:
        check_ranges(self)


class BatterySwapRequest(Request, frozen=True, kw_only=True):
    """A station reports batteries that went in or came out (S)."""

    action: ClassVar[str] = "BatterySwap"

    battery_data: OneOrMore[BatteryData]
    event_type: BatterySwapEvent
    id_token: IdToken
    request_id: RequestId
    custom_data: CustomData | None = None


class BatterySwapResponse(Response, frozen=True, kw_only=True):
    """The CSMS has noted the swap (S)."""

    action: ClassVar[str] = "BatterySwap"

    custom_data: CustomData | None = None


class RequestBatterySwapRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to swap batteries for a token (S)."""

    action: ClassVar[str] = "RequestBatterySwap"

    id_token: IdToken
    request_id: RequestId
    custom_data: CustomData | None = None


class RequestBatterySwapResponse(Response, frozen=True, kw_only=True):
    """Whether the station will swap (S)."""

    action: ClassVar[str] = "RequestBatterySwap"

    status: GenericStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
