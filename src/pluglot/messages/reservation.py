"""Block H: keeping an EVSE free for somebody."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.messages.authorization import IdToken
from pluglot.messages.base import CustomData, Request, Response
from pluglot.messages.scalars import EvseId, NonNegative, ReservationId, String20, Timestamp
from pluglot.messages.types import StatusInfo


class CancelReservationStatus(StrEnum):
    """Whether a reservation was given up (H)."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"


class ReservationUpdateStatus(StrEnum):
    """Why a reservation ended (H)."""

    EXPIRED = "Expired"
    REMOVED = "Removed"
    NO_TRANSACTION = "NoTransaction"


class ReserveNowStatus(StrEnum):
    """What became of a reservation (H)."""

    ACCEPTED = "Accepted"
    FAULTED = "Faulted"
    OCCUPIED = "Occupied"
    REJECTED = "Rejected"
    UNAVAILABLE = "Unavailable"


class CancelReservationRequest(Request, frozen=True, kw_only=True):
    """The CSMS gives up a reservation (H02)."""

    action: ClassVar[str] = "CancelReservation"

    reservation_id: ReservationId
    custom_data: CustomData | None = None


class CancelReservationResponse(Response, frozen=True, kw_only=True):
    """Whether the station knew the reservation and let it go (H02)."""

    action: ClassVar[str] = "CancelReservation"

    status: CancelReservationStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None


class ReservationStatusUpdateRequest(Request, frozen=True, kw_only=True):
    """A station reports that a reservation ended without being used (H04)."""

    action: ClassVar[str] = "ReservationStatusUpdate"

    reservation_id: ReservationId
    reservation_update_status: ReservationUpdateStatus
    custom_data: CustomData | None = None


class ReservationStatusUpdateResponse(Response, frozen=True, kw_only=True):
    """The CSMS knows about the end of the reservation (H04)."""

    action: ClassVar[str] = "ReservationStatusUpdate"

    custom_data: CustomData | None = None


class ReserveNowRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to keep an EVSE free for one token (H01)."""

    action: ClassVar[str] = "ReserveNow"

    id: NonNegative
    expiry_date_time: Timestamp
    id_token: IdToken
    connector_type: String20 | None = None
    evse_id: EvseId | None = None
    group_id_token: IdToken | None = None
    custom_data: CustomData | None = None


class ReserveNowResponse(Response, frozen=True, kw_only=True):
    """Whether the EVSE is kept free (H01)."""

    action: ClassVar[str] = "ReserveNow"

    status: ReserveNowStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
