"""Stations that speak OCPP over SOAP, on a bridge: a presence instead of a link, and an uplink as any other."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any, Final

import structlog

from pluglot.app.bridged import MakeExchange
from pluglot.app.soap import Overlooked, SoapExchange, SoapSpeaker
from pluglot.app.soap_addresses import AddressBook
from pluglot.messages.version import OcppVersion
from pluglot.transport import Admission, Arrival, Rejection, Throttle
from pluglot.transport.soap_http import SoapCall, SoapCaller, Unanswered

#: Carries a station until it is silent for too long or its uplink is lost.
Carry = Callable[[SoapSpeaker, MakeExchange], Awaitable[bool]]
#: How long a post waits for its station to be taken up, in seconds.
BEGIN: Final = 10.0
#: The interval of heartbeats by which a station counts as away.
INTERVAL: Final = 300


class _Presence:
    """A station that posts, as long as it is carried."""

    __slots__ = ("began", "exchange", "proof", "task", "version")

    def __init__(self, version: OcppVersion, proof: bytes) -> None:
        self.version = version
        self.proof = proof
        self.exchange: SoapExchange | None = None
        self.began: asyncio.Future[SoapExchange] = asyncio.get_running_loop().create_future()
        self.task: asyncio.Task[None] | None = None

    def is_good(self) -> bool:
        """Whether posts can still be served."""
        return self.exchange is not None and not self.exchange.closed


class PostingStations:
    """The doorkeeper and the server of posts; the uplink of a station is made by its first post and then kept."""

    def __init__(
        self,
        caller: SoapCaller,
        *,
        judge: Callable[[Arrival], Awaitable[Admission | Rejection]],
        turned_away: Callable[[Arrival, Rejection], Awaitable[None]],
        carry: Carry,
        judge_always: bool,
        addresses: AddressBook,
        overlooked: Overlooked,
        throttle: Throttle | None = None,
    ) -> None:
        """With ``judge_always`` every post is judged, else only those that do not show what the first one showed.

        ``throttle`` is asked before a post is compared with the first one, and told when it shows something else.
        """
        self._caller = caller
        self._judge = judge
        self._turned_away = turned_away
        self._carry = carry
        self._judge_always = judge_always
        self._addresses = addresses
        self._overlooked = overlooked
        self._throttle = throttle or Throttle()
        self._key = secrets.token_bytes(32)
        self._epochs = count(1)
        self._present: dict[str, _Presence] = {}
        self._proofs: dict[str, bytes] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def judge(self, arrival: Arrival) -> Admission | Rejection:
        """Let a station go on that shows the password with which its uplink was made; have any other judged."""
        proof = self._proof_of(arrival)
        async with self._locks.setdefault(arrival.identity, asyncio.Lock()):
            present = self._present.get(arrival.identity)
            if not self._judge_always and present is not None and present.is_good():
                return self._compared(arrival, present.proof, proof)
            verdict = await self._judge(arrival)
            if isinstance(verdict, Admission):
                self._proofs[arrival.identity] = proof
            elif present is None:
                self._locks.pop(arrival.identity, None)
            return verdict

    def _compared(self, arrival: Arrival, expected: bytes, shown: bytes) -> Admission | Rejection:
        identity, address = arrival.identity, arrival.remote_address
        if self._throttle.delay(identity, address, arrival.at):
            return Rejection(http_status=429, reason="throttled")  # PWD-09
        if hmac.compare_digest(expected, shown):
            return Admission(identity=identity, security_profile=arrival.security_profile)
        if arrival.password is not None:  # a knock without a password guesses nothing
            self._throttle.failed(identity, address, arrival.at)
        # Whoever else comes must not end the link of the real station by asking for its uplink.
        return Rejection(http_status=401, reason="wrong-password")

    async def turned_away(self, arrival: Arrival, rejection: Rejection) -> None:
        """Pass a refusal on."""
        await self._turned_away(arrival, rejection)

    def _proof_of(self, arrival: Arrival) -> bytes:
        return hmac.digest(self._key, arrival.identity.encode() + b"\0" + (arrival.password or b""), hashlib.sha256)

    async def serve(self, call: SoapCall) -> Any:
        """Answer one post of an admitted station."""
        try:
            async with asyncio.timeout(BEGIN), self._locks.setdefault(call.identity, asyncio.Lock()):
                exchange = await self._exchange(call)
        except TimeoutError:
            return Unanswered()
        return Unanswered() if exchange is None else await exchange.receive(call)

    async def _exchange(self, call: SoapCall) -> SoapExchange | None:
        present = self._present.get(call.identity)
        if present is not None and present.is_good() and present.version is call.version:
            return present.exchange
        if present is not None and present.task is not None:
            present.task.cancel()
            await asyncio.wait({present.task})
        proof = self._proofs.pop(call.identity, None)
        if proof is None and not self._judge_always:
            return None  # it changed its version: the uplink ended with the old one, and the next post makes another
        return await self._begun(_Presence(call.version, proof or b""), call.identity, call.remote_address)

    async def wake(self, identity: str, version: OcppVersion) -> None:
        """Take up a station that is not heard and whose address is known, so that it can be called."""
        if not version.is_soap:
            return
        async with self._locks.setdefault(identity, asyncio.Lock()):
            known = await self._addresses.find(identity)
            if identity in self._present or known is None or not (known.registered_url or known.told_url):
                return
            await self._begun(_Presence(version, b""), identity, known.told_from or "", on_trial=True)

    async def _begun(
        self, present: _Presence, identity: str, remote_address: str, *, on_trial: bool = False
    ) -> SoapExchange | None:
        self._present[identity] = present
        speaker = SoapSpeaker(identity, present.version, next(self._epochs), remote_address)
        present.task = asyncio.create_task(self._carried(present, speaker, on_trial=on_trial))
        waiting: set[asyncio.Future[Any]] = {present.task, present.began}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if not present.began.done():
            return None
        await present.began.result().begun.wait()
        return present.exchange

    async def _carried(self, present: _Presence, speaker: SoapSpeaker, *, on_trial: bool) -> None:
        def made(side: Any) -> SoapExchange:
            present.exchange = SoapExchange(
                speaker,
                self._caller,
                side,
                INTERVAL,
                addresses=self._addresses,
                overlooked=self._overlooked,
                on_trial=on_trial,
            )
            present.began.set_result(present.exchange)
            return present.exchange

        try:
            await self._carry(speaker, made)
        except Exception:  # noqa: BLE001 - one station's trouble must not reach the others
            structlog.get_logger("pluglot.bridge").exception("serving failed", station=speaker.identity)
        finally:
            if present.exchange is not None:
                present.exchange.closed = True
                present.exchange.begun.set()
            if self._present.get(speaker.identity) is present:
                del self._present[speaker.identity]

    async def close(self) -> None:
        """End every presence."""
        tasks = [present.task for present in self._present.values() if present.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
