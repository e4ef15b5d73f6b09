"""Plug and charge with a 1.6 station that speaks its convention (mapping 5.9)."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, AskPeer, Lost, Refusal, Translation
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import extensions, wire
from pluglot.dialects.ocpp16.extensions import PLUG_AND_CHARGE
from pluglot.dialects.ocpp16.residue import wrapped
from pluglot.dialects.ocpp16.station.context import StationContext
from pluglot.dialects.refusals import negative

_KEY: Final = "ISO15118PnCEnabled"
_Status = wire.DataTransferStatus
_NO_ROUTE: Final = frozenset({_Status.UNKNOWN_VENDOR_ID, _Status.UNKNOWN_MESSAGE_ID})


def is_spoken(half: StationContext) -> bool:
    """Whether the station takes wrapped plug-and-charge messages."""
    return half.speaks(PLUG_AND_CHARGE, _KEY)


def ask(half: StationContext, request: Any, reason: str) -> Translation:
    """Put a request to the station inside vendor data, or answer for it that it cannot be done."""
    response = house.ACTIONS[request.action].response
    if not is_spoken(half):
        return negative(response, "UnsupportedParam", reason)
    if lost := extensions.unsaid(request):
        yield Lost(lost)
    answer = yield AskPeer(extensions.wrapped_request(request))
    if isinstance(answer, Refusal):
        return negative(response, "UnsupportedParam", reason) if half.lacks(answer, PLUG_AND_CHARGE) else answer
    if answer.status is _Status.UNKNOWN_VENDOR_ID:
        half.misses(PLUG_AND_CHARGE)
    read = extensions.read_response(request.action, answer.data) if answer.status is _Status.ACCEPTED else None
    if read is None:
        yield Lost((Loss(request.action, "", answer.status.value, "the station did not take the vendor data"),))
        return negative(response, "UnsupportedParam", reason)
    return read


# --- from the station ---------------------------------------------------------------------------------------------


def read(half: StationContext, request: wire.DataTransferRequest) -> Any:
    """The 2.x request that vendor data of the station stands for, or None."""
    if not half.policy.unwrap_extensions:
        return None
    return extensions.read_request(request, extensions.FROM_STATION)


def from_station(half: StationContext, request: wire.DataTransferRequest, meant: Any) -> Translation:
    """Put a wrapped request to the house as what it is."""
    residue = wrapped({"message": request.action}, emit=half.policy.emit_custom_data)
    answer = yield AskHouse(msgspec.structs.replace(meant, custom_data=residue))
    if isinstance(answer, Refusal):
        if answer.code in {"NotSupported", "NotImplemented"}:
            return wire.DataTransferResponse(status=_Status.UNKNOWN_MESSAGE_ID)
        return answer
    return extensions.wrapped_response(answer)
