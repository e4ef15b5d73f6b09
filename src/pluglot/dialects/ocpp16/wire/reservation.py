"""reservation"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import Request, Response
from pluglot.messages.scalars import String20


class CancelReservationStatus(StrEnum):
    """CancelReservationStatus."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class ReservationStatus(StrEnum):
    """ReservationStatus."""

    ACCEPTED = "Accepted"
    FAULTED = "Faulted"
    OCCUPIED = "Occupied"
    REJECTED = "Rejected"
    UNAVAILABLE = "Unavailable"


class CancelReservationRequest(Request, frozen=True, kw_only=True):
    """CancelReservationRequest."""

    action: ClassVar[str] = "CancelReservation"

    reservation_id: int


class CancelReservationResponse(Response, frozen=True, kw_only=True):
    """CancelReservationResponse."""

    action: ClassVar[str] = "CancelReservation"

    status: CancelReservationStatus


class ReserveNowRequest(Request, frozen=True, kw_only=True):
    """ReserveNowRequest."""

    action: ClassVar[str] = "ReserveNow"

    connector_id: int
    expiry_date: datetime
    id_tag: String20
    reservation_id: int
    parent_id_tag: String20 | None = None


class ReserveNowResponse(Response, frozen=True, kw_only=True):
    """ReserveNowResponse."""

    action: ClassVar[str] = "ReserveNow"

    status: ReservationStatus
