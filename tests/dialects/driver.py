"""Carries translations out by hand and keeps what happened."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pluglot import messages as house
from pluglot.dialects import Answered, AskHouse, AskPeer, Loss, Lost, Pause, Refusal, Translation
from pluglot.dialects.ocpp16 import wire as wire16
from pluglot.dialects.ocpp20 import wire as wire20
from pluglot.dialects.ocpp201 import wire as wire201
from pluglot.messages.codec import from_builtins, to_builtins

CONNECTED = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ACTIONS = {"v16": wire16.ACTIONS, "v20": wire20.ACTIONS, "v201": wire201.ACTIONS, "v21": house.ACTIONS}


@dataclass
class Carried:
    """What came of one translation."""

    answer: Any = None
    answered_before: int | None = None
    house: list[Any] = field(default_factory=list)
    peer: list[Any] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    #: Everything asked, in order, whoever was asked.
    asked: list[Any] = field(default_factory=list)
    pauses: int = 0


Answers = Callable[[Any], Any]


def refuse(_request: Any) -> Refusal:
    """Answer nothing at all."""
    return Refusal("GenericError", "nobody answers", silent=True)


def carry(
    translation: Translation,
    *,
    house: Answers = refuse,
    peer: Answers = refuse,
    pause: Callable[[float], datetime | None] | None = None,
) -> Carried:
    """Carry a translation out with these answers."""
    carried = Carried()
    reply: Any = None
    while True:
        try:
            step = translation.send(reply)
        except StopIteration as end:
            if carried.answered_before is None:
                carried.answer = end.value
            return carried
        reply = None
        match step:
            case AskHouse(request):
                carried.house.append(request)
                carried.asked.append(request)
                reply = house(request)
            case AskPeer(request):
                carried.peer.append(request)
                carried.asked.append(request)
                reply = peer(request)
            case Lost(losses):
                carried.losses += losses
            case Answered(response):
                assert carried.answered_before is None
                carried.answer, carried.answered_before = response, len(carried.asked)
            case Pause(seconds):
                carried.pauses += 1
                reply = None if pause is None else pause(seconds)


def message(schema: str, payload: dict[str, Any]) -> Any:
    """A message from its schema set and name, as in ``v16:StartTransaction``, and its payload."""
    version, _, name = schema.partition(":")
    answer = name.endswith("Response")
    action = ACTIONS[version][name.removesuffix("Request").removesuffix("Response")]
    kind = action.response if answer else action.request
    assert kind is not None
    return from_builtins(kind, payload)


def shown(value: Any) -> Any:
    """A message as the JSON it is on the wire."""
    return to_builtins(value)


def seeded(seed: int = 1) -> Callable[[], float]:
    """Numbers that are random enough for a test and the same each time."""
    return random.Random(seed).random


def accepting(request: Any) -> Any:
    """A house that agrees to everything."""
    return ACCEPTING[request.action](request)


_ACCEPTED = house.IdTokenInfo(status=house.AuthorizationStatus.ACCEPTED)
ACCEPTING: dict[str, Answers] = {
    "Authorize": lambda _: house.AuthorizeResponse(id_token_info=_ACCEPTED),
    "BootNotification": lambda _: house.BootNotificationResponse(
        status=house.RegistrationStatus.ACCEPTED, current_time=NOW, interval=300
    ),
    "DataTransfer": lambda _: house.DataTransferResponse(status=house.DataTransferStatus.ACCEPTED),
    "FirmwareStatusNotification": lambda _: house.FirmwareStatusNotificationResponse(),
    "Heartbeat": lambda _: house.HeartbeatResponse(current_time=NOW),
    "LogStatusNotification": lambda _: house.LogStatusNotificationResponse(),
    "MeterValues": lambda _: house.MeterValuesResponse(),
    "NotifyEvent": lambda _: house.NotifyEventResponse(),
    "NotifyReport": lambda _: house.NotifyReportResponse(),
    "SecurityEventNotification": lambda _: house.SecurityEventNotificationResponse(),
    "Get15118EVCertificate": lambda _: house.Get15118EVCertificateResponse(
        status=house.Iso15118EVCertificateStatus.ACCEPTED, exi_response="RXhp"
    ),
    "GetCertificateStatus": lambda _: house.GetCertificateStatusResponse(
        status=house.GetCertificateStatus.ACCEPTED, ocsp_result="T2NzcA=="
    ),
    "ReportChargingProfiles": lambda _: house.ReportChargingProfilesResponse(),
    "ReservationStatusUpdate": lambda _: house.ReservationStatusUpdateResponse(),
    "SignCertificate": lambda _: house.SignCertificateResponse(status=house.GenericStatus.ACCEPTED),
    "StatusNotification": lambda _: house.StatusNotificationResponse(),
    "TransactionEvent": lambda request: house.TransactionEventResponse(
        id_token_info=None if request.id_token is None else _ACCEPTED
    ),
}
