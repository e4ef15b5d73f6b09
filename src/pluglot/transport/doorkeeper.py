"""The judge of arrivals for HTTP Basic: who may have a link, and who is told no more than that (HRD-01)."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import msgspec

from pluglot.messages.version import OcppVersion
from pluglot.transport.base import Admission, Arrival, Doorkeeper, Rejection
from pluglot.transport.credentials import Credentials, TooBusy
from pluglot.transport.throttle import Throttle

log = logging.getLogger(__name__)

_BASIC_PROFILES = frozenset({1, 2})
_THROTTLED_ARE_NEWS_AFTER = timedelta(seconds=10)
_MOST_ADDRESSES = 10_000
#: With more slow checks waiting than this, none is made for who failed too often.
_FEW_WAITING = 8
#: As many as may fail freely: more that come at the same moment do not pass because none of them has failed yet.
_MOST_AT_ONCE = 5


async def judged_within(seconds: float, doorkeeper: Doorkeeper, arrival: Arrival) -> Admission | Rejection:
    """What the doorkeeper decides; one that takes too long or fails turns the arrival away for now (503)."""
    try:
        async with asyncio.timeout(seconds):
            return await doorkeeper.judge(arrival)
    except TimeoutError:
        return Rejection(http_status=503, reason="busy")
    except Exception:  # a store that fails is our trouble: the station is asked to come again
        log.exception("judging failed", extra=line_of(arrival))
        return Rejection(http_status=503, reason="error")


def line_of(arrival: Arrival, **more: object) -> dict[str, object]:
    """What a line of the log says of an arrival; its text is escaped where the line is written."""
    return {"station": arrival.identity, "remote_address": arrival.remote_address, **more}


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored about a station that may log in."""

    identity: str
    security_profile: int
    #: Made by ``Credentials``; None lets nobody in.
    verifier: str | None = None
    #: Of passwords that it was given and has perhaps not taken; as good as the other.
    offered_verifiers: tuple[str, ...] = ()
    #: From where it logged in last, so that it is not locked out after a restart (PWD-09).
    last_address: str | None = None
    versions: tuple[OcppVersion, ...] | None = None

    @property
    def verifiers(self) -> tuple[str, ...]:
        """What a password may fit."""
        return self.offered_verifiers if self.verifier is None else (self.verifier, *self.offered_verifiers)


class PasswordDoor:
    """A ``base.Doorkeeper`` that looks accounts up and checks passwords.

    ``find`` returns the account of an identity or None; ``refused`` is told of refusals.
    """

    def __init__(
        self,
        credentials: Credentials,
        throttle: Throttle,
        *,
        find: Callable[[str], Awaitable[Account | None]],
        refused: Callable[[Arrival, Rejection], Awaitable[None]],
        shown: Callable[[Account, str], Awaitable[None]] | None = None,
    ) -> None:
        """``shown`` is told which verifier a station fitted that has several."""
        self._shown = shown
        self._credentials = credentials
        self._throttle = throttle
        self._find = find
        self._refused = refused
        #: Whose slow check is under way though too many failed.
        self._looked_at: set[str] = set()
        #: How many passwords are being checked for an identity.
        self._being_checked: Counter[str] = Counter()
        self._last_throttled: OrderedDict[str, datetime] = OrderedDict()

    async def judge(self, arrival: Arrival) -> Admission | Rejection:
        """Decide on who the arrival is; the same steps are taken for unknown and for wrong (WS-03)."""
        identity, address = arrival.identity, arrival.remote_address
        account = await self._find(identity)
        if account is not None and account.last_address is not None:
            self._throttle.remember_home(identity, account.last_address)
        too_many = self._being_checked[identity] >= _MOST_AT_ONCE or self._throttle.delay(identity, address, arrival.at)
        if too_many and not await self._is_right_all_the_same(account, arrival):
            return Rejection(http_status=429, reason="throttled")
        try:
            fitting = await self._fitting(account, arrival)
        except TooBusy:
            return Rejection(http_status=503, reason="busy")
        # PWD-01: the user name is the identity, byte for byte.
        if account is None or fitting is None or arrival.user_name != identity or account.identity != identity:
            if arrival.password is not None:  # a knock without a password guesses nothing
                self._throttle.failed(identity, address, arrival.at)
            if account is None:
                return Rejection(http_status=404, reason="unknown")
            return Rejection(http_status=401, reason="wrong-password")
        if account.security_profile != arrival.security_profile or arrival.security_profile not in _BASIC_PROFILES:
            return Rejection(http_status=401, reason="wrong-profile")  # SEC-02
        if account.offered_verifiers and self._shown is not None:
            await self._shown(account, fitting)
        self._throttle.succeeded(identity, address, arrival.at)
        return Admission(identity=identity, security_profile=arrival.security_profile, versions=account.versions)

    async def _fitting(self, account: Account | None, arrival: Arrival) -> str | None:
        """The verifier that the password fits; as much work is done when there is none (WS-03)."""
        password = arrival.password
        if account is None or account.verifier is None or not password:
            await self._credentials.verify(None, password or b"")
            return None
        self._being_checked[arrival.identity] += 1
        try:
            for verifier in account.verifiers:
                if await self._credentials.verify(verifier, password):
                    return verifier
            return None
        finally:
            self._being_checked[arrival.identity] -= 1
            if not self._being_checked[arrival.identity]:
                del self._being_checked[arrival.identity]

    async def _is_right_all_the_same(self, account: Account | None, arrival: Arrival) -> bool:
        """Whether this password is right although too many were wrong: those must not keep the station out (PWD-09).

        A generated password is looked at wherever it comes from: nobody guesses it. One that a person chose is looked
        at from the address of the station alone, because who shares that cannot be told from the station by anything
        else; and while that takes a slow hash, one at a time, and only when few others wait.
        """
        if account is None or not arrival.password or arrival.user_name != arrival.identity:
            return False
        at_home = self._throttle.is_home(arrival.identity, arrival.remote_address)
        for verifier in account.verifiers:
            may_look = at_home or self._credentials.is_unguessable(verifier)
            if may_look and await self._is_right_and_cheap(arrival.identity, verifier, arrival.password):
                return True
        return False

    async def _is_right_and_cheap(self, identity: str, verifier: str, password: bytes) -> bool:
        credentials = self._credentials
        if credentials.is_quick(verifier):
            return await credentials.verify(verifier, password)
        if identity in self._looked_at or credentials.waiting >= _FEW_WAITING:
            return False
        self._looked_at.add(identity)
        try:
            return await credentials.verify(verifier, password)
        except TooBusy:
            return False
        finally:
            self._looked_at.discard(identity)

    async def turned_away(self, arrival: Arrival, rejection: Rejection) -> None:
        """Pass a refusal on, however it came about; of a flood of throttled ones, one per address now and then."""
        if rejection.reason == "throttled" and not self._is_news(arrival):
            return
        await self._refused(arrival, rejection)

    def _is_news(self, arrival: Arrival) -> bool:
        """Say whether no throttled arrival from this address was passed on lately: guesses must not fill the store."""
        last = self._last_throttled.get(arrival.remote_address)
        if last is not None and arrival.at - last < _THROTTLED_ARE_NEWS_AFTER:
            return False
        self._last_throttled[arrival.remote_address] = arrival.at
        self._last_throttled.move_to_end(arrival.remote_address)
        if len(self._last_throttled) > _MOST_ADDRESSES:
            self._last_throttled.popitem(last=False)
        return True
