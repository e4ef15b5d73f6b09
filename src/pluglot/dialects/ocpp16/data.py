"""Vendor data: any JSON in the house, a text in 1.6 (mapping 5.9)."""

from __future__ import annotations

from typing import Any

import msgspec

from pluglot import messages as house
from pluglot.dialects.base import AskHouse, AskPeer, Refusal, Translation
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.enums import DATA_TRANSFER_STATUS_TO_HOUSE, DATA_TRANSFER_STATUS_TO_WIRE
from pluglot.dialects.policy import Policy


def data_to_house(text: str | None, vendor_id: str, policy: Policy) -> Any:
    """Vendor text as the house hands it on: parsed only for vendors known to send JSON."""
    if text is None or vendor_id not in policy.json_data_vendors:
        return text
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return text


def data_to_wire(data: Any) -> str | None:
    """Vendor data as the text that 1.6 allows."""
    if data is None or isinstance(data, str):
        return data
    return msgspec.json.encode(data).decode()


def ask_house(request: wire.DataTransferRequest, policy: Policy) -> Translation:
    """Hand vendor data of the peer to the house; returns the answer in 1.6, and the house's own."""
    data = data_to_house(request.data, request.vendor_id, policy)
    answer = yield AskHouse(
        house.DataTransferRequest(vendor_id=request.vendor_id, message_id=request.message_id, data=data)
    )
    if isinstance(answer, Refusal):
        return answer, None
    status = DATA_TRANSFER_STATUS_TO_WIRE[answer.status]
    return wire.DataTransferResponse(status=status, data=data_to_wire(answer.data)), answer


def ask_peer(request: house.DataTransferRequest, policy: Policy) -> Translation:
    """Hand vendor data of the house to the peer."""
    data = data_to_wire(request.data)
    answer = yield AskPeer(
        wire.DataTransferRequest(vendor_id=request.vendor_id, message_id=request.message_id, data=data)
    )
    if isinstance(answer, Refusal):
        return answer
    status = DATA_TRANSFER_STATUS_TO_HOUSE[answer.status]
    return house.DataTransferResponse(status=status, data=data_to_house(answer.data, request.vendor_id, policy))
