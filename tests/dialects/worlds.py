"""Halves of every version with a station that charges behind them, and whoever stands on the far side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from pluglot.dialects import Half, Policy, Refusal, actions, csms_half, station_half
from pluglot.messages.action import Sender
from pluglot.messages.codec import encode
from tests.dialects.drawn import ONE_X, POOL, POOLS, Drawer, is_official, read
from tests.dialects.driver import CONNECTED, NOW, Carried, accepting, carry, seeded

#: The two halves and who their peer is.
SIDES = {"station": Sender.STATION, "csms": Sender.CSMS}
#: Ways in which a far side does not help.
UNHELPFUL: dict[str, Refusal] = {
    "silent": Refusal("GenericError", "timed out", silent=True),
    "refusing": Refusal("InternalError", "no"),
    "without-it": Refusal("NotImplemented", "what?"),
    "unsupported": Refusal("NotSupported", "no"),
    "forbidding": Refusal("SecurityError", "not accepted yet"),
}
WORDY = Policy(
    infer_emaid=True,
    allow_unsigned_firmware=True,
    emulate_dynamic=True,
    temperature_as_event=True,
    expose_all_variables=True,
    provision_tx_points=True,
    report_unauthorised_energy=True,
    forward_security_profile=True,
    reset_downgrade=True,
    emit_custom_data=False,
)
EVSES = (1, 2)
WAYS = ("inward", "outward")
#: The budget of seconds within which a translated call is answered (mapping 13.3).
LONGEST_WAIT = 27


class World:
    """One half in use: a station with two EVSEs, of which the first charges."""

    def __init__(self, version: str, side: str, *, seed: int = 1, policy: Policy | None = None) -> None:
        make = station_half if side == "station" else csms_half
        self.version, self.side, self.policy = version, side, policy
        self.half: Half = make(version, identity="CS1", random=seeded(seed), policy=policy)
        self.half.connected(now=CONNECTED)
        #: The ids of the running transaction, as the peer and as the house know it.
        self.peers_id: Any = "T1"
        self.houses_id: Any = "T1"
        self._begin()
        known = (self.peers_id, self.houses_id)
        self.peer = Drawer(version, seed, POOLS.get(version, POOL) | {"transactionId": known})
        self.house = Drawer("2.1", seed, POOL | {"transactionId": known})

    def _begin(self) -> None:
        one_x = self.version in ONE_X
        if self.side == "csms":
            for request in (*_statuses("2.1"), started("2.1")):
                carry(self.half.outward(request, now=NOW), peer=lambda asked: plainly(self.version, asked))
            return
        for request in _statuses(self.version):
            carry(self.half.inward(request, now=NOW), house=accepting)
        carried = carry(self.half.inward(started(self.version), now=NOW), house=accepting)
        if one_x:
            self.peers_id = carried.answer.transaction_id
            self.houses_id = carried.house[-1].transaction_info.transaction_id

    # --- asking ---------------------------------------------------------------------------------------------------

    def rows(self, way: str) -> list[Any]:
        """The rows of requests that go this way through the half: ``inward`` or ``outward``."""
        peer = SIDES[self.side]
        if way == "inward":
            return [row for row in actions(self.version).values() if peer in row.sender]
        return [row for row in actions("2.1").values() if row.sender is not peer]

    def drawer(self, way: str) -> Drawer:
        """Draws the requests that go this way."""
        return self.peer if way == "inward" else self.house

    def carry(self, way: str, request: Any, *, far: Refusal | None = None, now: datetime = NOW) -> Carried:
        """Carry a request through, with a far side that answers anything legal, or always so."""
        return carry(
            getattr(self.half, way)(request, now=now),
            house=self.house.answer if far is None else lambda _: far,
            peer=self.peer.answer if far is None else lambda _: far,
            pause=_clock(now),
        )

    def time_passes(self, far: Refusal | None = None) -> list[Carried]:
        """Carry out what time brings about."""
        deadline = self.half.next_deadline()
        if deadline is None:
            return []
        return [
            carry(
                translation,
                house=self.house.answer if far is None else lambda _: far,
                peer=self.peer.answer if far is None else lambda _: far,
                pause=_clock(deadline),
            )
            for translation in self.half.advance(now=deadline)
        ]


def check(world: World, way: str, row: Any, carried: Carried) -> None:
    """Everything asked is legal in its version, and the answer is the right one."""
    for asked in carried.house:
        assert is_official("2.1", asked), encode(asked)
    for asked in carried.peer:
        assert is_official(world.version, asked), encode(asked)
    answer = carried.answer
    if row.response is None:
        assert answer is None or isinstance(answer, Refusal)
        return
    assert isinstance(answer, Refusal | row.response), answer
    if isinstance(answer, Refusal):
        assert answer.code
        assert answer.code != "InternalError" or answer in UNHELPFUL.values() or _is_explained(answer)
    else:
        assert is_official(world.version if way == "inward" else "2.1", answer), encode(answer)


def _is_explained(answer: Refusal) -> bool:
    """An answer of the far side that cannot be said at all is the one thing that is our own error."""
    return answer.description.startswith(("the answer to ", "the answer cannot be said"))


def _clock(now: datetime) -> Callable[[float], datetime]:
    """Lets pauses pass; the number of them is bounded, for a translation that waits for ever answers nobody."""
    paused = 0.0

    def pause(seconds: float) -> datetime:
        nonlocal paused
        paused += seconds
        assert paused < LONGEST_WAIT, "nobody is answered any more"
        return now + timedelta(seconds=paused)

    return pause


def plainly(version: str, asked: Any) -> Any:
    """A plain yes of a peer, made from the official schema."""
    row = actions(version)[asked.action]
    drawn = Drawer(version, 1, {"transactionId": (17,), "interval": (300,)})
    assert row.response is not None
    payload = drawn.payload(f"{row.name}Response", 0.0)
    if "idTagInfo" in payload:
        payload["idTagInfo"]["status"] = "Accepted"
    return read(version, f"{row.name}Response", payload)


def _statuses(version: str) -> list[Any]:
    if version in ONE_X:
        said = [{"connectorId": evse, "status": "Available", "errorCode": "NoError"} for evse in EVSES]
    else:
        moment = {"timestamp": "2026-03-01T09:00:00Z", "connectorStatus": "Available"}
        said = [{**moment, "evseId": evse, "connectorId": 1} for evse in EVSES]
    return [read(version, "StatusNotificationRequest", payload) for payload in said]


def started(version: str, *, evse: int = 1, token: str = "04A1B2C3", transaction_id: str = "T1") -> Any:  # noqa: S107 - of a card
    """The request by which a station of this version begins a transaction."""
    if version in ONE_X:
        payload: dict[str, Any] = {
            "connectorId": evse,
            "idTag": token,
            "timestamp": "2026-03-01T09:00:00Z",
            "meterStart": 1000,
        }
        return read(version, "StartTransactionRequest", payload)
    info = "transactionData" if version == "2.0" else "transactionInfo"
    payload = {
        "eventType": "Started",
        "timestamp": "2026-03-01T09:00:00Z",
        "triggerReason": "Authorized",
        "seqNo": 0,
        info: {"id" if version == "2.0" else "transactionId": transaction_id, "chargingState": "Charging"},
        "evse": {"id": evse, "connectorId": 1},
        "idToken": {"idToken": token, "type": "ISO14443"},
        "meterValue": [{"timestamp": "2026-03-01T09:00:00Z", "sampledValue": [{"value": 1000}]}],
    }
    return read(version, "TransactionEventRequest", payload)
