"""reservation"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pluglot.messages.authorization import IdToken
from pluglot.messages.base import CustomData, Request, Response
from pluglot.messages.scalars import EvseId, NonNegative, ReservationId, String20
from pluglot.messages.types import StatusInfo


class CancelReservationStatus(StrEnum):
    """CancelReservationStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class ReservationUpdateStatus(StrEnum):
    """ReservationUpdateStatus."""

    EXPIRED = "Expired"
    REMOVED = "Removed"
    NO_TRANSACTION = "NoTransaction"


class ReserveNowStatus(StrEnum):
    """ReserveNowStatus."""

    ACCEPTED = "Accepted"
    FAULTED = "Faulted"
    OCCUPIED = "Occupied"
    REJECTED = "Rejected"
    UNAVAILABLE = "Unavailable"


class CancelReservationRequest(Request, frozen=True, kw_only=True):
    """CancelReservationRequest."""

    action: ClassVar[str] = "CancelReservation"

    reservation_id: ReservationId
    custom_data: CustomData | None = None


class CancelReservationResponse(Response, frozen=True, kw_only=True):
    """CancelReservationResponse."""

    action: ClassVar[str] = "CancelReservation"

    status: CancelReservationStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class ReservationStatusUpdateRequest(Request, frozen=True, kw_only=True):
    """ReservationStatusUpdateRequest."""

    action: ClassVar[str] = "ReservationStatusUpdate"

    reservation_id: ReservationId
    reservation_update_status: ReservationUpdateStatus
    custom_data: CustomData | None = None


class ReservationStatusUpdateResponse(Response, frozen=True, kw_only=True):
    """ReservationStatusUpdateResponse."""

    action: ClassVar[str] = "ReservationStatusUpdate"

    custom_data: CustomData | None = None


class ReserveNowRequest(Request, frozen=True, kw_only=True):
    """ReserveNowRequest."""

    action: ClassVar[str] = "ReserveNow"

    id: NonNegative
    expiry_date_time: datetime
    id_token: IdToken
    connector_type: String20 | None = None
    evse_id: EvseId | None = None
    group_id_token: IdToken | None = None
    custom_data: CustomData | None = None


class ReserveNowResponse(Response, frozen=True, kw_only=True):
    """ReserveNowResponse."""

    action: ClassVar[str] = "ReserveNow"

    status: ReserveNowStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
