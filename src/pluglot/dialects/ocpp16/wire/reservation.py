"""Block H: keeping an EVSE free for somebody."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.messages.base import Request, Response
from pluglot.messages.scalars import String20, Timestamp


class CancelReservationStatus(StrEnum):
    """Whether a reservation was given up."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class ReservationStatus(StrEnum):
    """What became of a reservation."""

    ACCEPTED = "Accepted"
    FAULTED = "Faulted"
    OCCUPIED = "Occupied"
    REJECTED = "Rejected"
    UNAVAILABLE = "Unavailable"


class CancelReservationRequest(Request, frozen=True, kw_only=True):
    """The CSMS gives up a reservation (5.1)."""

    action: ClassVar[str] = "CancelReservation"

    reservation_id: int


class CancelReservationResponse(Response, frozen=True, kw_only=True):
    """Whether the station knew the reservation and let it go (5.1)."""

    action: ClassVar[str] = "CancelReservation"

    status: CancelReservationStatus


class ReserveNowRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to keep a connector free for one tag (5.13)."""

    action: ClassVar[str] = "ReserveNow"

    #: 0 for any connector.
    connector_id: int
    expiry_date: Timestamp
    id_tag: String20
    reservation_id: int
    parent_id_tag: String20 | None = None


class ReserveNowResponse(Response, frozen=True, kw_only=True):
    """Whether the connector is kept free (5.13)."""

    action: ClassVar[str] = "ReserveNow"

    status: ReservationStatus
