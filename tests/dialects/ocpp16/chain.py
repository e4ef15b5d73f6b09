"""A 1.6 station and a 1.6 management system with the house between them: two halves back to back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pluglot.dialects import Half, Loss, Policy, Refusal, csms_half, station_half
from pluglot.dialects.ocpp16 import wire
from tests.dialects.driver import CONNECTED, NOW, carry, seeded
from tests.dialects.samples import Sampler

ACCEPTED = wire.IdTagInfo(status=wire.AuthorizationStatus.ACCEPTED)


class ManagementSystem:
    """A 1.6 management system that accepts everything and keeps what it was told."""

    def __init__(self) -> None:
        self.received: list[Any] = []
        self.answers: list[Any] = []
        self.last_id = 500
        #: What a StartTransaction is told of its idTag.
        self.status = wire.AuthorizationStatus.ACCEPTED

    def answer(self, request: Any) -> Any:
        """Answer a request of a station."""
        self.received.append(request)
        self.answers.append(self._answer(request))
        return self.answers[-1]

    def _answer(self, request: Any) -> Any:  # noqa: PLR0911 - one for each kind of request
        match request:
            case wire.AuthorizeRequest():
                return wire.AuthorizeResponse(id_tag_info=ACCEPTED)
            case wire.BootNotificationRequest():
                accepted = wire.RegistrationStatus.ACCEPTED
                return wire.BootNotificationResponse(status=accepted, current_time=NOW, interval=300)
            case wire.HeartbeatRequest():
                return wire.HeartbeatResponse(current_time=NOW)
            case wire.StartTransactionRequest():
                self.last_id += 1
                info = wire.IdTagInfo(status=self.status)
                return wire.StartTransactionResponse(transaction_id=self.last_id, id_tag_info=info)
            case wire.StopTransactionRequest():
                return wire.StopTransactionResponse(id_tag_info=None if request.id_tag is None else ACCEPTED)
            case wire.DataTransferRequest():
                return wire.DataTransferResponse(status=wire.DataTransferStatus.ACCEPTED, data=request.data)
            case _:
                response = wire.ACTIONS[request.action].response
                assert response is not None
                return Sampler(1).message(response, fullness=0.0)


class Chain:
    """1.6 station, station half, house, management system half, 1.6 management system."""

    def __init__(self, *, policy: Policy | None = None, identity: str = "CS1") -> None:
        self.policy = policy
        self.management = ManagementSystem()
        self.station_half: Half = station_half("1.6", identity=identity, random=seeded(3), policy=policy)
        self.csms_half: Half = csms_half("1.6", identity=identity, random=seeded(4), policy=policy)
        self.station_half.connected(now=CONNECTED)
        self.csms_half.connected(now=CONNECTED)
        self.house: list[Any] = []
        #: What the house was asked by the management system.
        self.down: list[Any] = []
        #: The integer id the station was given for its transaction.
        self.given = 0
        self.losses: list[Loss] = []
        #: What the 1.6 station answers.
        self.station: Any = None

    def send(self, request: Any, *, now: datetime = NOW) -> Any:
        """Send a request of the station through to the management system."""
        carried = carry(
            self.station_half.inward(request, now=now),
            house=lambda one: self._up(one, now),
            peer=self.station,
        )
        self.losses += carried.losses
        return carried.answer

    def _up(self, request: Any, now: datetime) -> Any:
        self.house.append(request)
        carried = carry(
            self.csms_half.outward(request, now=now),
            peer=self.management.answer,
            house=lambda one: self._down(one, now),
        )
        self.losses += carried.losses
        return carried.answer

    def command(self, request: Any, *, now: datetime = NOW) -> Any:
        """Send a request of the management system through to the station."""
        carried = carry(
            self.csms_half.inward(request, now=now),
            house=lambda one: self._down(one, now),
            peer=self.management.answer,
        )
        self.losses += carried.losses
        return carried.answer

    def _down(self, request: Any, now: datetime) -> Any:
        self.down.append(request)
        carried = carry(
            self.station_half.outward(request, now=now), peer=self.station, house=lambda one: self._up(one, now)
        )
        self.losses += carried.losses
        if not isinstance(carried.answer, Refusal):
            self.down.append(carried.answer)
        return carried.answer

    def restart(self) -> None:
        """Lose everything but the saved memories."""
        saved = self.station_half.snapshot(), self.csms_half.snapshot()
        self.station_half = station_half("1.6", identity="CS1", random=seeded(5), policy=self.policy)
        self.csms_half = csms_half("1.6", identity="CS1", random=seeded(6), policy=self.policy)
        self.station_half.restore(saved[0])
        self.csms_half.restore(saved[1])
        self.station_half.connected(now=CONNECTED)
