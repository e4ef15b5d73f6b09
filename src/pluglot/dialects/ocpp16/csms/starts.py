"""When and how a 2.x transaction begins for a 1.6 management system (mapping 9.2, 9.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from pluglot import messages as house
from pluglot.dialects.base import AskPeer, GivenUp, Lost, Pause, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.csms.context import CsmsContext
from pluglot.dialects.ocpp16.csms.refused import is_refused_for_good
from pluglot.dialects.ocpp16.memory import HouseTransaction
from pluglot.dialects.ocpp16.meter_values import whole
from pluglot.dialects.ocpp16.residue import unwrapped

_ACTION: Final = "TransactionEvent"
_METER_AGE: Final = timedelta(hours=24)
#: How long a start waits for a register before it says 0.
METER_PATIENCE: Final = timedelta(seconds=60)
#: s to wait before a failed start is sent again
_RETRIES: Final = (10.0, 20.0, 30.0)
_LOOK_EVERY: Final = 0.2
_ENDED: Final = house.TransactionEvent.ENDED
_ON_ITS_WAY: Final = Refusal("GenericError", "the start of the transaction is still on its way", silent=True)


def maybe_start(
    half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest, now: datetime
) -> Translation:
    """Send StartTransaction once the token is known and the vehicle is connected (step 3); returns a refusal."""
    while entry.house_id in half.starting:
        if (yield Pause(_LOOK_EVERY)) is None:
            return _ON_ITS_WAY
    if entry.id is not None:
        return None
    if entry.start is None:
        ready = yield from _prepare(half, entry, event, now)
        if not ready:
            return None
    return (yield from _send(half, entry, event))


def _prepare(
    half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest, now: datetime
) -> Translation:
    """Make the StartTransaction of a transaction; says whether there is one to send."""
    ended = event.event_type is _ENDED
    if entry.id_tag is None and ended and _unauthorised_energy(half, entry):
        entry.id_tag = half.policy.no_auth_tag
    if entry.id_tag is None or not (entry.connected or (ended and not _never_came(event))):
        return False
    meter_start = _meter_start(half, entry, now)
    if meter_start is None and not ended and not _waited_enough(entry, event, now):
        half.touch()
        return False
    number = half.number_of_transaction(entry)
    if number is None and not ended:
        return False
    late = entry.authorized_at if ended else None
    yield from _made(half, entry, late or event.timestamp, (meter_start, number), unwrapped(event))
    return True


def _never_came(event: house.TransactionEventRequest) -> bool:
    """Whether a transaction ended because no vehicle was connected in time (7.14)."""
    timeout = house.TriggerReason.EV_CONNECT_TIMEOUT
    return event.trigger_reason is timeout or event.transaction_info.stopped_reason is house.Reason.TIMEOUT


def _waited_enough(entry: HouseTransaction, event: house.TransactionEventRequest, now: datetime) -> bool:
    if entry.waiting_since is None:
        entry.waiting_since, entry.waiting_from = now, event.timestamp
    return now - entry.waiting_since >= METER_PATIENCE


def _made(
    half: CsmsContext,
    entry: HouseTransaction,
    timestamp: datetime,
    known: tuple[Decimal | None, int | None],
    residue: Mapping[str, Any],
) -> Translation:
    meter_start, number = known
    if meter_start is None:
        yield Lost((Loss(_ACTION, "meterValue", None, "meter-unknown: the start says 0"),))
    if number is None:
        yield Lost((Loss(_ACTION, "evse", None, "the station never named an EVSE; said as connector 1"),))
    entry.start = wire.StartTransactionRequest(
        connector_id=residue.get("connectorId", 1 if number is None else number),
        id_tag=entry.id_tag or half.policy.no_auth_tag,
        meter_start=whole(Decimal(0) if meter_start is None else meter_start),
        timestamp=timestamp,
        reservation_id=residue.get("reservationId", _reservation(half, entry)),
    )
    half.touch()


def _send(half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest | None) -> Translation:
    """Send the start that is prepared, and when it fails again a little later (9.2)."""
    answer: Any = None
    for seconds in (*_RETRIES, None):
        answer = yield AskPeer(entry.start)
        if not isinstance(answer, Refusal):
            entry.id, entry.info, entry.refusals = answer.transaction_id, answer.id_tag_info, 0
            half.touch()
            return None
        if is_refused_for_good(half, entry, event, answer):
            yield GivenUp((Loss(_ACTION, "StartTransaction", answer.code, "refused: it came too late"),))
            entry.start_refused = True
            half.touch()
            return None
        if seconds is None or (yield Pause(seconds)) is None:
            break
    # Not answered: the station keeps the event and sends it again (13.4).
    return answer


# --- starts that no event waits for -------------------------------------------------------------------------------


def waiting(half: CsmsContext) -> list[tuple[datetime, str]]:
    """When transactions begin with an unknown register, because none came."""
    return [
        (entry.waiting_since + METER_PATIENCE, entry.house_id)
        for entry in half.open_transactions()
        if entry.waiting_since is not None and entry.start is None and entry.house_id not in half.starting
    ]


def start_waiting(half: CsmsContext, house_id: str, now: datetime) -> Translation:
    """Begin a transaction that has waited long enough for a register (step 3a)."""
    entry = half.memory.transactions.get(house_id)
    try:
        if entry is not None and entry.start is None and entry.waiting_from is not None:
            known = _meter_start(half, entry, now), half.number_of_transaction(entry)
            yield from _made(half, entry, entry.waiting_from, known, {})
            yield from _send(half, entry, None)
            entry.info_owed = entry.info is not None and entry.info.status is not wire.AuthorizationStatus.ACCEPTED
            half.touch()
    finally:
        half.starting.discard(house_id)


# --- what is known at the start -----------------------------------------------------------------------------------


def _unauthorised_energy(half: CsmsContext, entry: HouseTransaction) -> bool:
    if not half.policy.report_unauthorised_energy or entry.register is None or entry.meter_start is None:
        return False
    return entry.register - entry.meter_start >= 1


def _meter_start(half: CsmsContext, entry: HouseTransaction, now: datetime) -> Decimal | None:
    if entry.meter_start is not None:
        return entry.meter_start
    meter = None if entry.evse is None else half.memory.meters.get(entry.evse[0])
    return meter.value if meter is not None and now - meter.at <= _METER_AGE else None


def _reservation(half: CsmsContext, entry: HouseTransaction) -> int | None:
    """The reservation as the management system numbers it; the start uses it up."""
    if entry.reservation_id is None:
        return None
    held = half.memory.reservations.pop(entry.reservation_id, None)
    return entry.reservation_id if held is None else held.wire_id
