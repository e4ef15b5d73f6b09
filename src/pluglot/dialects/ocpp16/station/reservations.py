"""Reservations of a 1.6 station (mapping 5.4.5, 6.1, 6.12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.enums import (
    CANCEL_RESERVATION_STATUS_TO_HOUSE,
    RESERVATION_STATUS_TO_HOUSE,
)
from pluglot.dialects.ocpp16.memory import Reservation
from pluglot.dialects.ocpp16.residue import unwrapped
from pluglot.dialects.ocpp16.station.context import StationContext
from pluglot.dialects.ocpp16.tokens import LONGEST_TAG
from pluglot.dialects.refusals import negative

#: A connector freed this shortly before the expiry was freed by it.
_EARLY: Final = timedelta(seconds=5)
#: When a reservation is over although the station said nothing.
_LATE: Final = timedelta(seconds=60)
#: No honest management system holds more.
_MOST: Final = 256
_Status = wire.ChargePointStatus
_REMOVING: Final = frozenset({_Status.FAULTED, _Status.UNAVAILABLE})


def reserve_now(half: StationContext, request: house.ReserveNowRequest, _now: datetime) -> Translation:
    """Keep a connector free for a token."""
    kind = house.ReserveNowResponse
    connector = _connector(half, request)
    if isinstance(connector, str):
        return negative(kind, connector, "the station cannot reserve this")
    id_tag, losses = half.tokens.said(request.id_token)
    parent = None
    if request.group_id_token is not None:
        parent, more = half.tokens.parent_said(request.group_id_token)
        losses += more
    half.touch()
    if losses:
        yield Lost(tuple(Loss(request.action, loss.field, loss.value, loss.reason) for loss in losses))
    wire_id = unwrapped(request).get("reservationId", request.id)
    answer = yield AskPeer(
        wire.ReserveNowRequest(
            connector_id=connector,
            expiry_date=request.expiry_date_time,
            id_tag=id_tag[:LONGEST_TAG],
            reservation_id=wire_id,
            parent_id_tag=parent,
        )
    )
    if half.lacks(answer, request.action):
        return negative(kind, "UnsupportedRequest", "the station takes no reservations")
    if isinstance(answer, Refusal):
        return answer
    if answer.status is wire.ReservationStatus.ACCEPTED:
        held = half.memory.reservations
        if len(held) >= _MOST:
            del held[next(iter(held))]
        held[request.id] = Reservation(
            wire_id=wire_id, connector=connector, expires=request.expiry_date_time, evse_id=request.evse_id or 0
        )
        half.touch()
    return kind(status=RESERVATION_STATUS_TO_HOUSE[answer.status])


def _connector(half: StationContext, request: house.ReserveNowRequest) -> int | str:
    """The connector to reserve, or the reason code why there is none."""
    evse_id = request.evse_id
    if request.connector_type is not None:
        return _of_type(half, request.connector_type, evse_id)
    if evse_id is None:
        supported = half.setting("ReserveConnectorZeroSupported")
        # A station that has not told is asked; it knows best.
        return 0 if supported is None or supported.strip().casefold() == "true" else "UnsupportedParam"
    connectors = half.numbering.connectors_of(evse_id)
    if not connectors:
        return "UnknownEvse"
    return next((one for one in connectors if _is_free(half, one)), connectors[0])


def _of_type(half: StationContext, wanted: str, evse_id: int | None) -> int | str:
    for connector, known in half.policy.connector_types.items():
        at_place = evse_id is None or half.numbering.place(connector)[0] == evse_id
        if known == wanted and at_place and _is_free(half, connector):
            return connector
    return "UnknownConnectorType"


def _is_free(half: StationContext, connector: int) -> bool:
    note = half.memory.statuses.get(connector)
    return note is not None and note.status is _Status.AVAILABLE


def cancel_reservation(half: StationContext, request: house.CancelReservationRequest, _now: datetime) -> Translation:
    """Give up a reservation."""
    known = half.memory.reservations.get(request.reservation_id)
    wire_id = unwrapped(request).get("reservationId", request.reservation_id if known is None else known.wire_id)
    answer = yield AskPeer(wire.CancelReservationRequest(reservation_id=wire_id))
    if half.lacks(answer, request.action):
        return negative(house.CancelReservationResponse, "UnsupportedRequest", "the station takes no reservations")
    if isinstance(answer, Refusal):
        return answer
    if answer.status is wire.CancelReservationStatus.ACCEPTED:
        forget(half, request.reservation_id)
    return house.CancelReservationResponse(status=CANCEL_RESERVATION_STATUS_TO_HOUSE[answer.status])


def forget(half: StationContext, reservation_id: int) -> None:
    """A reservation is over: used, given up or expired."""
    if half.memory.reservations.pop(reservation_id, None) is not None:
        half.touch()


def used_by(half: StationContext, wire_id: int | None) -> int | None:
    """The house's id of the reservation a start names; the reservation is used up by it."""
    if wire_id is None:
        return None
    found = next((key for key, held in half.memory.reservations.items() if held.wire_id == wire_id), None)
    if found is None:
        return wire_id if wire_id > 0 else None
    forget(half, found)
    return found


# --- reservations seen through the status (5.4.5) -----------------------------------------------------------------


def status_left(half: StationContext, connector: int, status: wire.ChargePointStatus, moment: datetime) -> Translation:
    """A reserved connector has another status: the reservation may be over."""
    for reservation_id, held in list(half.memory.reservations.items()):
        if held.connector != connector or status is _Status.RESERVED:
            continue
        if status is _Status.AVAILABLE:
            expired = moment >= held.expires - _EARLY
            yield from _over(half, reservation_id, expired=expired)
        elif status in _REMOVING:
            yield from _over(half, reservation_id, expired=False)


def _over(half: StationContext, reservation_id: int, *, expired: bool) -> Translation:
    status = house.ReservationUpdateStatus.EXPIRED if expired else house.ReservationUpdateStatus.REMOVED
    # Forgotten first: it is told at most once.
    forget(half, reservation_id)
    yield from _told(reservation_id, status)


def deadlines(half: StationContext) -> Iterator[datetime]:
    """When reservations are over although nobody says so."""
    return (held.expires + _LATE for held in half.memory.reservations.values())


def expired(half: StationContext, now: datetime) -> Iterator[Translation]:
    """Tell the house of the reservations whose time is over."""
    for reservation_id, held in list(half.memory.reservations.items()):
        if held.expires + _LATE <= now:
            forget(half, reservation_id)
            yield _told(reservation_id, house.ReservationUpdateStatus.EXPIRED)


def _told(reservation_id: int, status: house.ReservationUpdateStatus) -> Translation:
    said = house.ReservationStatusUpdateRequest(reservation_id=reservation_id, reservation_update_status=status)
    answer = yield AskHouse(said)
    if isinstance(answer, Refusal):
        yield Lost((Loss(said.action, "reservationUpdateStatus", status.value, f"not taken: {answer.code}"),))
