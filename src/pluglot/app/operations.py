"""What operators do, carried out: decisions of the management system made durable, calls put to stations."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

import structlog

from pluglot.app.clock import utc_now
from pluglot.app.events import event_now
from pluglot.bus.base import StationAway
from pluglot.csms import registering
from pluglot.csms.facts import Fact
from pluglot.csms.records import (
    AddressRecord,
    CredentialRecord,
    StationRecord,
    TokenRecord,
    TransactionRecord,
)
from pluglot.csms.registering import Mistake, Outcome
from pluglot.dialects import credential_rules
from pluglot.dialects.credentials import password_places
from pluglot.messages import ACTIONS, codec
from pluglot.messages.action import Sender
from pluglot.messages.codec import PayloadViolation
from pluglot.messages.version import HOUSE_VERSION
from pluglot.store.base import StoreUnavailable
from pluglot.transport import Credentials, generate_password
from pluglot.web.base import AlreadyRegistered, CallOutcome, InvalidInput, StationCredential

Publish = Callable[[Sequence[Fact]], Awaitable[None]]
Disconnect = Callable[[str, str], Awaitable[None]]
Wake = Callable[[str], Awaitable[bool]]

log = structlog.get_logger("pluglot.operations")

#: Security profile 1 is what stations can prove until TLS is served.
SERVED_PROFILES: Final = frozenset({1})


class HouseOperations:
    """Everything an operator can do, for the API and the pages; see ``web.base.Operations``."""

    def __init__(
        self,
        store: Any,
        bus: Any,
        credentials: Credentials,
        publish: Publish,
        *,
        disconnect: Disconnect,
        wake: Wake | None = None,
    ) -> None:
        """``wake`` makes ready to be called who is not connected, where that can be done."""
        self._store = store
        self._bus = bus
        self._credentials = credentials
        self._publish = publish
        self._disconnect = disconnect
        self._wake = wake
        #: Who is just being registered as new: the second of two at the same time comes too late.
        self._beginning: set[str] = set()

    # --- stations --------------------------------------------------------------------------------------------

    async def station(self, station_id: str) -> StationRecord | None:
        """The station, or None."""
        station: StationRecord | None = await self._store.stations.find(station_id)
        return station

    async def register_station(
        self,
        station_id: str,
        *,
        security_profile: int,
        password: str | None,
        note: str | None,
        only_new: bool = False,
    ) -> StationCredential:
        """Create a station or give it new credentials; a password is generated when none is given.

        Raises:
            InvalidInput: names the field and the rule.
            AlreadyRegistered: with ``only_new``, the station is known; it keeps its password and its link.
        """
        if not only_new:
            return await self._register(station_id, security_profile, password, note)
        if station_id in self._beginning:
            raise AlreadyRegistered(station_id)
        self._beginning.add(station_id)
        try:
            if await self.station(station_id) is not None:
                raise AlreadyRegistered(station_id)
            return await self._register(station_id, security_profile, password, note)
        finally:
            self._beginning.discard(station_id)

    async def _register(
        self, station_id: str, security_profile: int, password: str | None, note: str | None
    ) -> StationCredential:
        if security_profile not in SERVED_PROFILES:
            raise InvalidInput("securityProfile", "must be 1 (HTTP Basic); profiles 2 and 3 are not served yet")
        known = await self.station(station_id)
        _check_given(password, known.ocpp_version if known else None)
        wrong = registering.wrong_identity(station_id)
        if wrong is not None:
            raise InvalidInput(wrong.field, wrong.rule)
        generated = None if password else generate_password()
        verifier = (
            self._credentials.keep_generated(generated)
            if generated
            else await self._credentials.keep_chosen(password or "", hex_key=True)
        )
        credential = _credential(station_id, security_profile, verifier)
        return await self._registered(station_id, security_profile, credential, note, generated)

    async def adopt(self, station_id: str, *, security_profile: int, password: bytes | None) -> None:
        """Register whoever came with whatever it brought, unless it cannot be a station, or somebody was faster."""
        if registering.wrong_identity(station_id) is not None or station_id in self._beginning:
            return
        self._beginning.add(station_id)
        try:
            verifier = await self._credentials.keep_chosen(password, hex_key=True) if password else None
            credential = _credential(station_id, security_profile, verifier)
            # Read after the slow hash: an operator may have registered it meanwhile.
            if await self._store.credential(station_id) is None:
                await self._registered(station_id, security_profile, credential, "adopted as it came", None)
        finally:
            self._beginning.discard(station_id)

    async def _registered(
        self,
        station_id: str,
        security_profile: int,
        credential: CredentialRecord,
        note: str | None,
        password: str | None,
    ) -> StationCredential:
        known = await self.station(station_id)
        facts = _facts(
            registering.register_station(
                station_id,
                known=known,
                security_profile=security_profile,
                credential=credential,
                note=note,
                now=utc_now(),
            )
        )
        await self._publish(facts)
        if known is not None:
            await self._disconnect(station_id, "the credentials were changed")
        station = await self.station(station_id)
        if station is None:
            raise StoreUnavailable("the station was removed while it was registered")
        return StationCredential(station=station, created=known is None, password=password)

    async def change_station(self, station_id: str, changes: Mapping[str, Any]) -> StationRecord | None:
        """Change the note or the registration of a station.

        Raises:
            InvalidInput: names the field and the rule.
        """
        station = await self.station(station_id)
        if station is None:
            return None
        await self._publish(_facts(registering.change_station(station, changes, now=utc_now())))
        return await self.station(station_id)

    async def remove_station(self, station_id: str) -> bool:
        """Forget a station and close its link; its transactions stay."""
        if await self.station(station_id) is None:
            return False
        await self._publish(_facts(registering.remove_station(station_id, now=utc_now())))
        await self._disconnect(station_id, "the station was removed")
        return True

    async def station_address(self, station_id: str) -> AddressRecord | None:
        """Where a station over SOAP is called; None when there is no such station."""
        if await self.station(station_id) is None:
            return None
        found: AddressRecord | None = await self._store.address(station_id)
        return found or AddressRecord(station_id=station_id)

    async def register_address(self, station_id: str, url: str | None) -> AddressRecord | None:
        """Say where a station over SOAP is called, or leave it to the station again; None when there is none.

        Raises:
            InvalidInput: names the field and the rule.
        """
        if await self.station(station_id) is None:
            return None
        await self._publish(_facts(registering.register_address(station_id, url, now=utc_now())))
        return await self.station_address(station_id)

    # --- tokens and transactions -----------------------------------------------------------------------------

    async def token(self, type_: str, id_token: str) -> TokenRecord | None:
        """The token, or None."""
        token: TokenRecord | None = await self._store.tokens.find(id_token, type_)
        return token

    async def save_token(self, token: TokenRecord) -> bool:
        """Create or change a token; True when it is new.

        Raises:
            InvalidInput: names the field and the rule.
        """
        facts = _facts(registering.save_token(token, now=utc_now()))
        is_new = await self.token(token.type, token.id_token) is None
        await self._publish(facts)
        return is_new

    async def remove_token(self, type_: str, id_token: str) -> bool:
        """Forget a token."""
        token = await self.token(type_, id_token)
        if token is None:
            return False
        await self._publish(_facts(registering.remove_token(token.id_token, token.type, now=utc_now())))
        return True

    async def transaction(self, station_id: str, transaction_id: str) -> TransactionRecord | None:
        """The transaction, or None."""
        transaction: TransactionRecord | None = await self._store.transactions.find(station_id, transaction_id)
        return transaction

    # --- calls -----------------------------------------------------------------------------------------------

    async def call(self, station_id: str, action: str, payload: Any, *, actor: str) -> CallOutcome:
        """Put a 2.1 request to a station, whatever its version.

        Raises:
            KeyError: no such station, or no such action that a management system sends.
        """
        row = ACTIONS[action]
        if Sender.CSMS not in row.sender or await self.station(station_id) is None:
            raise KeyError(station_id)
        try:
            request = codec.from_builtins(row.request, payload)
        except PayloadViolation as violation:
            return CallOutcome(
                kind="invalid", code=violation.kind.value, description=violation.detail, path=violation.path_of_member
            )
        wrong = await self._wrong_password(station_id, request)
        if wrong is not None:
            return wrong
        try:
            outcome = await self._carried(station_id, request)
        except StationAway:
            outcome = CallOutcome(kind="offline", description="the station is not connected; nothing was sent")
        try:
            await self._note_call(station_id, action, actor, outcome)
        except StoreUnavailable as error:
            # The station has acted: the operator must learn what it said, not that our note failed.
            log.error(  # noqa: TRY400 - the reason says it
                "the note of a call was not stored", station=station_id, action=action, reason=str(error)
            )
        return outcome

    async def _wrong_password(self, station_id: str, request: Any) -> CallOutcome | None:
        """Why a new password must not be sent, by the rules of the station's version (PWD-02, PWD-03); or None."""
        places = password_places(request)
        station = await self.station(station_id)
        if not places or station is None:
            return None
        rules = credential_rules(station.ocpp_version or HOUSE_VERSION)
        broken = rules.breach(request.set_variable_data[places[0]].attribute_value)
        if len(places) > 1:
            broken = "there can be only one new password"
        if broken is None:
            return None
        path = f"setVariableData[{places[-1]}].attributeValue"
        return CallOutcome(kind="invalid", code="PropertyConstraintViolation", description=broken, path=path)

    async def _carried(self, station_id: str, request: Any) -> CallOutcome:
        try:
            outcome: CallOutcome = await self._bus.call(station_id, request)
        except StationAway:
            if self._wake is None or not await self._wake(station_id):
                raise
            outcome = await self._bus.call(station_id, request)
        return outcome

    async def _note_call(self, station_id: str, action: str, actor: str, outcome: CallOutcome) -> None:
        """Who did what stays in the event list (EVT-05)."""
        severity = "info" if outcome.kind == "answered" else "warning"
        data = {"action": action, "actor": actor, "outcome": outcome.kind}
        told = f"{action} by {actor}: {outcome.kind}"
        await self._publish([event_now(station_id, "OperatorCall", told, severity=severity, data=data)])


def _check_given(password: str | None, version: str | None) -> None:
    """Hold a password to the rules of its station's version, of the house when it is not known (PWD-02)."""
    if password is None:
        return
    broken = credential_rules(version or HOUSE_VERSION).breach_by_owner(password)
    if broken is not None:
        raise InvalidInput("password", broken)


def _credential(station_id: str, security_profile: int, verifier: str | None) -> CredentialRecord:
    return CredentialRecord(
        station_id=station_id, security_profile=security_profile, verifier=verifier, changed_at=utc_now()
    )


def _facts(outcome: Outcome) -> tuple[Fact, ...]:
    if isinstance(outcome, Mistake):
        raise InvalidInput(outcome.field, outcome.rule)
    return outcome
