"""Authorization: who may charge, asked of the CSMS or known from before (block C)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from pluglot.messages import (
    AuthorizationStatus,
    AuthorizeRequest,
    AuthorizeResponse,
    ClearCacheRequest,
    ClearCacheResponse,
    ClearCacheStatus,
    IdToken,
    IdTokenInfo,
    Reason,
    RegistrationStatus,
    TriggerReason,
)
from pluglot.station.authorization_cache import AuthorizationCache
from pluglot.station.events import TokenAccepted, TokenRefused
from pluglot.station.outbox import Lane, Outbox
from pluglot.station.state import Authorization, Core, EvseState, plugged_last, same_token
from pluglot.station.transactions import Transactions

_ACCEPTED: Final = AuthorizationStatus.ACCEPTED
#: The longest token the wire can carry.
_LONGEST_TOKEN: Final = 255

#: Is given what is known about a token; None when nobody could tell.
OnDecision = Callable[[IdTokenInfo | None, datetime], None]


class AuthorizationDesk:
    """Decides on presented tokens, and starts or stops what they are meant for."""

    def __init__(
        self,
        core: Core,
        outbox: Outbox,
        cache: AuthorizationCache,
        transactions: Transactions,
        may_use: Callable[[EvseState], bool],
    ) -> None:
        self._core = core
        self._outbox = outbox
        self._cache = cache
        self._transactions = transactions
        #: Whether an EVSE is in operation.
        self._may_use = may_use
        #: Tokens the CSMS is being asked about; presenting one again changes nothing.
        self._asking: list[IdToken] = []

    def clear_cache(self, _request: ClearCacheRequest, _now: datetime) -> ClearCacheResponse:
        """Forget what was known about tokens; refused while the cache is off (C11.FR.04)."""
        if not self._cache.enabled:
            return ClearCacheResponse(status=ClearCacheStatus.REJECTED)
        self._cache.clear()
        return ClearCacheResponse(status=ClearCacheStatus.ACCEPTED)

    # ---- a driver shows a token

    def present(self, evse: EvseState | None, id_token: IdToken, now: datetime) -> None:
        """Stop what this token started, or else find out whether it may start (or stop) something."""
        if not 0 < len(id_token.id_token) <= _LONGEST_TOKEN:
            self._refuse(id_token, "the token cannot be read", now)
            return
        if any(same_token(asked, id_token) for asked in self._asking):
            return
        places = self._core.places if evse is None else [evse, self._core.unplaced]
        for place in places:
            if same_token(place.held_for, id_token):
                self._transactions.release(place, now)  # E05.FR.11
                return
        for place in places:
            if place.authorization is not None and same_token(place.authorization.id_token, id_token):
                self._stop(place, id_token, now)
                return
        self._asking.append(id_token)
        self.decide(id_token, now, lambda info, moment: self._decided(evse, id_token, info, moment))

    def _decided(self, evse: EvseState | None, id_token: IdToken, info: IdTokenInfo | None, now: datetime) -> None:
        self._asking.remove(id_token)
        if info is None or info.status is not _ACCEPTED:
            status = "cannot be checked now" if info is None else f"is {info.status}"
            self._refuse(id_token, f"the token {status}", now, info)
        elif self._is_master(info):
            self._stop_all(id_token, now)
        elif (place := self._same_group(evse, info)) is not None:
            self._stop(place, id_token, now)
        else:
            self._start(evse, id_token, info, now)

    def _is_master(self, info: IdTokenInfo) -> bool:
        group = self._core.model.text("AuthCtrlr", "MasterPassGroupId")
        return bool(group) and info.group_id_token is not None and info.group_id_token.id_token == group

    def _stop_all(self, id_token: IdToken, now: datetime) -> None:
        """C16.FR.02: the master pass stops everything and starts nothing."""
        for place in self._core.places:
            if place.authorization is not None:
                self._stop(place, id_token, now, Reason.MASTER_PASS)

    def _same_group(self, evse: EvseState | None, info: IdTokenInfo) -> EvseState | None:
        for place in self._core.places if evse is None else [evse]:
            if place.authorization is not None and same_token(place.authorization.group, info.group_id_token):
                return place
        return None

    def _stop(self, place: EvseState, id_token: IdToken, now: datetime, reason: Reason = Reason.LOCAL) -> None:
        self._core.tell(TokenAccepted(at=now, id_token=id_token, evse_id=place.evse_id or None))
        self._transactions.end_authorization(
            place, TriggerReason.STOP_AUTHORIZED, now, id_token=id_token, reason=reason
        )

    def _start(self, evse: EvseState | None, id_token: IdToken, info: IdTokenInfo, now: datetime) -> None:
        place = evse if evse is not None else self._choose_place(info)
        if place.authorization is not None:
            self._refuse(id_token, "somebody else is charging here", now, info)  # C01.FR.23
        elif not self._may_use(place):
            self._refuse(id_token, "out of service", now, info)
        elif place.evse_id and not _allows(info, place):
            self._refuse(id_token, "the token is not allowed at this EVSE", now, info)  # C01.FR.21
        else:
            self._core.tell(TokenAccepted(at=now, id_token=id_token, evse_id=place.evse_id or None))
            authorization = Authorization(
                id_token=id_token, group=info.group_id_token, evse_ids=tuple(info.evse_id or ())
            )
            self._transactions.authorize(place, authorization, now)

    def _choose_place(self, info: IdTokenInfo) -> EvseState:
        """The EVSE the driver most likely means: the one plugged in last that waits for a token."""
        waiting = [
            evse
            for evse in self._core.evses.values()
            if evse.plugged is not None and evse.authorization is None and self._may_use(evse) and _allows(info, evse)
        ]
        if (place := plugged_last(waiting)) is not None:
            return place
        if len(self._core.evses) == 1:
            return next(iter(self._core.evses.values()))
        return self._core.unplaced

    def _refuse(self, id_token: IdToken, reason: str, now: datetime, info: IdTokenInfo | None = None) -> None:
        self._core.tell(TokenRefused(at=now, id_token=id_token, reason=reason, id_token_info=info))

    # ---- finding out

    def decide(self, id_token: IdToken, now: datetime, decided: OnDecision) -> None:
        """Find out about a token, from memory or from the CSMS; ``decided`` is called once, now or later."""
        model = self._core.model
        if not model.flag("AuthCtrlr", "Enabled"):
            decided(IdTokenInfo(status=_ACCEPTED), now)
            return
        if not self._core.online:
            decided(self._offline(id_token, now), now)
            return
        known = self._cache.find(id_token, now)
        if known is not None and known.status is _ACCEPTED and model.flag("AuthCtrlr", "LocalPreAuthorize"):
            decided(known, now)  # C12.FR.02
        elif model.flag("AuthCtrlr", "DisableRemoteAuthorization") or (
            known is not None and known.status is not _ACCEPTED and model.flag("AuthCacheCtrlr", "DisablePostAuthorize")
        ):
            decided(known, now)
        else:
            # C10.FR.03: what was refused before may be welcome by now.
            self._outbox.put(
                Lane.PROMPT,
                AuthorizeRequest(id_token=id_token),
                now,
                lambda answer, moment: self._answered(id_token, answer, moment, decided),
            )

    def _answered(self, id_token: IdToken, answer: Any, now: datetime, decided: OnDecision) -> None:
        if isinstance(answer, AuthorizeResponse):
            self._cache.update(id_token, answer.id_token_info, now)
            decided(answer.id_token_info, now)
        else:
            decided(self._offline(id_token, now), now)

    def _offline(self, id_token: IdToken, now: datetime) -> IdTokenInfo | None:
        """What the station decides by itself (C12, C15)."""
        model = self._core.model
        if self._core.registration is not RegistrationStatus.ACCEPTED and not model.flag(
            "TxCtrlr", "TxBeforeAcceptedEnabled"
        ):
            return None  # B02.FR.03
        known = self._cache.find(id_token, now)
        if known is not None:
            accepted = known.status is not _ACCEPTED or model.flag("AuthCtrlr", "LocalAuthorizeOffline")
            return known if accepted else None
        if model.flag("AuthCtrlr", "OfflineTxForUnknownIdEnabled"):
            return IdTokenInfo(status=_ACCEPTED)  # C15.FR.08; not cached (C15.FR.01)
        return None


def _allows(info: IdTokenInfo, evse: EvseState) -> bool:
    return not info.evse_id or evse.evse_id in info.evse_id
