"""Block H: keeping an EVSE free for somebody."""

from __future__ import annotations

from typing import ClassVar

from pluglot.dialects.ocpp20.wire.authorization import IdToken
from pluglot.dialects.ocpp20.wire.base import DataType, Request, Response
from pluglot.dialects.ocpp20.wire.types import EVSE
from pluglot.dialects.ocpp201.wire.reservation import Connector, ReservationUpdateStatus
from pluglot.messages.reservation import CancelReservationStatus, ReserveNowStatus
from pluglot.messages.scalars import Timestamp


class Reservation(DataType, frozen=True, kw_only=True):
    """What is kept free, and until when (H)."""

    evse: EVSE
    id: int
    expiry_date_time: Timestamp
    connector_code: Connector | None = None


class CancelReservationRequest(Request, frozen=True, kw_only=True):
    """The CSMS gives up a reservation (H02)."""

    action: ClassVar[str] = "CancelReservation"

    reservation_id: int


class CancelReservationResponse(Response, frozen=True, kw_only=True):
    """Whether the station knew the reservation and let it go (H02)."""

    action: ClassVar[str] = "CancelReservation"

    status: CancelReservationStatus


class ReservationStatusUpdateRequest(Request, frozen=True, kw_only=True):
    """A station reports that a reservation ended without being used (H04)."""

    action: ClassVar[str] = "ReservationStatusUpdate"

    reservation_id: int
    reservation_update_status: ReservationUpdateStatus


class ReservationStatusUpdateResponse(Response, frozen=True, kw_only=True):
    """The CSMS knows about the end of the reservation (H04)."""

    action: ClassVar[str] = "ReservationStatusUpdate"


class ReserveNowRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to keep an EVSE free for one token (H01)."""

    action: ClassVar[str] = "ReserveNow"

    id_token: IdToken
    reservation: Reservation
    group_id_token: IdToken | None = None


class ReserveNowResponse(Response, frozen=True, kw_only=True):
    """Whether the EVSE is kept free (H01)."""

    action: ClassVar[str] = "ReserveNow"

    status: ReserveNowStatus
