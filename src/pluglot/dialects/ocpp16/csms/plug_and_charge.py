"""Plug and charge with a 1.6 management system that speaks its convention (mapping 5.9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, AskPeer, Lost, Refusal, Translation
from pluglot.dialects.conversion import plain
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import extensions, wire
from pluglot.dialects.ocpp16.csms import costs
from pluglot.dialects.ocpp16.csms.context import CsmsContext
from pluglot.dialects.ocpp16.extensions import PLUG_AND_CHARGE
from pluglot.dialects.ocpp16.residue import unwrapped

_Status = wire.DataTransferStatus


# --- from the station ---------------------------------------------------------------------------------------------


def is_spoken(half: CsmsContext, request: Any) -> bool:
    """Whether the management system takes wrapped messages: it turned the key on, or the station wrapped it."""
    if not half.policy.unwrap_extensions or half.is_missing(PLUG_AND_CHARGE):
        return False
    known = half.variables.get(("ISO15118Ctrlr", "PnCEnabled", None))
    on = known is not None and known.value.casefold() == "true"
    return on or unwrapped(request).get("message") == wire.DataTransferRequest.action


def ask(half: CsmsContext, request: Any, otherwise: Any) -> Translation:
    """Put a request to the management system inside vendor data; ``otherwise`` is the answer where it cannot be."""
    if is_spoken(half, request):
        bare = msgspec.structs.replace(request, custom_data=None)
        if lost := extensions.unsaid(bare):
            yield Lost(lost)
        answer = yield AskPeer(extensions.wrapped_request(bare))
        if isinstance(answer, Refusal) and not half.lacks(answer, PLUG_AND_CHARGE):
            return answer
        if not isinstance(answer, Refusal):
            if answer.status is _Status.UNKNOWN_VENDOR_ID:
                half.misses(PLUG_AND_CHARGE)
            if answer.status is _Status.ACCEPTED:
                read = extensions.read_response(request.action, answer.data)
                if read is not None:
                    return read
    yield Lost((Loss(request.action, "", plain(request), "the management system does not speak plug and charge"),))
    return otherwise


def wrapped_or(otherwise: Callable[[], Any]) -> Callable[[CsmsContext, Any, datetime], Translation]:
    """The translation of a request that is wrapped where that is spoken."""

    def translate(half: CsmsContext, request: Any, _now: datetime) -> Translation:
        return ask(half, request, otherwise())

    return translate


# --- from the management system -----------------------------------------------------------------------------------


def to_station(half: CsmsContext, request: wire.DataTransferRequest) -> Translation | None:
    """The translation of vendor data that stands for a 2.x message, or None when it stands for itself."""
    if not half.policy.unwrap_extensions:
        return None
    meant = extensions.read_request(request, extensions.TO_STATION)
    if meant is not None:
        return _unwrapped(half, meant)
    return costs.to_station(half, request)


def _unwrapped(half: CsmsContext, meant: Any) -> Translation:
    if isinstance(meant, house.CertificateSignedRequest) and meant.certificate_type is not None:
        meant = msgspec.structs.replace(meant, request_id=half.memory.signing.get(meant.certificate_type.value))
    answer = yield AskHouse(meant)
    if isinstance(answer, Refusal):
        if answer.code in {"NotSupported", "NotImplemented"}:
            return wire.DataTransferResponse(status=_Status.UNKNOWN_MESSAGE_ID)
        return answer
    return extensions.wrapped_response(answer)
