"""Vendor data that stands for real 2.x messages: plug and charge, and costs (mapping 5.9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from pluglot import messages as house
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import wire
from pluglot.messages import codec
from pluglot.messages.violations import PayloadViolation

PLUG_AND_CHARGE: Final = "org.openchargealliance.iso15118pnc"
COSTS: Final = "org.openchargealliance.costmsg"
MULTI_LANGUAGE: Final = "org.openchargealliance.multilanguage"
QR_CODE: Final = "org.openchargealliance.org.qrcode"
#: Whose vendor data in 2.x messages says what the cost convention of 1.6 says.
_TOLD_BY: Final = frozenset({COSTS, MULTI_LANGUAGE, QR_CODE})

#: Messages that a 1.6 station wraps, and those that a 1.6 management system wraps.
FROM_STATION: Final = frozenset({"Authorize", "SignCertificate", "Get15118EVCertificate", "GetCertificateStatus"})
TO_STATION: Final = frozenset(
    {"CertificateSigned", "InstallCertificate", "DeleteCertificate", "GetInstalledCertificateIds", "TriggerMessage"}
)
#: Fields that 2.0.1, whose payloads are wrapped, does not have.
_NEWER: Final[Mapping[str, frozenset[str]]] = {
    "SignCertificate": frozenset({"hashRootCertificate", "requestId"}),
    "CertificateSigned": frozenset({"requestId"}),
    "Get15118EVCertificate": frozenset({"maximumContractCertificateChains", "prioritizedEMAIDs"}),
    "TriggerMessage": frozenset({"customTrigger"}),
}
#: Of these, what the dialect itself keeps until it is needed.
_KEPT: Final = frozenset({"requestId"})
#: Money is a number in JSON, and never a binary fraction.
_NUMBERS: Final = msgspec.json.Encoder(decimal_format="number")
_UNREADABLE: Final = (msgspec.MsgspecError, RecursionError, UnicodeError, PayloadViolation)


def unsaid(request: Any) -> tuple[Loss, ...]:
    """What a wrapped request cannot say, because it is a message of 2.0.1."""
    tree = codec.to_builtins(request)
    return tuple(
        Loss(request.action, field, tree[field], "OCPP 2.0.1 has no such field")
        for field in sorted(_NEWER.get(request.action, frozenset()) - _KEPT)
        if field in tree
    )


def wrapped_request(request: Any) -> wire.DataTransferRequest:
    """A 2.x request as plug-and-charge vendor data."""
    return wire.DataTransferRequest(vendor_id=PLUG_AND_CHARGE, message_id=request.action, data=_text(request))


def wrapped_response(response: Any) -> wire.DataTransferResponse:
    """A 2.x response as plug-and-charge vendor data."""
    return wire.DataTransferResponse(status=wire.DataTransferStatus.ACCEPTED, data=_text(response))


def _text(message: Any) -> str:
    tree = codec.to_builtins(message)
    tree.pop("customData", None)
    if isinstance(message, house.Request):
        for field in _NEWER.get(message.action, ()):
            tree.pop(field, None)
    return msgspec.json.encode(tree).decode()


def read_request(transfer: wire.DataTransferRequest, actions: frozenset[str]) -> Any:
    """The 2.x request inside plug-and-charge vendor data; None when it is none that can be read."""
    if transfer.vendor_id != PLUG_AND_CHARGE or transfer.message_id not in actions:
        return None
    return _read(house.ACTIONS[transfer.message_id].request, transfer.data)


def read_response(action: str, text: str | None) -> Any:
    """The 2.x response inside plug-and-charge vendor data; None when it cannot be read."""
    response = house.ACTIONS[action].response
    return None if response is None else _read(response, text)


def _read(kind: type[Any], text: str | None) -> Any:
    if text is None:
        return None
    try:
        tree = msgspec.json.decode(text)
        if kind is house.AuthorizeRequest and isinstance(tree.get("idToken"), str):
            # The application note writes the contract id as a bare text.
            tree["idToken"] = {"idToken": tree["idToken"], "type": "eMAID"}
        return codec.from_builtins(kind, tree)
    except (*_UNREADABLE, AttributeError):
        return None


# --- costs --------------------------------------------------------------------------------------------------------


def cost_message(message_id: str, content: Mapping[str, Any]) -> wire.DataTransferRequest:
    """Vendor data of the cost convention."""
    data = _NUMBERS.encode({key: value for key, value in content.items() if value is not None}).decode()
    return wire.DataTransferRequest(vendor_id=COSTS, message_id=message_id, data=data)


def read_cost(transfer: wire.DataTransferRequest) -> Mapping[str, Any] | None:
    """What a message of the cost convention says; None when it cannot be read."""
    if transfer.vendor_id != COSTS or transfer.data is None:
        return None
    try:
        tree = msgspec.json.decode(transfer.data)
    except _UNREADABLE:
        return None
    return tree if isinstance(tree, dict) else None


def price_texts(messages: Iterable[house.MessageContent]) -> list[dict[str, str]]:
    """Texts in further languages as the multi-language convention has them."""
    return [
        {"content": message.content, "language": message.language, "format": message.format.value}
        for message in messages
        if message.language is not None
    ]


def price_messages(texts: Any) -> tuple[house.MessageContent, ...]:
    """Texts in further languages as messages of the house; what is no such text is left out."""
    if not isinstance(texts, list):
        return ()
    found: list[house.MessageContent] = []
    for text in texts:
        try:
            # Some write the format in small letters, and stations may leave it out.
            named = {**text, "format": str(text.get("format", "UTF8")).upper()}
            found.append(codec.from_builtins(house.MessageContent, named))
        except (*_UNREADABLE, AttributeError, TypeError):
            continue
    return tuple(found)


def costs_told(message: Any) -> Mapping[str, Any]:
    """What vendor data of a 2.x message says beyond it about costs; empty when there is none."""
    custom_data = message.custom_data
    if custom_data is None or custom_data.vendor_id not in _TOLD_BY:
        return {}
    return {key: value for key, value in custom_data.members.items() if key != "vendorId"}
