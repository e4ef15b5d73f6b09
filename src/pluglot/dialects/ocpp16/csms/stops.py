"""The end of a 2.x transaction said as StopTransaction (mapping 5.8, 7.6b)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from pluglot import messages as house
from pluglot.dialects.base import AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.csms.authorization import id_tag_of
from pluglot.dialects.ocpp16.csms.context import CsmsContext
from pluglot.dialects.ocpp16.csms.refused import delivered
from pluglot.dialects.ocpp16.enums import STOP_REASON_TO_WIRE
from pluglot.dialects.ocpp16.memory import HouseTransaction
from pluglot.dialects.ocpp16.meter_values import by_time, register_of, to_wire, whole
from pluglot.dialects.ocpp16.residue import unwrapped

_ACTION: Final = "TransactionEvent"
_END: Final = house.ReadingContext.TRANSACTION_END


def stop(half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest) -> Translation:
    """Send the StopTransaction of a transaction; returns a refusal."""
    request, losses = _stop_request(half, entry, event)
    if losses:
        yield Lost(tuple(losses))
    answer = yield AskPeer(request)
    if isinstance(answer, Refusal):
        if not (yield from delivered(half, entry, event, "StopTransaction", answer)):
            return answer
        answer = wire.StopTransactionResponse()
    entry.stop_answered, entry.refusals = True, 0
    entry.stop_info = answer.id_tag_info
    entry.waiting = []
    half.touch()
    return None


def _stop_request(
    half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest
) -> tuple[wire.StopTransactionRequest, list[Loss]]:
    residue = unwrapped(event)
    data, losses = _samples(event, residue)
    meter_stop, more = _meter_stop(entry, event, residue)
    losses += more
    id_tag = entry.stop_tag
    if event.id_token is not None:
        named, lost = id_tag_of(half, event.id_token, _ACTION)
        if event.trigger_reason is house.TriggerReason.STOP_AUTHORIZED or residue:
            id_tag = named
            losses += lost
        elif named.casefold() not in {(entry.id_tag or "").casefold(), (id_tag or "").casefold()}:
            losses.append(
                Loss(_ACTION, "idToken", event.id_token.id_token, "1.6 names only who stopped at the station")
            )
    reason = _said_reason(residue) if "reason" in residue else _reason(half, entry, event)
    said = event.transaction_info.stopped_reason
    if said is not None and (reason is None or reason.value != said.value) and not residue:
        losses.append(Loss(_ACTION, "transactionInfo.stoppedReason", said.value, "1.6 has fewer reasons"))
    values = tuple(
        wire.TransactionData(timestamp=value.timestamp, sampled_value=value.sampled_value)
        for value in (*entry.waiting, *data)
    )
    request = wire.StopTransactionRequest(
        transaction_id=entry.id or 0,
        id_tag=id_tag,
        meter_stop=meter_stop,
        timestamp=event.timestamp,
        reason=reason,
        transaction_data=values or None,
    )
    return request, losses


def _samples(
    event: house.TransactionEventRequest, residue: Mapping[str, Any]
) -> tuple[tuple[wire.TransactionData, ...], list[Loss]]:
    raw = residue.get("transactionData")
    if raw is not None:
        return msgspec.convert(raw, tuple[wire.TransactionData, ...]), []
    meter_values = event.meter_value or ()
    if residue.get("meterStop") == "appended":
        meter_values = meter_values[:-1]
    return to_wire(meter_values, _ACTION)


def _meter_stop(
    entry: HouseTransaction, event: house.TransactionEventRequest, residue: Mapping[str, Any]
) -> tuple[int, list[Loss]]:
    said = residue.get("meterStop")
    if isinstance(said, int):
        return said, []
    register = register_of(by_time(event.meter_value), _END)
    register = entry.register if register is None else register
    if register is not None:
        return whole(register), []
    start = Decimal(0) if entry.start is None else Decimal(entry.start.meter_start)
    return whole(start), [Loss(_ACTION, "meterValue", None, "meter-unknown: the stop says the start")]


def _said_reason(residue: Mapping[str, Any]) -> wire.Reason | None:
    """The reason in the words of the 1.6 station, which may have given none."""
    return None if residue["reason"] is None else wire.Reason(residue["reason"])


def _reason(half: CsmsContext, entry: HouseTransaction, event: house.TransactionEventRequest) -> wire.Reason | None:
    unlock = house.TriggerReason.UNLOCK_COMMAND
    if entry.unlocking or unlock in {event.trigger_reason, entry.stopping}:
        return wire.Reason.UNLOCK_COMMAND
    said = event.transaction_info.stopped_reason
    if said is house.Reason.IMMEDIATE_RESET and half.memory.last_reset is wire.ResetType.SOFT:
        return wire.Reason.SOFT_RESET
    return STOP_REASON_TO_WIRE[said]
