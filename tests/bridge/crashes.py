"""Sessions over one or more bridges, one of which is killed at a chosen step, and what must have arrived in the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from pluglot import messages as house
from pluglot.dialects.base import Refusal
from pluglot.messages.codec import to_builtins
from tests.bridge.peers import Csms16, answer, at, wire
from tests.bridge.scene import Peer, in_words_of, request_of
from tests.bridge.world import BEGIN, SILENCE, Crash, World, ask, command
from tests.dialects.driver import ACCEPTING

#: A token too long for 1.6, which therefore has another name there.
LONG = "DE-ABC-C00012345-0123456789"
NEW = ("2.0", "2.0.1", "2.1")
_MOST_TRIES = 12


class Shared:
    """The steps and the time of all bridges of a run; at one step the bridge that takes it is killed."""

    def __init__(self, crash_at: int | None) -> None:
        self.crash_at = crash_at
        self.count = 0
        self.time = BEGIN

    @property
    def is_over(self) -> bool:
        """Whether somebody was killed already."""
        return self.crash_at is not None and self.count >= self.crash_at

    def tick(self) -> None:
        """Take a step."""
        self.count += 1
        if self.count == self.crash_at:
            raise Crash


class Bridge(World):
    """One bridge, killed and started again with what it had written."""

    def __init__(self, run: Run, index: int, station: str, csms: str) -> None:
        self._run = run
        self._index = index
        self._versions = station, csms
        self._starts = 0
        super().__init__(run.station, run.csms)
        self._joint: Any = None
        self.restart()

    @property
    def time(self) -> datetime:  # type: ignore[override]
        """The time of all bridges."""
        return self._run.shared.time

    @time.setter
    def time(self, time: datetime) -> None:
        self._run.shared.time = time

    def _step(self, what: str) -> None:
        self.steps.append(what)
        self._run.shared.tick()

    @property
    def station_joint(self) -> Any:
        """What stations ask."""
        return self._joint

    def restart(self) -> None:
        """Begin with what was written; chance is another each time."""
        self._starts += 1
        seed = 100 * self._index + self._starts
        if self._run.stores:
            self._joint = self.storing(*self._versions, seed=seed)
            if self._run.is_up:
                self._joint.uplink_came()
        else:
            self._joint = self.joint(*self._versions, seed=seed)

    async def ask_csms(self, request: Any, deadline: datetime) -> Any:
        """Ask the next bridge, or the management system."""
        self._step(f"ask csms {request.action}")
        answer = await self._run.up(self._index, request)
        self._step(f"csms answered {request.action}")
        if answer is SILENCE:
            self.time = max(self.time, deadline)
        return answer

    async def ask_station(self, request: Any, deadline: datetime) -> Any:
        """Ask the bridge before, or the station."""
        self._step(f"ask station {request.action}")
        answer = await self._run.down(self._index, request)
        self._step(f"station answered {request.action}")
        if answer is SILENCE:
            self.time = max(self.time, deadline)
        return answer


class Ledger(Peer):
    """A newer management system: a repeated event must say the same, and counts once."""

    def __init__(self, version: str) -> None:
        super().__init__(version, is_csms=True, mind=self._take)
        self.events: dict[tuple[str, int], Any] = {}
        self.booted = 0

    def _take(self, request: Any) -> Any:
        if isinstance(request, house.TransactionEventRequest):
            key = request.transaction_info.transaction_id, request.seq_no
            assert self.events.setdefault(key, request) == request, "a repeated event says something else"
        return ACCEPTING[request.action](request)

    def transactions(self) -> list[list[Any]]:
        """The events of each transaction, in the order of their begin; no number is missing."""
        found: dict[str, list[Any]] = {}
        for (transaction_id, _), event in sorted(self.events.items()):
            found.setdefault(transaction_id, []).append(event)
        for events in found.values():
            assert [event.seq_no for event in events] == list(range(len(events))), "a gap"
        return sorted(found.values(), key=lambda events: str(events[0].timestamp))


class Lossy:
    """A management system that takes everything and whose every second answer is lost, once."""

    def __init__(self, peer: Any) -> None:
        self.peer = peer
        self._heard: set[str] = set()

    def __call__(self, request: Any) -> Any:
        """Answer, or be heard no more."""
        answer = self.peer(request)
        key = repr(request)
        if key in self._heard:
            return answer
        self._heard.add(key)
        return SILENCE if len(self._heard) % 2 else answer


class Agreeing(Peer):
    """A newer station that agrees to everything."""

    def __init__(self, version: str) -> None:
        super().__init__(version, is_csms=False, mind=_agree)


def _agree(request: Any) -> Any:
    return _ACCEPTED[request.action]


_ACCEPTED = {
    "RequestStartTransaction": house.RequestStartTransactionResponse(status=house.RequestStartStopStatus.ACCEPTED),
    "ReserveNow": house.ReserveNowResponse(status=house.ReserveNowStatus.ACCEPTED),
    "CancelReservation": house.CancelReservationResponse(status=house.CancelReservationStatus.ACCEPTED),
    "SetChargingProfile": house.SetChargingProfileResponse(status=house.ChargingProfileStatus.ACCEPTED),
    "ClearChargingProfile": house.ClearChargingProfileResponse(status=house.ClearChargingProfileStatus.ACCEPTED),
    "GetBaseReport": house.GetBaseReportResponse(status=house.GenericDeviceModelStatus.NOT_SUPPORTED),
}


class OldAgreeing:
    """A station before 2.0 that agrees to everything."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.now: Callable[[], datetime]

    def __call__(self, request: Any) -> Any:
        """Answer."""
        self.heard.append((request.action, to_builtins(request)))
        if request.action == "GetConfiguration":
            return answer(self.version, request.action, unknownKey=list(request.key or ()))
        return answer(self.version, request.action, status="Accepted")


class Run:
    """A route of versions, how it is travelled, and the step at which a bridge dies."""

    def __init__(self, route: tuple[str, ...], mode: str, crash_at: int | None = None) -> None:
        self.route = route
        self.stores = mode == "storing"
        self.is_up = True
        self.shared = Shared(crash_at)
        old = route[0] not in NEW
        self.station: Any = OldAgreeing(route[0]) if old else Agreeing(route[0])
        self.csms: Any = Csms16() if route[-1] == "1.6" else Ledger(route[-1])
        self.csms.now = self.station.now = lambda: self.shared.time
        self._answering = Lossy(self.csms) if mode == "lossy" else self.csms
        self.bridges = [Bridge(self, index, *pair) for index, pair in enumerate(pairwise(route))]
        #: What the management systems of 1.x called the transactions, by our own names for them.
        self.numbers: dict[str, Any] = {}

    # --- between the bridges ---

    async def up(self, index: int, request: Any) -> Any:
        """What a bridge asks of the side of the management system."""
        if not self.is_up and index == len(self.bridges) - 1:
            return SILENCE
        if index + 1 == len(self.bridges):
            return self._answering(request)
        return await self._unless_killed(index + 1, lambda joint: ask(joint, request))

    async def down(self, index: int, request: Any) -> Any:
        """What a bridge asks of the side of the station."""
        if index == 0:
            return self.station(request)
        return await self._unless_killed(index - 1, lambda joint: command(joint, request))

    async def _unless_killed(self, index: int, act: Callable[[Any], Any]) -> Any:
        """What another bridge answers; one that is killed answers nothing, and is started again."""
        try:
            answer = await act(self.bridges[index].station_joint)
        except Crash:
            self.bridges[index].restart()
            return SILENCE
        return SILENCE if isinstance(answer, Refusal) and answer.silent else answer

    async def time_passes(self) -> None:
        """Half a minute in which the bridges do what is due."""
        self.shared.time += timedelta(seconds=31)
        for bridge in self.bridges:
            try:
                for rest in bridge.station_joint.advance():
                    await rest()
            except Crash:
                bridge.restart()
                for rest in bridge.station_joint.advance():
                    await rest()

    # --- what is said ---

    async def tells(self, request: Any) -> Any:
        """The station repeats a message until it is answered."""
        return await self._insist(0, lambda joint: ask(joint, request))

    async def asks(self, request: Any) -> Any:
        """The management system repeats a command until it is answered."""
        return await self._insist(-1, lambda joint: command(joint, request))

    async def _insist(self, index: int, act: Callable[[Any], Any]) -> Any:
        for _ in range(_MOST_TRIES):
            answer = await self._unless_killed(index, act)
            if answer is not SILENCE:
                assert not isinstance(answer, Refusal), answer
                return answer
            await self.replays()
        raise AssertionError("never answered")

    async def goes_down(self) -> None:
        """The management system cannot be reached any more."""
        self.is_up = False
        self.bridges[-1].station_joint.uplink_went()

    async def comes_back(self) -> None:
        """It can be reached again, and is told everything."""
        self.is_up = True
        self.bridges[-1].station_joint.uplink_came()
        await self.replays()

    async def replays(self) -> None:
        """Deliver what is kept, over however many kills."""
        if not self.stores or not self.is_up:
            return
        for _ in range(30):
            bridge = self.bridges[-1]
            try:
                if await bridge.station_joint.replay() is None:
                    return
            except Crash:
                bridge.restart()
        raise AssertionError("the replay did not come to an end")


# --- sessions ------------------------------------------------------------------------------------------------------


class Charge(NamedTuple):
    """A transaction: its token, the registers at its begin, in between and at its end, and when."""

    name: str
    token: str
    registers: tuple[int, ...]
    minutes: int
    remote: bool = False


CHARGES = (
    Charge("first", "DRIVER", (1000, 1200, 1500, 2345), 1),
    Charge("second", "SECOND", (2345, 2500), 10),
    Charge("third", LONG, (2500, 2600, 2900), 20, remote=True),
)
#: What a storing bridge sees while nobody answers above; commands have no way to come.
KEPT = (Charge("first", "DRIVER", (1000, 1200, 2345), 1), Charge("second", "DRIVER", (2345, 2500), 10))


async def session(run: Run) -> None:
    """Everything that happens in a run."""
    teller = NewStation(run) if run.route[0] in NEW else OldStation(run)
    await teller.boots()
    await run.time_passes()
    if run.shared.is_over:
        # The link of the station ended with the bridge; on the new one it says how its connector is.
        await teller.reports()
    if run.stores:
        await teller.authorizes("DRIVER")
        await run.goes_down()
        for charge in KEPT:
            await teller.charges(charge)
        await run.comes_back()
        return
    asker = OldSystem(run) if run.route[-1] == "1.6" else NewSystem(run)
    await asker.prepares()
    for charge in CHARGES:
        if charge.remote:
            await asker.starts(charge)
        await teller.charges(charge)
    await asker.tidies()


class OldStation:
    """What a station before 2.0 says."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.version = run.route[0]

    async def _tells(self, action: str, **payload: Any) -> Any:
        return await self.run.tells(wire(self.version, action, **payload))

    async def boots(self) -> None:
        """It starts."""
        await self._tells("BootNotification", chargePointVendor="Elsewhere", chargePointModel="E-1")
        await self.reports()

    async def reports(self) -> None:
        """It says that its connector is free."""
        await self._status("Available", 0)

    async def _status(self, status: str, minutes: float) -> None:
        timed = {} if self.version == "1.2s" else {"timestamp": at(minutes)}
        await self._tells("StatusNotification", connectorId=1, status=status, errorCode="NoError", **timed)

    async def authorizes(self, token: str) -> None:
        """Somebody shows a token."""
        await self._tells("Authorize", idTag=token)

    async def charges(self, charge: Charge) -> None:
        """A transaction from begin to end."""
        begin, *between = charge.registers[:-1]
        tag = self._tag(charge)
        minutes = charge.minutes
        started = await self._tells(
            "StartTransaction", connectorId=1, idTag=tag, meterStart=begin, timestamp=at(minutes)
        )
        number = self.run.numbers[charge.name] = started.transaction_id
        if self.version not in {"1.2s", "1.5s"}:
            await self._status("Charging", minutes + 0.5)
        for register in between:
            minutes += 1
            await self._tells("MeterValues", **self._reading(number, register, minutes))
        await self._tells(
            "StopTransaction",
            transactionId=number,
            idTag=tag,
            meterStop=charge.registers[-1],
            timestamp=at(minutes + 1),
        )

    def _tag(self, charge: Charge) -> str:
        """The token as the station knows it: as it was told, when it was started remotely."""
        if not charge.remote:
            return charge.token
        asked = [said for action, said in self.run.station.heard if action == "RemoteStartTransaction"]
        return str(asked[-1]["idTag"])

    def _reading(self, number: int, register: int, minutes: int) -> dict[str, Any]:
        told: dict[str, Any] = {"connectorId": 1}
        if self.version == "1.2s":
            return told | {"values": [{"timestamp": at(minutes), "value": register}]}
        told["transactionId"] = number
        sample = {"value": str(register), "unit": "Wh"}
        if self.version == "1.5s":
            return told | {"values": [{"timestamp": at(minutes), "value": [sample]}]}
        return told | {"meterValue": [{"timestamp": at(minutes), "sampledValue": [sample]}]}


class NewStation:
    """What a station of 2.x says."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.version = run.route[0]

    async def _tells(self, action: str, payload: dict[str, Any]) -> Any:
        request = request_of(action, payload)
        said = in_words_of(self.version, request, BEGIN, by_csms=False)
        assert said is not None
        return await self.run.tells(said)

    async def boots(self) -> None:
        """It starts."""
        station = {"vendorName": "Elsewhere", "model": "E-2"}
        await self._tells("BootNotification", {"reason": "PowerUp", "chargingStation": station})
        await self.reports()

    async def reports(self) -> None:
        """It says that its connector is free."""
        status = {"timestamp": at(0), "connectorStatus": "Available", "evseId": 1, "connectorId": 1}
        await self._tells("StatusNotification", status)

    async def authorizes(self, token: str) -> None:
        """Somebody shows a token."""
        await self._tells("Authorize", {"idToken": {"idToken": token, "type": "Central"}})

    async def charges(self, charge: Charge) -> None:
        """A transaction from begin to end."""
        last = len(charge.registers) - 1
        for number, register in enumerate(charge.registers):
            kind = "Started" if number == 0 else "Ended" if number == last else "Updated"
            await self._tells("TransactionEvent", self._event(charge, kind, number, register))
        self.run.numbers[charge.name] = f"TX-{charge.name}"

    @staticmethod
    def _event(charge: Charge, kind: str, number: int, register: int) -> dict[str, Any]:
        time = at(charge.minutes + number)
        context = {"Started": "Transaction.Begin", "Ended": "Transaction.End"}.get(kind, "Sample.Periodic")
        event = {
            "eventType": kind,
            "timestamp": time,
            "triggerReason": {"Started": "Authorized", "Ended": "EVDeparted"}.get(kind, "MeterValuePeriodic"),
            "seqNo": number,
            "transactionInfo": {"transactionId": f"TX-{charge.name}", "chargingState": "Charging"},
            "meterValue": [{"timestamp": time, "sampledValue": [{"value": register, "context": context}]}],
        }
        if kind == "Started":
            event["idToken"] = {"idToken": charge.token, "type": "Central"}
            event["evse"] = {"id": 1, "connectorId": 1}
        return event


# --- commands ------------------------------------------------------------------------------------------------------

PROFILE = {
    "id": 5,
    "stackLevel": 1,
    "chargingProfilePurpose": "TxDefaultProfile",
    "chargingProfileKind": "Relative",
    "chargingSchedule": [
        {"id": 5, "chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 10}]}
    ],
}
PROFILE_16 = {
    "chargingProfileId": 5,
    "stackLevel": 1,
    "chargingProfilePurpose": "TxDefaultProfile",
    "chargingProfileKind": "Relative",
    "chargingSchedule": {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 10}]},
}
#: Versions whose stations know reservations and charging profiles.
RESERVES = ("1.5s", "1.6s", "1.6", *NEW)
LIMITS = ("1.6s", "1.6", *NEW)


class NewSystem:
    """What a management system of 2.x asks."""

    def __init__(self, run: Run) -> None:
        self.run = run

    async def _asks(self, action: str, payload: dict[str, Any]) -> None:
        said = in_words_of(self.run.route[-1], request_of(action, payload), BEGIN, by_csms=True)
        assert said is not None
        assert (await self.run.asks(said)).status.value == "Accepted"

    async def prepares(self) -> None:
        """A reservation and a limit."""
        if self.run.route[0] in RESERVES:
            token = {"idToken": LONG, "type": "Central"}
            reservation = {"id": 9, "expiryDateTime": at(5), "idToken": token, "evseId": 1}
            await self._asks("ReserveNow", reservation)
        if self.run.route[0] in LIMITS:
            await self._asks("SetChargingProfile", {"evseId": 1, "chargingProfile": PROFILE})

    async def starts(self, charge: Charge) -> None:
        """A remote start with a token too long for 1.6."""
        token = {"idToken": charge.token, "type": "Central"}
        await self._asks("RequestStartTransaction", {"idToken": token, "remoteStartId": 77, "evseId": 1})

    async def tidies(self) -> None:
        """The reservation and the limit are taken back."""
        if self.run.route[0] in RESERVES:
            await self._asks("CancelReservation", {"reservationId": 9})
        if self.run.route[0] in LIMITS:
            await self._asks("ClearChargingProfile", {"chargingProfileId": 5})


class OldSystem:
    """What a management system of 1.6 asks."""

    def __init__(self, run: Run) -> None:
        self.run = run

    async def _asks(self, action: str, **payload: Any) -> None:
        answer = await self.run.asks(wire("1.6", action, **payload))
        assert answer.status.value == "Accepted", (action, answer)

    async def prepares(self) -> None:
        """A reservation with a number that 2.x does not have, and a limit."""
        await self._asks("ReserveNow", connectorId=1, expiryDate=at(5), idTag="DRIVER", reservationId=-9)
        if self.run.route[0] in LIMITS:
            await self._asks("SetChargingProfile", connectorId=1, csChargingProfiles=PROFILE_16)

    async def starts(self, charge: Charge) -> None:
        """A remote start."""
        await self._asks("RemoteStartTransaction", connectorId=1, idTag=charge.token[:20])

    async def tidies(self) -> None:
        """The reservation and the limit are taken back."""
        await self._asks("CancelReservation", reservationId=-9)
        if self.run.route[0] in LIMITS:
            await self._asks("ClearChargingProfile", id=5)


# --- what must have arrived ----------------------------------------------------------------------------------------


def check(run: Run) -> None:
    """Nothing is lost, nothing doubled, no number is missing, and each transaction has its energy."""
    charges = KEPT if run.stores else CHARGES
    if isinstance(run.csms, Csms16):
        _check_old(run, charges)
    else:
        _check_new(run, charges)
    if not run.stores:
        _check_commands(run)


def _check_new(run: Run, charges: Iterable[Charge]) -> None:
    transactions = run.csms.transactions()
    charges = tuple(charges)
    assert len(transactions) == len(charges), "a transaction too many or too few"
    for charge, events in zip(charges, transactions, strict=True):
        kinds = [event.event_type.value for event in events]
        assert (kinds[0], kinds[-1], set(kinds[1:-1]) - {"Updated"}) == ("Started", "Ended", set())
        told = [
            int(sample.value) for event in events for value in event.meter_value or () for sample in value.sampled_value
        ]
        assert told == list(charge.registers), "a reading is lost or doubled"
        assert events[0].id_token.id_token == charge.token
        if charge.remote and run.route[0] not in NEW:
            assert events[0].transaction_info.remote_start_id == 77


def _check_old(run: Run, charges: Iterable[Charge]) -> None:
    starts = [said for action, said in run.csms.heard if action == "StartTransaction"]
    charges = tuple(charges)
    distinct = list({repr(said): said for said in starts}.values())
    assert [said["meterStart"] for said in distinct] == [charge.registers[0] for charge in charges]
    assert {number: said["meterStop"] for number, said in run.csms.stops.items()} == {
        100 + index: charge.registers[-1] for index, charge in enumerate(charges)
    }
    readings = {
        (said.get("transactionId"), int(float(sample["value"])))
        for action, said in run.csms.heard
        if action == "MeterValues"
        for value in said["meterValue"]
        for sample in value["sampledValue"]
        if sample.get("context", "Sample.Periodic") == "Sample.Periodic"
    }
    between = {(100 + index, register) for index, charge in enumerate(charges) for register in charge.registers[1:-1]}
    assert readings == between, "a reading is lost"


def _check_commands(run: Run) -> None:
    """What the management system numbered is one and the same thing at the station, before and after a kill."""
    new = run.route[0] in NEW
    said = [(one.action, to_builtins(one)) for one in run.station.meant] if new else run.station.heard
    reserved = {str(one.get("reservationId", one.get("id"))) for action, one in said if action == "ReserveNow"}
    cancelled = {str(one["reservationId"]) for action, one in said if action == "CancelReservation"}
    assert reserved == cancelled, (reserved, cancelled)
    assert len(reserved) == (run.route[0] in RESERVES)
    starts = {
        # A 1.6 start has no number: said again it is another start.
        repr(sorted(item for item in one.items() if item[0] != "remoteStartId" or "1.6" not in run.route))
        for action, one in said
        if action in {"RemoteStartTransaction", "RequestStartTransaction"}
    }
    assert len(starts) == 1
    profiles = [
        (one.get("csChargingProfiles") or one.get("chargingProfile"))
        for action, one in said
        if action == "SetChargingProfile"
    ]
    ids = {one.get("id", one.get("chargingProfileId")) for one in profiles}
    cleared = {
        one.get("id", one.get("chargingProfileId")) for action, one in said if action == "ClearChargingProfile"
    } - {None}
    assert ids == ({5} if run.route[0] in LIMITS else set())
    assert cleared == ids
