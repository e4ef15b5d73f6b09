"""Remote start and stop, triggers and unlocking by a 1.6 management system (mapping 6.10, 6.11, 6.16, 6.18)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from pluglot import messages as house
from pluglot.dialects.base import Answered, AskHouse, Pause, Refusal, Translation
from pluglot.dialects.conversion import Unsayable
from pluglot.dialects.ocpp16 import profiles, wire
from pluglot.dialects.ocpp16.csms.availability import STATION, say_status, status_now
from pluglot.dialects.ocpp16.csms.context import CsmsContext
from pluglot.dialects.ocpp16.csms.provisioning import boot_notification
from pluglot.dialects.ocpp16.enums import REMOTE_STATUS_TO_WIRE, TRIGGER_STATUS_TO_WIRE, UNLOCK_STATUS_TO_WIRE
from pluglot.dialects.ocpp16.memory import HouseTransaction, Installed, Token
from pluglot.dialects.ocpp16.residue import unwrapped, wrapped
from pluglot.dialects.ocpp16.shelf import bare

_WAIT_FOR_START: Final = timedelta(seconds=10)
_WAIT_FOR_END: Final = timedelta(seconds=20)
_LOOK_EVERY: Final = 0.2
_REMOTE_REJECTED: Final = wire.RemoteStartStopStatus.REJECTED


# --- start and stop -----------------------------------------------------------------------------------------------


def remote_start(half: CsmsContext, request: wire.RemoteStartTransactionRequest, _now: datetime) -> Translation:
    """Start a transaction from afar."""
    rejected = wire.RemoteStartTransactionResponse(status=_REMOTE_REJECTED)
    place = _start_place(half, request.connector_id)
    if request.connector_id is not None and place is None:
        return rejected
    if place is None and half.policy.pick_evse and any(True for _ in half.places()):
        return rejected
    profile, residue = None, {}
    if request.charging_profile is not None:
        residue = {"chargingProfile": profiles.residue(request.charging_profile)}
        purpose = request.charging_profile.charging_profile_purpose
        bound_to = request.charging_profile.transaction_id
        if purpose is not wire.ChargingProfilePurpose.TX_PROFILE or place is None or bound_to is not None:
            return rejected
        try:
            profile = profiles.to_house(request.charging_profile)
        except Unsayable:
            return rejected
    token = half.tokens.meant(request.id_tag)
    answer = yield AskHouse(
        house.RequestStartTransactionRequest(
            evse_id=None if place is None else place[0],
            id_token=house.IdToken(id_token=token.id_token, type=token.type),
            remote_start_id=half.mint_request_id(),
            charging_profile=profile,
            custom_data=wrapped(residue, emit=half.policy.emit_custom_data),
        )
    )
    if isinstance(answer, Refusal):
        return answer
    if profile is not None and place is not None and answer.transaction_id is not None:
        # 9.5: the transaction runs already, so the profile is bound to it.
        bound = msgspec.structs.replace(profile, transaction_id=answer.transaction_id)
        half.profiles.add(Installed(evse_id=place[0], profile=bare(bound), came_with_start=True))
    _remember_tag(half, request.id_tag, token)
    return wire.RemoteStartTransactionResponse(status=REMOTE_STATUS_TO_WIRE[answer.status])


def _start_place(half: CsmsContext, connector: int | None) -> tuple[int, int] | None:
    if connector is not None:
        return half.place_of(connector) if connector > 0 else None
    return _picked(half) if half.policy.pick_evse else None


def _remember_tag(half: CsmsContext, id_tag: str, token: Token) -> None:
    """Keep the idTag as the management system spells it, for the transaction that begins with it."""
    if token.id_token == id_tag:
        half.tokens.said(house.IdToken(id_token=token.id_token, type=token.type))


def _picked(half: CsmsContext) -> tuple[int, int] | None:
    """The EVSE a driver most likely stands at: a cable without authorisation, else a free connector (6.10)."""
    for wanted in (_PLUGGED, _FREE):
        for _, place in half.places():
            entry = half.transaction_at(place)
            if status_now(half, place) in wanted and (entry is None or entry.id_tag is None):
                return place
    return None


_PLUGGED: Final = frozenset({wire.ChargePointStatus.PREPARING, wire.ChargePointStatus.FINISHING})
_FREE: Final = frozenset({wire.ChargePointStatus.AVAILABLE})


def remote_stop(half: CsmsContext, request: wire.RemoteStopTransactionRequest, now: datetime) -> Translation:
    """Stop a transaction from afar; one whose start is on its way is waited for (9.7)."""
    deadline = now + _WAIT_FOR_START
    entry = _by_id(half, request.transaction_id)
    while entry is None and now < deadline and _is_starting(half):
        then = yield Pause(_LOOK_EVERY)
        if then is None:
            break
        now = then
        entry = _by_id(half, request.transaction_id)
    if entry is None:
        return wire.RemoteStopTransactionResponse(status=_REMOTE_REJECTED)
    answer = yield AskHouse(house.RequestStopTransactionRequest(transaction_id=entry.house_id))
    if isinstance(answer, Refusal):
        return answer
    return wire.RemoteStopTransactionResponse(status=REMOTE_STATUS_TO_WIRE[answer.status])


def _by_id(half: CsmsContext, number: int) -> HouseTransaction | None:
    return next((entry for entry in half.open_transactions() if entry.id == number), None)


def _is_starting(half: CsmsContext) -> bool:
    return any(entry.start is not None and entry.id is None for entry in half.open_transactions())


# --- unlocking ----------------------------------------------------------------------------------------------------


def unlock_connector(half: CsmsContext, request: wire.UnlockConnectorRequest, now: datetime) -> Translation:
    """Release a cable; 1.6 expects the running transaction to be ended first, 2.x refuses during one."""
    place = half.place_of(request.connector_id)
    if place is None:
        return wire.UnlockConnectorResponse(status=wire.UnlockStatus.NOT_SUPPORTED)
    entry = half.transaction_at(place)
    if entry is not None and entry.id_tag is not None:
        failed = wire.UnlockConnectorResponse(status=wire.UnlockStatus.UNLOCK_FAILED)
        if not half.policy.unlock_stops_tx:
            return failed
        entry.unlocking = True
        half.touch()
        stopped = yield AskHouse(house.RequestStopTransactionRequest(transaction_id=entry.house_id))
        if isinstance(stopped, Refusal) or stopped.status is not house.RequestStartStopStatus.ACCEPTED:
            entry.unlocking = False
            half.touch()
            return failed
        deadline = now + _WAIT_FOR_END
        while entry.ended_at is None and now < deadline:
            then = yield Pause(_LOOK_EVERY)
            if then is None:
                break
            now = then
    answer = yield AskHouse(house.UnlockConnectorRequest(evse_id=place[0], connector_id=place[1]))
    if isinstance(answer, Refusal):
        return answer
    said = unwrapped(answer).get("status")
    status = UNLOCK_STATUS_TO_WIRE[answer.status] if said is None else wire.UnlockStatus(said)
    return wire.UnlockConnectorResponse(status=status)


# --- triggers -----------------------------------------------------------------------------------------------------

_Asked = house.MessageTrigger
_PLAIN: Final = {
    "Heartbeat": _Asked.HEARTBEAT,
    "DiagnosticsStatusNotification": _Asked.LOG_STATUS_NOTIFICATION,
    "LogStatusNotification": _Asked.LOG_STATUS_NOTIFICATION,
    "FirmwareStatusNotification": _Asked.FIRMWARE_STATUS_NOTIFICATION,
    "SignChargePointCertificate": _Asked.SIGN_CHARGING_STATION_CERTIFICATE,
}
_TriggerRequest = wire.TriggerMessageRequest | wire.ExtendedTriggerMessageRequest
_TriggerResponse = Callable[..., wire.TriggerMessageResponse | wire.ExtendedTriggerMessageResponse]


def trigger_message(half: CsmsContext, request: wire.TriggerMessageRequest, now: datetime) -> Translation:
    """Ask for a message now."""
    return _triggered(half, request, now, wire.TriggerMessageResponse)


def extended_trigger_message(
    half: CsmsContext, request: wire.ExtendedTriggerMessageRequest, now: datetime
) -> Translation:
    """Ask for a message now, in the words of the security extension."""
    return _triggered(half, request, now, wire.ExtendedTriggerMessageResponse)


def _triggered(half: CsmsContext, request: _TriggerRequest, now: datetime, response: _TriggerResponse) -> Translation:
    asked = request.requested_message.value
    if asked == "BootNotification" and half.memory.boot is not None:
        # An accepted 2.x station would refuse; what it said at its last boot is said again.
        yield Answered(response(status=wire.TriggerMessageStatus.ACCEPTED))
        yield from _boot_again(half, now)
        return None
    if asked == "StatusNotification" and request.connector_id == 0:
        yield Answered(response(status=wire.TriggerMessageStatus.ACCEPTED))
        yield from say_status(half, STATION, 0, now)
        return None
    requests = list(_requests(half, asked, request.connector_id))
    if isinstance(request, wire.ExtendedTriggerMessageRequest):
        marked = wrapped({"message": request.action}, emit=half.policy.emit_custom_data)
        requests = [msgspec.structs.replace(one, custom_data=marked) for one in requests]
    if not requests:
        return response(status=wire.TriggerMessageStatus.REJECTED)
    _expect(half, request)
    status = yield from _overall(requests)
    if isinstance(status, Refusal):
        return status
    if asked != "StatusNotification" or request.connector_id is not None or status is not _TRIGGERED:
        return response(status=status)
    # All statuses are meant, and connector 0 is one that only the dialect can tell.
    yield Answered(response(status=status))
    yield from say_status(half, STATION, 0, now)
    return None


def _overall(requests: list[house.TriggerMessageRequest]) -> Translation:
    """Ask for several messages; what comes of it is Accepted when one is, else what came of the first."""
    answers: list[Any] = []
    for one in requests:
        answer = yield AskHouse(one)
        answers.append(answer if isinstance(answer, Refusal) else TRIGGER_STATUS_TO_WIRE[answer.status])
    return _TRIGGERED if _TRIGGERED in answers else answers[0]


_TRIGGERED: Final = wire.TriggerMessageStatus.ACCEPTED


def _boot_again(half: CsmsContext, now: datetime) -> Translation:
    boot = half.memory.boot
    if boot is not None:
        for_nobody = boot_notification(half, boot, now)
        reply = None
        while True:
            try:
                step = for_nobody.send(reply)
            except StopIteration:
                return
            # The station did not ask, so there is nobody to answer.
            reply = None if isinstance(step, Answered) else (yield step)


def _expect(half: CsmsContext, request: _TriggerRequest) -> None:
    """Prepare for the message that was asked for: it has to come whatever it says."""
    match request.requested_message.value:
        case "StatusNotification":
            _say_again(half, request.connector_id)
        case "FirmwareStatusNotification":
            half.memory.firmware_triggered = True
        case "LogStatusNotification":
            half.memory.log_triggered_extended = True
        case "DiagnosticsStatusNotification":
            half.memory.log_triggered_extended = False
    half.touch()


def _say_again(half: CsmsContext, connector: int | None) -> None:
    """A triggered status is said even when it has not changed."""
    if connector is None:
        half.memory.said = {}
    else:
        half.memory.said.pop(connector, None)
    half.touch()


def _requests(half: CsmsContext, asked: str, connector: int | None) -> list[house.TriggerMessageRequest]:
    """The 2.x triggers that bring the messages a 1.6 trigger asks for."""
    if asked == "BootNotification":
        return [house.TriggerMessageRequest(requested_message=_Asked.BOOT_NOTIFICATION)]
    if asked in _PLAIN:
        return [house.TriggerMessageRequest(requested_message=_PLAIN[asked])]
    if connector is None:
        places = [place for _, place in half.places()]
    else:
        place = half.place_of(connector)
        places = [] if place is None else [place]
    if asked == "StatusNotification":
        return [_trigger(_Asked.STATUS_NOTIFICATION, place, with_connector=True) for place in places]
    return _meter_requests(half, places, everything=connector is None or connector == 0)


def _meter_requests(
    half: CsmsContext, places: list[tuple[int, int]], *, everything: bool
) -> list[house.TriggerMessageRequest]:
    running = [place for place in places if half.transaction_at(place) is not None]
    found = [_trigger(_Asked.TRANSACTION_EVENT, place) for place in running]
    if everything:
        return [*found, house.TriggerMessageRequest(requested_message=_Asked.METER_VALUES)]
    return found or [_trigger(_Asked.METER_VALUES, place) for place in places]


def _trigger(
    asked: house.MessageTrigger, place: tuple[int, int], *, with_connector: bool = False
) -> house.TriggerMessageRequest:
    evse = house.EVSE(id=place[0], connector_id=place[1] if with_connector else None)
    return house.TriggerMessageRequest(requested_message=asked, evse=evse)
