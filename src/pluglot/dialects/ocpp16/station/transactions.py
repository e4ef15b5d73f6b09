"""StartTransaction of a 1.6 station (mapping 5.5, 9.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from pluglot import messages as house
from pluglot.dialects.base import Answered, AskHouse, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.enums import STARTING_STATE
from pluglot.dialects.ocpp16.memory import EndedTransaction, OpenTransaction, Token
from pluglot.dialects.ocpp16.meter_values import register_value
from pluglot.dialects.ocpp16.residue import wrapped
from pluglot.dialects.ocpp16.station import charging_profiles, costs, remote_control, reservations
from pluglot.dialects.ocpp16.station.context import StationContext, house_token
from pluglot.dialects.ocpp16.station.owed import tell_owed
from pluglot.dialects.ocpp16.tokens import is_allowed_at
from pluglot.dialects.ocpp16.transactions import CLOCK_SET_SINCE, clock_losses

ACCEPTED: Final = wire.IdTagInfo(status=wire.AuthorizationStatus.ACCEPTED)
_EVENT: Final = "TransactionEvent"


def start_transaction(half: StationContext, request: wire.StartTransactionRequest, now: datetime) -> Translation:
    """A transaction began; its repetition is answered the same and begins nothing (TX-09)."""
    known = _known_start(half, request, now)
    if isinstance(known, EndedTransaction):
        return wire.StartTransactionResponse(transaction_id=known.id, id_tag_info=known.start_info)
    if isinstance(known, str) and half.book.is_full():
        return Refusal("InternalError", "too many transactions of this station are open")
    entry = known
    if isinstance(entry, str):
        lost = (*_topology_losses(half, request.connector_id), *clock_losses(request.action, request.timestamp))
        if lost:
            yield Lost(lost)
        entry = _begin(half, request, entry, now)
    answer = None
    if entry.start_info is None:
        answer = yield from ensure_started(half, entry, request)
        if isinstance(answer, Refusal):
            return answer
    response = wire.StartTransactionResponse(transaction_id=entry.id, id_tag_info=entry.start_info or ACCEPTED)
    if answer is None or not costs.is_told(half, answer):
        return response
    yield Answered(response)
    yield from costs.after_event(half, (entry, request.id_tag), answer, now)
    return None


def _topology_losses(half: StationContext, connector: int) -> Iterator[Loss]:
    """Another transaction on the same EVSE: the energy is real, the table of connectors is not (9.6)."""
    if connector <= 0 and not half.policy.emit_custom_data:
        yield Loss("StartTransaction", "connectorId", connector, "no connector has this number")
    evse_id = half.numbering.place(connector)[0]
    for other in half.book.open() if half.policy.connector_map else ():
        if other.connector != connector and half.numbering.place(other.connector)[0] == evse_id:
            reason = f"topology error: connector {other.connector} of EVSE {evse_id} has a transaction already"
            yield Loss("StartTransaction", "connectorId", connector, reason)


def _known_start(
    half: StationContext, request: wire.StartTransactionRequest, now: datetime
) -> OpenTransaction | EndedTransaction | str:
    """The transaction this start means, or the id for a new one."""
    name = half.book.start_name(request)
    house_id = half.book.house_id(name)
    times = 1
    while (ended := half.book.find_ended(house_id)) is not None:
        repeated = now - ended.ended_at <= half.policy.dup_window and request.timestamp >= CLOCK_SET_SINCE
        if repeated:
            return ended
        times += 1
        house_id = half.book.house_id(f"{name}/{times}")
    return half.book.find(house_id) or house_id


def _begin(
    half: StationContext, request: wire.StartTransactionRequest, house_id: str, now: datetime
) -> OpenTransaction:
    connector = request.connector_id
    if connector <= 0:
        # Not legal, but the energy is real: with a single connector there is no doubt where it flows.
        connector = half.numbering.known[0] if len(half.numbering.known) == 1 else 0
    else:
        half.heard_of(connector)
    for other in half.book.on(connector):
        other.doubtful_since = other.doubtful_since or now
    remote = _remote_start(half, request, now)
    entry = OpenTransaction(
        house_id=house_id,
        id=half.book.mint(),
        connector=connector,
        id_tag=request.id_tag,
        token=half.tokens.meant(request.id_tag) if remote is None else remote[1],
        started_at=request.timestamp,
        meter_start=request.meter_start,
        register=Decimal(request.meter_start),
        register_at=request.timestamp,
        reservation_id=reservations.used_by(half, request.reservation_id),
        remote_start_id=None if remote is None else remote[0],
        start_state=half.charging_state_now(connector, STARTING_STATE) or house.ChargingState.EV_CONNECTED,
        start_offline=half.is_offline(request.timestamp),
    )
    entry.charging_state = entry.start_state
    charging_profiles.transaction_began(half, entry.remote_start_id, house_id)
    half.book.add(entry)
    half.touch()
    return entry


def _remote_start(
    half: StationContext, request: wire.StartTransactionRequest, now: datetime
) -> tuple[int, Token] | None:
    """The remote start that this transaction answers; it is used up by it."""
    waiting = [remote for remote in half.memory.remote_starts if remote.deadline >= now]
    tag = request.id_tag.casefold()
    found = next(
        (
            remote
            for remote in waiting
            if remote.id_tag.casefold() == tag and remote.connector in {None, request.connector_id}
        ),
        None,
    )
    half.memory.remote_starts = [remote for remote in waiting if remote is not found]
    remote_control.forget_profiles(half, found)
    return None if found is None else (found.remote_start_id, found.token)


def ensure_started(
    half: StationContext, entry: OpenTransaction, request: wire.StartTransactionRequest | None = None
) -> Translation:
    """Tell the house what it has not acknowledged yet, the start first; returns a refusal if it does not now either."""
    if entry.start_info is not None:
        return (yield from tell_owed(half, entry))
    answer = yield AskHouse(_started(half, entry, request))
    if isinstance(answer, Refusal):
        return answer
    info, losses = _start_info(half, entry, answer)
    if request is not None and request.reservation_id is not None and entry.reservation_id is None:
        losses += (Loss("StartTransaction", "reservationId", request.reservation_id, "no reservation has this id"),)
    if losses:
        yield Lost(losses)
    entry.start_info = info
    half.touch()
    return answer


def _started(
    half: StationContext, entry: OpenTransaction, request: wire.StartTransactionRequest | None
) -> house.TransactionEventRequest:
    residue: dict[str, Any] = {}
    if request is not None and request.connector_id != entry.connector:
        residue["connectorId"] = request.connector_id
    if request is not None and request.reservation_id is not None and entry.reservation_id is None:
        residue["reservationId"] = request.reservation_id
    remote = entry.remote_start_id
    return house.TransactionEventRequest(
        event_type=house.TransactionEvent.STARTED,
        timestamp=entry.started_at,
        trigger_reason=house.TriggerReason.AUTHORIZED if remote is None else house.TriggerReason.REMOTE_START,
        seq_no=0,
        offline=True if entry.start_offline else None,
        transaction_info=house.Transaction(
            transaction_id=entry.house_id, charging_state=entry.start_state, remote_start_id=remote
        ),
        evse=half.numbering.evse(entry.connector) if entry.connector > 0 else None,
        id_token=house_token(entry.token),
        reservation_id=entry.reservation_id,
        meter_value=(register_value(entry.meter_start, entry.started_at, house.ReadingContext.TRANSACTION_BEGIN),),
        custom_data=wrapped(residue, emit=half.policy.emit_custom_data),
    )


def _start_info(
    half: StationContext, entry: OpenTransaction, answer: house.TransactionEventResponse
) -> tuple[wire.IdTagInfo, tuple[Loss, ...]]:
    losses = tuple(costs.answer_losses(half, answer, ended=False))
    remembered = half.tokens.info(entry.token)
    said = answer.id_token_info or remembered
    if said is None:
        return ACCEPTED, losses
    if answer.id_token_info is not None:
        half.tokens.learn(entry.token, answer.id_token_info)
    info, more = half.id_tag_info(said, _EVENT)
    evse_id = half.numbering.place(entry.connector)[0]
    allowed = all(is_allowed_at(one, evse_id) for one in (said, remembered) if one is not None)
    if not allowed:
        # 5.5: 1.6 has no way to tell a station beforehand where a token may charge.
        info = msgspec.structs.replace(info, status=wire.AuthorizationStatus.INVALID)
    return info, losses + costs.unshown(half, more)
