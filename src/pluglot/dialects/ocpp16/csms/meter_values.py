"""MeterValues of a 2.x station outside of transactions (mapping 5.6.3)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from pluglot import messages as house
from pluglot.dialects.base import AskPeer, Lost, Refusal, Translation
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.csms.context import CsmsContext
from pluglot.dialects.ocpp16.memory import Meter
from pluglot.dialects.ocpp16.meter_values import by_time, register_of, to_wire
from pluglot.dialects.ocpp16.residue import unwrapped


def meter_values(half: CsmsContext, request: house.MeterValuesRequest, _now: datetime) -> Translation:
    """Samples of an EVSE or of the whole station; what 1.6 has no words for is lost."""
    read = by_time(request.meter_value)
    register = register_of(read)
    if register is not None:
        half.memory.meters[request.evse_id] = Meter(register, read[-1].timestamp)
        half.touch()
    residue = unwrapped(request)
    values, losses = to_wire(request.meter_value, request.action)
    if "meterValue" in residue:
        values, losses = msgspec.convert(residue["meterValue"], tuple[wire.MeterValue, ...]), []
    if losses:
        yield Lost(tuple(losses))
    number = half.number_of(request.evse_id, None)
    if number is None:
        half.number_connectors()
        number = half.number_of(request.evse_id, None) or 0
    if values:
        said = wire.MeterValuesRequest(
            connector_id=number, transaction_id=residue.get("transactionId"), meter_value=values
        )
        answer = yield AskPeer(said)
        if isinstance(answer, Refusal):
            return answer
    return house.MeterValuesResponse()
