"""What the bridge answers for a management system that cannot be reached, and what it keeps for it (mapping 13.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, NamedTuple

import msgspec

from pluglot import messages as house
from pluglot.bridge.registration import declined
from pluglot.dialects.base import DamagedMemory, Refusal
from pluglot.dialects.policy import UnknownOffline
from pluglot.messages import AuthorizationStatus, RegistrationStatus, codec

#: Kept in order and delivered later. What stands nowhere here needs the management system's own answer.
JOURNALLED: Final[Mapping[str, Callable[[], Any]]] = {
    "ClearedChargingLimit": house.ClearedChargingLimitResponse,
    "FirmwareStatusNotification": house.FirmwareStatusNotificationResponse,
    "LogStatusNotification": house.LogStatusNotificationResponse,
    "MeterValues": house.MeterValuesResponse,
    "NotifyChargingLimit": house.NotifyChargingLimitResponse,
    "NotifyCustomerInformation": house.NotifyCustomerInformationResponse,
    "NotifyDisplayMessages": house.NotifyDisplayMessagesResponse,
    "NotifyEvent": house.NotifyEventResponse,
    "NotifyMonitoringReport": house.NotifyMonitoringReportResponse,
    "NotifyReport": house.NotifyReportResponse,
    "PublishFirmwareStatusNotification": house.PublishFirmwareStatusNotificationResponse,
    "ReportChargingProfiles": house.ReportChargingProfilesResponse,
    "ReservationStatusUpdate": house.ReservationStatusUpdateResponse,
    "SecurityEventNotification": house.SecurityEventNotificationResponse,
    "TransactionEvent": house.TransactionEventResponse,
}
#: Messages kept for one station; beyond it the station is refused and keeps them itself, so that nothing is lost.
MOST_KEPT: Final = 10_000
#: Seconds before a message is told again that was not answered at all, and between boots that are not accepted.
RETRY_WAIT: Final = 10.0
#: Seconds between the boots of a station that was never accepted.
BOOT_INTERVAL: Final = 60
HEARTBEAT_INTERVAL: Final = 300
_TOKEN_LIFETIME: Final = timedelta(hours=24)
_MOST_TOKENS: Final = 20_000
_MOST_STATUSES: Final = 256
#: What the management system must hear again when it comes back, because it was answered here.
GREETING: Final = frozenset({"BootNotification", "StatusNotification"})
_LABEL: Final = b"bridge desk 1\n"
_UNREACHABLE: Final = "the management system cannot be reached"


class KnownToken(msgspec.Struct, frozen=True, array_like=True):
    """What the management system last said of a token."""

    status: AuthorizationStatus
    seen_at: datetime
    expires_at: datetime | None = None
    #: True when it stands on the local list of the station, which does not age.
    listed: bool = False


class DeskMemory(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What the desk remembers across restarts; messages are kept as JSON of the house."""

    boot: bytes | None = None
    #: Who the management system accepted last.
    accepted: str | None = None
    registration: RegistrationStatus | None = None
    interval: int = HEARTBEAT_INTERVAL
    #: The last status of each "evseId.connectorId".
    statuses: dict[str, bytes] = {}
    tokens: dict[str, KnownToken] = {}


class Local(NamedTuple):
    """An answer of the desk; ``kept`` is what must be durable before the answer goes out."""

    response: Any
    kept: Any = None


class Desk:
    """Stands in for the management system of one station while it cannot be reached."""

    def __init__(self, unknown_offline: UnknownOffline = UnknownOffline.REJECT) -> None:
        self._unknown_offline = unknown_offline
        self.memory = DeskMemory()
        self.revision = 0

    # --- memory ------------------------------------------------------------------------------------------------

    def snapshot(self) -> bytes:
        """The memory as bytes."""
        return _LABEL + msgspec.msgpack.encode(self.memory)

    def restore(self, snapshot: bytes) -> None:
        """Take up a memory saved before.

        Raises:
            DamagedMemory: the bytes are not a memory of a desk.
        """
        if not snapshot.startswith(_LABEL):
            raise DamagedMemory("this is no memory of a desk")
        try:
            self.memory = msgspec.msgpack.decode(snapshot[len(_LABEL) :], type=DeskMemory)
        except msgspec.MsgspecError as error:
            raise DamagedMemory(f"the memory of the desk cannot be read: {error}") from error

    def _touch(self) -> None:
        self.revision += 1

    # --- answering ---------------------------------------------------------------------------------------------

    def answer(self, request: Any, now: datetime) -> Local:
        """Answer a request of the station in the management system's place."""
        own = self._ANSWERS.get(request.action)
        if own is not None:
            return own(self, request, now)
        answer = JOURNALLED.get(request.action)
        if answer is not None:
            return Local(answer(), request)
        return Local(declined(request.action, "GenericError", "NetworkFailure", _UNREACHABLE))

    def _authorize(self, request: house.AuthorizeRequest, now: datetime) -> Local:
        return Local(house.AuthorizeResponse(id_token_info=self._info(request.id_token, now)))

    def _heartbeat(self, _: house.HeartbeatRequest, now: datetime) -> Local:
        return Local(house.HeartbeatResponse(current_time=now))

    def _status_notification(self, request: house.StatusNotificationRequest, _: datetime) -> Local:
        self._keep_status(request)
        return Local(house.StatusNotificationResponse())

    def _transaction_event(self, event: house.TransactionEventRequest, now: datetime) -> Local:
        info = None if event.id_token is None else self._info(event.id_token, now)
        kept = msgspec.structs.replace(event, offline=True)
        return Local(house.TransactionEventResponse(id_token_info=info), kept)

    def _boot_notification(self, request: house.BootNotificationRequest, now: datetime) -> Local:
        self.memory.boot = codec.encode(request)
        self._touch()
        known = self.memory.accepted is not None and self.memory.accepted == _who(request)
        status = RegistrationStatus.ACCEPTED if known else RegistrationStatus.PENDING
        interval = self.memory.interval if known else BOOT_INTERVAL
        return Local(house.BootNotificationResponse(status=status, current_time=now, interval=interval))

    _ANSWERS: ClassVar[Mapping[str, Callable[[Any, Any, datetime], Local]]] = {
        "Authorize": _authorize,
        "BootNotification": _boot_notification,
        "Heartbeat": _heartbeat,
        "StatusNotification": _status_notification,
        "TransactionEvent": _transaction_event,
    }

    def _keep_status(self, request: house.StatusNotificationRequest) -> None:
        statuses = self.memory.statuses
        key = f"{request.evse_id}.{request.connector_id}"
        if key in statuses or len(statuses) < _MOST_STATUSES:
            statuses[key] = codec.encode(request)
            self._touch()

    def _info(self, token: house.IdToken, now: datetime) -> house.IdTokenInfo:
        """What is known of a token, or what policy says of one that nobody knows."""
        known = self.memory.tokens.get(token.id_token.casefold())
        if token.type == "NoAuthorization":
            return house.IdTokenInfo(status=AuthorizationStatus.ACCEPTED)
        if known is not None and (known.listed or now - known.seen_at <= _TOKEN_LIFETIME):
            if known.expires_at is not None and known.expires_at <= now:
                return house.IdTokenInfo(status=AuthorizationStatus.EXPIRED)
            return house.IdTokenInfo(status=known.status, cache_expiry_date_time=known.expires_at)
        accept = self._unknown_offline is UnknownOffline.ACCEPT
        return house.IdTokenInfo(status=AuthorizationStatus.ACCEPTED if accept else AuthorizationStatus.UNKNOWN)

    # --- learning ----------------------------------------------------------------------------------------------

    def learn(self, request: Any, answer: Any, now: datetime) -> None:
        """Take note of what the management system itself answered to the station."""
        if isinstance(answer, Refusal):
            return
        match request:
            case house.BootNotificationRequest():
                accepted = answer.status is RegistrationStatus.ACCEPTED
                self.memory.boot = codec.encode(request)
                self.memory.registration = answer.status
                self.memory.accepted = _who(request) if accepted else None
                self.memory.interval = answer.interval if accepted and answer.interval > 0 else HEARTBEAT_INTERVAL
                self._touch()
            case house.StatusNotificationRequest():
                self._keep_status(request)
            case house.AuthorizeRequest() | house.TransactionEventRequest():
                if request.id_token is not None and answer.id_token_info is not None:
                    self._learn_token(request.id_token, answer.id_token_info, now, listed=False)

    def learn_of_station(self, request: Any, answer: Any, now: datetime) -> None:
        """Take note of what the station answered to the management system: its local list and what runs remotely."""
        if isinstance(answer, Refusal):
            return
        match request:
            case house.SendLocalListRequest() if answer.status is house.SendLocalListStatus.ACCEPTED:
                if request.update_type is house.UpdateType.FULL:
                    tokens = self.memory.tokens
                    self.memory.tokens = {key: token for key, token in tokens.items() if not token.listed}
                    self._touch()
                for entry in request.local_authorization_list or ():
                    self._learn_token(entry.id_token, entry.id_token_info, now, listed=True)
            case house.RequestStartTransactionRequest() if answer.status is house.RequestStartStopStatus.ACCEPTED:
                info = house.IdTokenInfo(status=AuthorizationStatus.ACCEPTED)
                self._learn_token(request.id_token, info, now, listed=False)

    def _learn_token(
        self, token: house.IdToken, info: house.IdTokenInfo | None, now: datetime, *, listed: bool
    ) -> None:
        tokens = self.memory.tokens
        known = tokens.pop(token.id_token.casefold(), None)
        self._touch()
        if info is None:
            return  # D01: an entry without information takes the token off the list
        while len(tokens) >= _MOST_TOKENS:
            del tokens[next(iter(tokens))]
        listed = listed or (known is not None and known.listed)
        tokens[token.id_token.casefold()] = KnownToken(info.status, now, info.cache_expiry_date_time, listed)

    # --- coming back -------------------------------------------------------------------------------------------

    def greeting(self) -> tuple[house.BootNotificationRequest | None, tuple[house.StatusNotificationRequest, ...]]:
        """What a management system that came back hears first: who the station is, and how its connectors are."""
        memory = self.memory
        boot = None if memory.boot is None else codec.decode(house.BootNotificationRequest, memory.boot)
        statuses = (codec.decode(house.StatusNotificationRequest, kept) for kept in memory.statuses.values())
        return boot, tuple(sorted(statuses, key=lambda status: (status.evse_id, status.connector_id)))


def _who(request: house.BootNotificationRequest) -> str:
    station = request.charging_station
    return f"{station.vendor_name}/{station.model}/{station.serial_number or ''}"


def must_be_stopped(event: Any, answer: Any) -> bool:
    """Whether a transaction that began while the management system was away may not go on (13.4)."""
    return (
        isinstance(event, house.TransactionEventRequest)
        and event.event_type is not house.TransactionEvent.ENDED
        and not isinstance(answer, Refusal)
        and answer.id_token_info is not None
        and answer.id_token_info.status is not AuthorizationStatus.ACCEPTED
    )
