"""Remote control: starting, stopping, unlocking and asking for messages from afar (block F)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from pluglot.messages import (
    EVSE,
    AuthorizationStatus,
    ChargingProfilePurpose,
    FirmwareStatus,
    FirmwareStatusNotificationRequest,
    IdTokenInfo,
    LogStatusNotificationRequest,
    MessageTrigger,
    Reason,
    RegistrationStatus,
    RequestStartStopStatus,
    RequestStartTransactionRequest,
    RequestStartTransactionResponse,
    RequestStopTransactionRequest,
    RequestStopTransactionResponse,
    StatusInfo,
    TriggerMessageRequest,
    TriggerMessageResponse,
    TriggerMessageStatus,
    TriggerReason,
    UnlockConnectorRequest,
    UnlockConnectorResponse,
    UnlockStatus,
    UploadLogStatus,
)
from pluglot.station.authorization import AuthorizationDesk
from pluglot.station.availability import Availability
from pluglot.station.events import ConnectorUnlocked, TokenRefused
from pluglot.station.meter_values import MeterValues
from pluglot.station.outbox import Lane, Outbox
from pluglot.station.provisioning import Provisioning
from pluglot.station.state import Authorization, Core, EvseState, plugged_last
from pluglot.station.transactions import Transactions

#: Tokens nobody can be asked about (C05.FR.01).
_NOT_ASKED: Final = frozenset({"Central", "NoAuthorization"})
_ENDS_WITH_AUTHORIZATION: Final = frozenset({"Authorized", "PowerPathClosed"})

#: Does what was triggered; says Accepted, Rejected or NotImplemented.
Trigger = Callable[[EVSE | None, datetime], TriggerMessageStatus]


class RemoteControl:
    """Carries out what the CSMS asks of drivers' actions, and checks it for sense first (HRD-10)."""

    def __init__(
        self,
        core: Core,
        outbox: Outbox,
        desk: AuthorizationDesk,
        transactions: Transactions,
        availability: Availability,
        meter_values: MeterValues,
        provisioning: Provisioning,
    ) -> None:
        self._core = core
        self._outbox = outbox
        self._desk = desk
        self._transactions = transactions
        self._availability = availability
        self._meter_values = meter_values
        self._provisioning = provisioning
        self._triggers: dict[MessageTrigger, Trigger] = {
            MessageTrigger.BOOT_NOTIFICATION: self._trigger_boot,
            MessageTrigger.FIRMWARE_STATUS_NOTIFICATION: self._trigger_firmware_status,
            MessageTrigger.HEARTBEAT: self._trigger_heartbeat,
            MessageTrigger.LOG_STATUS_NOTIFICATION: self._trigger_log_status,
            MessageTrigger.METER_VALUES: self._trigger_meter_values,
            MessageTrigger.STATUS_NOTIFICATION: self._trigger_status,
            MessageTrigger.TRANSACTION_EVENT: self._trigger_transaction_event,
        }

    # ---- start and stop

    def start(self, request: RequestStartTransactionRequest, now: datetime) -> RequestStartTransactionResponse:
        """Let a token charge as if it had been presented here (F01, F02)."""
        evse, problem = self._evse_for(request)
        if evse is None:
            return _start_rejected(problem)
        transaction_id = None if evse.transaction is None else evse.transaction.transaction_id  # F01.FR.13
        asked = self._core.model.flag("AuthCtrlr", "AuthorizeRemoteStart")
        if asked and request.id_token.type not in _NOT_ASKED:
            self._desk.decide(request.id_token, now, lambda info, moment: self._decided(evse, request, info, moment))
        else:
            self._begin(evse, request, now)
        return RequestStartTransactionResponse(status=RequestStartStopStatus.ACCEPTED, transaction_id=transaction_id)

    def _evse_for(self, request: RequestStartTransactionRequest) -> tuple[EvseState | None, str]:
        """The EVSE to start at, or None and why not."""
        if self._core.registration is not RegistrationStatus.ACCEPTED:
            return None, "NotEnabled"  # BOOT-02
        profile = request.charging_profile
        if profile is not None and (
            profile.charging_profile_purpose is not ChargingProfilePurpose.TX_PROFILE
            or profile.transaction_id is not None
        ):
            return None, "InvalidProfile"  # F01.FR.09, F01.FR.11
        if request.evse_id is None:
            evse = self._choose()
            return evse, "NotFound"
        wanted = self._core.evses.get(request.evse_id)
        if wanted is None:
            return None, "UnknownEvse"
        if wanted.authorization is not None:
            return None, "TxInProgress"  # F01.FR.24
        return (wanted, "") if self._availability.may_use(wanted) else (None, "NotEnabled")  # F01.FR.23

    def _choose(self) -> EvseState | None:
        """F01.FR.20: where a cable waits, else where nobody is."""
        free = [
            evse
            for evse in self._core.evses.values()
            if evse.authorization is None and self._availability.may_use(evse)
        ]
        return plugged_last(free) or next(iter(free), None)

    def _decided(
        self, evse: EvseState, request: RequestStartTransactionRequest, info: IdTokenInfo | None, now: datetime
    ) -> None:
        if info is not None and info.status is AuthorizationStatus.ACCEPTED and evse.authorization is None:
            self._begin(evse, request, now)
        else:
            reason = "the token of the remote start was not accepted"
            self._core.tell(TokenRefused(at=now, id_token=request.id_token, reason=reason, id_token_info=info))

    def _begin(self, evse: EvseState, request: RequestStartTransactionRequest, now: datetime) -> None:
        authorization = Authorization(
            id_token=request.id_token, group=request.group_id_token, remote_start_id=request.remote_start_id
        )
        self._transactions.authorize(evse, authorization, now)

    def stop(self, request: RequestStopTransactionRequest, now: datetime) -> RequestStopTransactionResponse:
        """Stop a transaction of this station (F03)."""
        place = self._transactions.place_of(request.transaction_id)
        if place is None or self._core.registration is not RegistrationStatus.ACCEPTED:
            code = "TxNotFound" if place is None else "NotEnabled"
            return RequestStopTransactionResponse(
                status=RequestStartStopStatus.REJECTED, status_info=StatusInfo(reason_code=code)
            )
        stops = set(self._core.model.members("TxCtrlr", "TxStopPoint"))
        if place.authorization is None and stops & _ENDS_WITH_AUTHORIZATION:
            # Nobody was authorised, so the end of an authorization cannot end it (F03.FR.03).
            self._transactions.abort(place, TriggerReason.REMOTE_STOP, Reason.REMOTE, now)
        else:
            self._transactions.end_authorization(place, TriggerReason.REMOTE_STOP, now)
        return RequestStopTransactionResponse(status=RequestStartStopStatus.ACCEPTED)

    # ---- unlock

    def unlock(self, request: UnlockConnectorRequest, now: datetime) -> UnlockConnectorResponse:
        """Release a plug, unless somebody is charging with it (F05)."""
        connector = self._core.connector(request.evse_id, request.connector_id)
        if connector is None:
            return UnlockConnectorResponse(status=UnlockStatus.UNKNOWN_CONNECTOR)
        evse = self._core.evses[request.evse_id]
        if evse.transaction is not None and evse.authorization is not None and evse.plugged is connector:
            return UnlockConnectorResponse(status=UnlockStatus.ONGOING_AUTHORIZED_TRANSACTION)
        if connector.settings.fixed_cable or connector.lock_failed:
            return UnlockConnectorResponse(status=UnlockStatus.UNLOCK_FAILED)
        connector.locked = False
        evse.held_for = None
        self._core.tell(ConnectorUnlocked(at=now, evse_id=evse.evse_id, connector_id=connector.connector_id))
        return UnlockConnectorResponse(status=UnlockStatus.UNLOCKED)

    # ---- trigger

    def trigger(self, request: TriggerMessageRequest, now: datetime) -> TriggerMessageResponse:
        """Promise a message; it follows after the answer (F06). Vendor triggers are not known here (F06.FR.19)."""
        trigger = self._triggers.get(request.requested_message)
        status = TriggerMessageStatus.NOT_IMPLEMENTED if trigger is None else trigger(request.evse, now)
        return TriggerMessageResponse(status=status)

    def _trigger_boot(self, _evse: EVSE | None, now: datetime) -> TriggerMessageStatus:
        return _accepted_if(self._provisioning.trigger_boot(now))

    def _trigger_heartbeat(self, _evse: EVSE | None, now: datetime) -> TriggerMessageStatus:
        self._availability.heartbeat(Lane.REQUESTED, now)
        return TriggerMessageStatus.ACCEPTED

    def _trigger_firmware_status(self, _evse: EVSE | None, now: datetime) -> TriggerMessageStatus:
        self._outbox.put(Lane.REQUESTED, FirmwareStatusNotificationRequest(status=FirmwareStatus.IDLE), now)
        return TriggerMessageStatus.ACCEPTED

    def _trigger_log_status(self, _evse: EVSE | None, now: datetime) -> TriggerMessageStatus:
        self._outbox.put(Lane.REQUESTED, LogStatusNotificationRequest(status=UploadLogStatus.IDLE), now)
        return TriggerMessageStatus.ACCEPTED

    def _trigger_meter_values(self, evse: EVSE | None, now: datetime) -> TriggerMessageStatus:
        wanted = self._evses(evse)
        return _accepted_if(bool(wanted) and self._meter_values.trigger(evse.id if evse else None, now))

    def _trigger_status(self, evse: EVSE | None, now: datetime) -> TriggerMessageStatus:
        connectors = [
            connector
            for one in self._evses(evse)
            for connector in one.connectors.values()
            if evse is None or evse.connector_id in (None, connector.connector_id)
        ]
        for connector in connectors:
            self._availability.report(connector, now, Lane.REQUESTED)
        return _accepted_if(bool(connectors))

    def _trigger_transaction_event(self, evse: EVSE | None, now: datetime) -> TriggerMessageStatus:
        charging = [one for one in self._evses(evse) if one.transaction is not None]
        for one in charging:
            self._transactions.report(one, now)
        return _accepted_if(bool(charging))

    def _evses(self, evse: EVSE | None) -> list[EvseState]:
        """F06.FR.11: without an EVSE all are meant."""
        if evse is None:
            return list(self._core.evses.values())
        return [self._core.evses[evse.id]] if evse.id in self._core.evses else []


def _accepted_if(possible: bool) -> TriggerMessageStatus:  # noqa: FBT001 - reads as a sentence
    return TriggerMessageStatus.ACCEPTED if possible else TriggerMessageStatus.REJECTED


def _start_rejected(reason_code: str) -> RequestStartTransactionResponse:
    return RequestStartTransactionResponse(
        status=RequestStartStopStatus.REJECTED, status_info=StatusInfo(reason_code=reason_code)
    )
