"""Remote start and stop, triggers and unlocking of a 1.6 station (mapping 6.10, 6.11, 6.16, 6.18)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from pluglot import messages as house
from pluglot.dialects.base import AskPeer, Lost, Pause, Refusal, Translation
from pluglot.dialects.conversion import Unsayable
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16 import profiles, wire
from pluglot.dialects.ocpp16.enums import REMOTE_STATUS_TO_HOUSE, TRIGGER_STATUS_TO_HOUSE, UNLOCK_STATUS_TO_HOUSE
from pluglot.dialects.ocpp16.memory import Installed, RemoteStart, Token
from pluglot.dialects.ocpp16.residue import unwrapped, wrapped
from pluglot.dialects.ocpp16.shelf import bare
from pluglot.dialects.ocpp16.station import plug_and_charge
from pluglot.dialects.ocpp16.station.context import StationContext
from pluglot.dialects.refusals import negative

_GRACE: Final = timedelta(seconds=60)
_WAIT_FOR_START: Final = timedelta(seconds=10)
_LOOK_EVERY: Final = 0.2


def request_start(half: StationContext, request: house.RequestStartTransactionRequest, now: datetime) -> Translation:
    """Start a transaction from afar."""
    kind = house.RequestStartTransactionResponse
    connector = None
    if request.evse_id is not None:
        connector = picked(half, request.evse_id)
        if connector is None:
            return negative(kind, "UnknownEvse", f"the station has no EVSE {request.evse_id}")
    id_tag, losses = half.tokens.said(request.id_token)
    half.touch()
    try:
        profile, more = _profile(half, request, connector)
    except Unsayable as unsayable:
        return negative(kind, unsayable.reason_code, "1.6 cannot express this charging profile")
    losses += more
    if profile is not None and connector is None:
        connector = half.numbering.known[0]
    if request.group_id_token is not None:
        losses += (Loss("", "groupIdToken", request.group_id_token.id_token, "1.6 has no such field"),)
    if losses:
        yield Lost(tuple(Loss(request.action, loss.field, loss.value, loss.reason) for loss in losses))
    answer = yield AskPeer(
        wire.RemoteStartTransactionRequest(connector_id=connector, id_tag=id_tag, charging_profile=profile)
    )
    if isinstance(answer, Refusal):
        return answer
    if answer.status is wire.RemoteStartStopStatus.ACCEPTED:
        _await(half, request, id_tag, connector, now)
        if profile is not None:
            _keep_profile(half, request, connector)
    return kind(status=REMOTE_STATUS_TO_HOUSE[answer.status])


def _await(
    half: StationContext,
    request: house.RequestStartTransactionRequest,
    id_tag: str,
    connector: int | None,
    now: datetime,
) -> None:
    memory = half.memory
    memory.remote_starts = [remote for remote in memory.remote_starts if remote.deadline >= now]
    forget_profiles(half, None)
    memory.remote_starts.append(
        RemoteStart(
            remote_start_id=request.remote_start_id,
            id_tag=id_tag,
            token=Token(request.id_token.id_token, request.id_token.type),
            connector=connector,
            deadline=now + half.connection_time_out() + _GRACE,
        )
    )
    half.touch()


def _keep_profile(half: StationContext, request: house.RequestStartTransactionRequest, connector: int | None) -> None:
    """Keep the profile of a remote start until its transaction begins (9.5)."""
    if request.charging_profile is not None:
        half.profiles.add(
            Installed(
                evse_id=half.numbering.place(connector or 1)[0],
                profile=bare(request.charging_profile),
                remote_start_id=request.remote_start_id,
                came_with_start=True,
            )
        )


def forget_profiles(half: StationContext, used: RemoteStart | None) -> None:
    """Forget the profiles of remote starts that expired; ``used`` has just been."""
    if len(half.profiles):
        waiting = {None, None if used is None else used.remote_start_id}
        waiting |= {remote.remote_start_id for remote in half.memory.remote_starts}
        half.profiles.remove(lambda one: one.remote_start_id not in waiting)


def _profile(
    half: StationContext, request: house.RequestStartTransactionRequest, connector: int | None
) -> tuple[wire.ChargingProfile | None, tuple[Loss, ...]]:
    profile = request.charging_profile
    if profile is None:
        return None, ()
    if half.lacks_smart_charging():
        # 2.x lets a station without smart charging ignore the profile.
        return None, (Loss("", "chargingProfile", profile.id, "the station has no smart charging"),)
    if connector is None and len(half.numbering.known) != 1:
        # 1.6 allows a profile only together with a connector.
        raise Unsayable(profile.id, "MissingParam", fatal=True)
    if profile.charging_profile_purpose is not house.ChargingProfilePurpose.TX_PROFILE or profile.transaction_id:
        raise Unsayable(profile.id, "InvalidProfile", fatal=True)
    original = unwrapped(request).get("chargingProfile")
    if original is not None:
        return profiles.from_residue(original), ()
    return profiles.to_wire(profile, "RequestStartTransaction")


def picked(half: StationContext, evse_id: int) -> int | None:
    """The connector of an EVSE that a driver most likely stands at (3.2)."""
    connectors = half.numbering.connectors_of(evse_id)
    running = {entry.connector for entry in half.book.open()}
    statuses = {connector: note.status for connector, note in half.memory.statuses.items()}
    likely = [
        *(one for one in connectors if one in running),
        *(one for one in connectors if statuses.get(one) is wire.ChargePointStatus.PREPARING),
        *(one for one in connectors if statuses.get(one) is wire.ChargePointStatus.AVAILABLE),
        *connectors,
    ]
    return likely[0] if likely else None


def request_stop(half: StationContext, request: house.RequestStopTransactionRequest, now: datetime) -> Translation:
    """Stop a transaction from afar."""
    kind = house.RequestStopTransactionResponse
    deadline = now + _WAIT_FOR_START
    entry = half.book.find(request.transaction_id)
    while entry is not None and entry.start_info is None and now < deadline:
        # 9.7: the station does not know the id before its start is answered.
        then = yield Pause(_LOOK_EVERY)
        if then is None:
            break
        now = then
        entry = half.book.find(request.transaction_id)
    if entry is None or entry.start_info is None:
        return negative(kind, "TxNotFound", "no such transaction is open at the station")
    answer = yield AskPeer(wire.RemoteStopTransactionRequest(transaction_id=entry.id))
    if isinstance(answer, Refusal):
        return answer
    return kind(status=REMOTE_STATUS_TO_HOUSE[answer.status])


def unlock_connector(half: StationContext, request: house.UnlockConnectorRequest, _now: datetime) -> Translation:
    """Release a cable; a 1.6 station would end the transaction first, so it is not asked during one."""
    connector = half.numbering.connector_of(request.evse_id, request.connector_id)
    if connector is None:
        return house.UnlockConnectorResponse(status=house.UnlockStatus.UNKNOWN_CONNECTOR)
    if half.book.on(connector):
        return house.UnlockConnectorResponse(status=house.UnlockStatus.ONGOING_AUTHORIZED_TRANSACTION)
    answer = yield AskPeer(wire.UnlockConnectorRequest(connector_id=connector))
    if isinstance(answer, Refusal):
        return answer
    info, residue = None, {}
    if answer.status is wire.UnlockStatus.NOT_SUPPORTED:
        residue = {"status": answer.status.value}
        info = house.StatusInfo(reason_code="UnsupportedRequest", additional_info="the connector has no lock")
    return house.UnlockConnectorResponse(
        status=UNLOCK_STATUS_TO_HOUSE[answer.status],
        status_info=info,
        custom_data=wrapped(residue, emit=half.policy.emit_custom_data),
    )


# --- triggers -----------------------------------------------------------------------------------------------------

_Asked = house.MessageTrigger

#: Messages asked for by name alone, or for one connector.
_TRIGGERS: Final = {
    _Asked.BOOT_NOTIFICATION: wire.MessageTrigger.BOOT_NOTIFICATION,
    _Asked.HEARTBEAT: wire.MessageTrigger.HEARTBEAT,
    _Asked.METER_VALUES: wire.MessageTrigger.METER_VALUES,
    _Asked.STATUS_NOTIFICATION: wire.MessageTrigger.STATUS_NOTIFICATION,
    _Asked.FIRMWARE_STATUS_NOTIFICATION: wire.MessageTrigger.FIRMWARE_STATUS_NOTIFICATION,
    _Asked.LOG_STATUS_NOTIFICATION: wire.MessageTrigger.DIAGNOSTICS_STATUS_NOTIFICATION,
}
_EXTENDED: Final = {
    asked: wire.ExtendedMessageTrigger(said.value) for asked, said in _TRIGGERS.items() if asked.value == said.value
} | {_Asked.LOG_STATUS_NOTIFICATION: wire.ExtendedMessageTrigger.LOG_STATUS_NOTIFICATION}
_OF_CONNECTORS: Final = frozenset({_Asked.METER_VALUES, _Asked.STATUS_NOTIFICATION})


def trigger_message(half: StationContext, request: house.TriggerMessageRequest, _now: datetime) -> Translation:
    """Ask for a message now."""
    asked = request.requested_message
    said = _TRIGGERS.get(asked)
    if said is not None:
        return (yield from _trigger_by_name(half, request, said))
    if asked is _Asked.TRANSACTION_EVENT:
        return (yield from _trigger_transactions(half, request.evse))
    if asked is _Asked.SIGN_CHARGING_STATION_CERTIFICATE:
        return (yield from _trigger_signing())
    if asked is _Asked.SIGN_V2G_CERTIFICATE and plug_and_charge.is_spoken(half):
        return (yield from plug_and_charge.ask(half, request, "the station takes no contract certificates"))
    return negative_trigger(f"a 1.6 station cannot be asked for {asked.value}")


def _trigger_by_name(
    half: StationContext, request: house.TriggerMessageRequest, said: wire.MessageTrigger
) -> Translation:
    """Ask for a message that 1.6 has by that name."""
    asked = request.requested_message
    connector = None
    if asked in _OF_CONNECTORS and request.evse is not None and request.evse.id > 0:
        found = _triggered_connector(half, asked, request.evse)
        if isinstance(found, str):
            return negative(house.TriggerMessageResponse, found, "the station has no such connector")
        connector = found
    if asked is _Asked.STATUS_NOTIFICATION:
        # What is asked for is told even when it has not changed.
        half.untell()
    message: Any = wire.TriggerMessageRequest(requested_message=said, connector_id=connector)
    if _is_extended(half, request):
        message = wire.ExtendedTriggerMessageRequest(requested_message=_EXTENDED[asked], connector_id=connector)
    answer = yield AskPeer(message)
    if half.lacks(answer, message.action):
        return negative_trigger("the station does not know this message")
    if isinstance(answer, Refusal):
        return answer
    if asked is _Asked.BOOT_NOTIFICATION and answer.status is wire.TriggerMessageStatus.ACCEPTED:
        half.memory.boot_triggered = True
        half.touch()
    return house.TriggerMessageResponse(status=TRIGGER_STATUS_TO_HOUSE[answer.status])


def _is_extended(half: StationContext, request: house.TriggerMessageRequest) -> bool:
    """Whether to ask in the words of the security extension (6.18)."""
    asked = request.requested_message
    if half.is_missing(wire.ExtendedTriggerMessageRequest.action):
        return False
    if unwrapped(request).get("message") == wire.ExtendedTriggerMessageRequest.action:
        return asked in _EXTENDED
    if asked is _Asked.FIRMWARE_STATUS_NOTIFICATION:
        running = half.memory.firmware_running
        return half.memory.firmware_signed if running else half.has_security_extension() is True
    return asked is _Asked.LOG_STATUS_NOTIFICATION and half.has_security_extension() is True


def _triggered_connector(half: StationContext, asked: _Asked, evse: house.EVSE) -> int | str | None:
    """The connector a trigger is about, None for all of them, or the reason code why there is none."""
    if not half.numbering.connectors_of(evse.id):
        return "UnknownEvse"
    if evse.connector_id is not None:
        number = half.numbering.connector_of(evse.id, evse.connector_id)
        return "UnknownConnectorId" if number is None else number
    # A status is asked of a connector; of an EVSE as a whole 1.6 has none.
    return None if asked is _Asked.STATUS_NOTIFICATION else picked(half, evse.id)


def negative_trigger(reason: str) -> house.TriggerMessageResponse:
    """The answer that the station knows no such trigger."""
    return house.TriggerMessageResponse(
        status=house.TriggerMessageStatus.NOT_IMPLEMENTED,
        status_info=house.StatusInfo(reason_code="UnsupportedRequest", additional_info=reason),
    )


def _trigger_transactions(half: StationContext, evse: house.EVSE | None) -> Translation:
    """Ask for samples of the running transactions; they become events with the trigger Trigger."""
    wanted = None if evse is None or evse.id == 0 else half.numbering.connectors_of(evse.id)
    connectors = sorted({entry.connector for entry in half.book.open() if wanted is None or entry.connector in wanted})
    if not connectors:
        return negative(house.TriggerMessageResponse, "TxNotFound", "no transaction is running")
    statuses: list[house.TriggerMessageStatus] = []
    for connector in connectors:
        answer = yield AskPeer(
            wire.TriggerMessageRequest(requested_message=wire.MessageTrigger.METER_VALUES, connector_id=connector)
        )
        if isinstance(answer, Refusal):
            return answer
        statuses.append(TRIGGER_STATUS_TO_HOUSE[answer.status])
    accepted = house.TriggerMessageStatus.ACCEPTED
    return house.TriggerMessageResponse(status=accepted if accepted in statuses else statuses[0])


def _trigger_signing() -> Translation:
    answer = yield AskPeer(
        wire.ExtendedTriggerMessageRequest(requested_message=wire.ExtendedMessageTrigger.SIGN_CHARGE_POINT_CERTIFICATE)
    )
    if isinstance(answer, Refusal):
        if answer.code in {"NotSupported", "NotImplemented"}:
            return negative_trigger("the station lacks the security extension of 1.6")
        return answer
    return house.TriggerMessageResponse(status=TRIGGER_STATUS_TO_HOUSE[answer.status])
