"""Block H: keeping an EVSE free for somebody."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pluglot.dialects.ocpp201.wire.authorization import IdToken
from pluglot.dialects.ocpp201.wire.types import StatusInfo
from pluglot.messages.base import CustomData, Request, Response
from pluglot.messages.reservation import CancelReservationStatus, ReserveNowStatus
from pluglot.messages.scalars import Timestamp


class Connector(StrEnum):
    """The plug or socket of a connector (H)."""

    C_CCS1 = "cCCS1"
    C_CCS2 = "cCCS2"
    C_G105 = "cG105"
    C_TESLA = "cTesla"
    C_TYPE1 = "cType1"
    C_TYPE2 = "cType2"
    S309_1P_16A = "s309-1P-16A"
    S309_1P_32A = "s309-1P-32A"
    S309_3P_16A = "s309-3P-16A"
    S309_3P_32A = "s309-3P-32A"
    S_BS1361 = "sBS1361"
    S_CEE_7_7 = "sCEE-7-7"
    S_TYPE2 = "sType2"
    S_TYPE3 = "sType3"
    OTHER_1_PH_MAX_16_A = "Other1PhMax16A"
    OTHER_1_PH_OVER_16_A = "Other1PhOver16A"
    OTHER_3_PH = "Other3Ph"
    PAN = "Pan"
    W_INDUCTIVE = "wInductive"
    W_RESONANT = "wResonant"
    UNDETERMINED = "Undetermined"
    UNKNOWN = "Unknown"


class ReservationUpdateStatus(StrEnum):
    """Why a reservation ended (H)."""

    EXPIRED = "Expired"
    REMOVED = "Removed"


class CancelReservationRequest(Request, frozen=True, kw_only=True):
    """The CSMS gives up a reservation (H02)."""

    action: ClassVar[str] = "CancelReservation"

    reservation_id: int
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

    reservation_id: int
    reservation_update_status: ReservationUpdateStatus
    custom_data: CustomData | None = None


class ReserveNowRequest(Request, frozen=True, kw_only=True):
    """The CSMS asks a station to keep an EVSE free for one token (H01)."""

    action: ClassVar[str] = "ReserveNow"

    id: int
    expiry_date_time: Timestamp
    id_token: IdToken
    connector_type: Connector | None = None
    evse_id: int | None = None
    group_id_token: IdToken | None = None
    custom_data: CustomData | None = None


class ReserveNowResponse(Response, frozen=True, kw_only=True):
    """Whether the EVSE is kept free (H01)."""

    action: ClassVar[str] = "ReserveNow"

    status: ReserveNowStatus
    status_info: StatusInfo | None = None
    custom_data: CustomData | None = None
