"""Reservations by a 1.6 management system (mapping 6.1, 6.12, 10.2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, Lost, Refusal, Translation
from pluglot.dialects.conversion import plain
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.csms.availability import tell_status
from pluglot.dialects.ocpp16.csms.context import CsmsContext, key_of
from pluglot.dialects.ocpp16.enums import CANCEL_RESERVATION_STATUS_TO_WIRE, RESERVATION_STATUS_TO_WIRE
from pluglot.dialects.ocpp16.memory import Reservation
from pluglot.dialects.ocpp16.peer import NOT_KNOWN
from pluglot.dialects.ocpp16.residue import wrapped

#: No honest management system holds more.
_MOST = 256


def reserve_now(half: CsmsContext, request: wire.ReserveNowRequest, _now: datetime) -> Translation:
    """Keep a connector, or any, free for an idTag."""
    place = half.place_of(request.connector_id) if request.connector_id != 0 else None
    if request.connector_id != 0 and place is None:
        return wire.ReserveNowResponse(status=wire.ReservationStatus.REJECTED)
    token = half.tokens.meant(request.id_tag)
    reservation_id, residue = _house_id(half, request.reservation_id)
    group = request.parent_id_tag
    held = half.memory.reservations
    known = reservation_id in held
    if residue and not known:
        # A repetition after a crash must name the same reservation.
        _hold(half, reservation_id, request, place)
    answer = yield AskHouse(
        house.ReserveNowRequest(
            id=reservation_id,
            expiry_date_time=request.expiry_date,
            id_token=house.IdToken(id_token=token.id_token, type=token.type),
            evse_id=None if place is None else place[0],
            group_id_token=None if group is None else house.IdToken(id_token=group, type="Central"),
            custom_data=wrapped(residue, emit=half.policy.emit_custom_data),
        )
    )
    if isinstance(answer, Refusal) and answer.silent:
        return answer
    if not isinstance(answer, Refusal) and answer.status is house.ReserveNowStatus.ACCEPTED:
        _hold(half, reservation_id, request, place)
    elif not known and held.pop(reservation_id, None) is not None:
        half.touch()
    if isinstance(answer, Refusal):
        return wire.ReserveNowResponse(status=wire.ReservationStatus.REJECTED) if answer.code in NOT_KNOWN else answer
    return wire.ReserveNowResponse(status=RESERVATION_STATUS_TO_WIRE[answer.status])


def _hold(
    half: CsmsContext, reservation_id: int, request: wire.ReserveNowRequest, place: tuple[int, int] | None
) -> None:
    """Remember a reservation."""
    held = half.memory.reservations
    while reservation_id not in held and len(held) >= _MOST:
        del held[next(iter(held))]
    held[reservation_id] = Reservation(
        wire_id=request.reservation_id,
        connector=request.connector_id,
        expires=request.expiry_date,
        evse_id=0 if place is None else place[0],
    )
    half.touch()


def _house_id(half: CsmsContext, wire_id: int) -> tuple[int, dict[str, Any]]:
    """The house's id of a reservation; 2.1 has no negative ones, so those get another."""
    known = next((key for key, held in half.memory.reservations.items() if held.wire_id == wire_id), None)
    if known is None:
        known = wire_id if wire_id >= 0 else half.mint_request_id()
    return known, {} if known == wire_id else {"reservationId": wire_id}


def cancel_reservation(half: CsmsContext, request: wire.CancelReservationRequest, _now: datetime) -> Translation:
    """Give up a reservation."""
    reservation_id, residue = _house_id(half, request.reservation_id)
    answer = yield AskHouse(
        house.CancelReservationRequest(
            reservation_id=reservation_id, custom_data=wrapped(residue, emit=half.policy.emit_custom_data)
        )
    )
    if isinstance(answer, Refusal):
        return answer
    held = half.memory.reservations
    # One with another number in 2.x keeps it, so that a repeated command names the same reservation.
    if answer.status is house.CancelReservationStatus.ACCEPTED and reservation_id in held and not residue:
        del held[reservation_id]
        half.touch()
    return wire.CancelReservationResponse(status=CANCEL_RESERVATION_STATUS_TO_WIRE[answer.status])


def reservation_status(half: CsmsContext, request: house.ReservationStatusUpdateRequest, now: datetime) -> Translation:
    """A reservation is over; 1.6 sees it by the status of the connector."""
    yield Lost((Loss(request.action, "", plain(request), "OCPP 1.6 has no such message"),))
    held = half.memory.reservations.pop(request.reservation_id, None)
    half.touch()
    # A reservation is removed because its connector failed or was taken away: the station says how it is now, and
    # Available in between would be wrong.
    if request.reservation_update_status is house.ReservationUpdateStatus.REMOVED:
        return house.ReservationStatusUpdateResponse()
    for _, place in list(half.places()):
        reserved = half.memory.connector_statuses.get(key_of(place)) is house.ConnectorStatus.RESERVED
        if held is not None and held.evse_id in {0, place[0]} and reserved:
            half.memory.connector_statuses[key_of(place)] = house.ConnectorStatus.AVAILABLE
        yield from tell_status(half, place, now)
    return house.ReservationStatusUpdateResponse()
