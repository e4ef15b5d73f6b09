"""A driver's visit to a station: plug in, show a token, charge, show it again or just unplug, leave."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final


@dataclass(frozen=True, slots=True)
class PlugIn:
    """The driver puts the cable in."""


@dataclass(frozen=True, slots=True)
class PresentToken:
    """The driver shows the token at the reader."""

    id_token: str
    type: str


@dataclass(frozen=True, slots=True)
class Unplug:
    """The driver takes the cable out."""


@dataclass(frozen=True, slots=True)
class Left:
    """The driver drove away; the visit is over."""


Action = PlugIn | PresentToken | Unplug | Left

#: A driver whose charging does not begin gives up after this time.
PATIENCE: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """What a driver means to do; times are real time, not the vehicle's."""

    id_token: str
    type: str
    #: From plugging in to showing the token.
    hesitation: timedelta = timedelta(seconds=1)
    #: How long to charge at the most; the vehicle may be satisfied sooner.
    duration: timedelta = timedelta(minutes=30)
    #: Whether the token is shown again before unplugging.
    stops_with_token: bool = True
    #: From the end of charging to unplugging.
    packing: timedelta = timedelta(seconds=1)


class _Stage(Enum):
    ARRIVING = auto()
    PLUGGED_IN = auto()
    WAITING_FOR_POWER = auto()
    CHARGING = auto()
    PACKING = auto()
    GONE = auto()


@dataclass(slots=True)
class Visit:
    """One driver's visit as a small state machine; ask ``advance`` at ``next_deadline`` and do what it says."""

    plan: VisitPlan
    begins_at: datetime
    _stage: _Stage = field(default=_Stage.ARRIVING, init=False)
    _deadline: datetime | None = field(default=None, init=False)

    def next_deadline(self) -> datetime | None:
        """When the driver does something next by time alone; None when the visit is over."""
        return self.begins_at if self._stage is _Stage.ARRIVING else self._deadline

    @property
    def is_over(self) -> bool:
        """Whether the driver has left."""
        return self._stage is _Stage.GONE

    @property
    def is_charging(self) -> bool:
        """Whether the driver sees energy flow, or saw it flow and waits for more."""
        return self._stage is _Stage.CHARGING

    def energy_flows(self, *, now: datetime) -> None:
        """Tell the driver that charging began."""
        if self._stage is _Stage.WAITING_FOR_POWER:
            self._go(_Stage.CHARGING, now + self.plan.duration)

    def satisfied(self, *, now: datetime) -> None:
        """Tell the driver that the vehicle wants no more, or that the transaction ended without them."""
        if self._stage in {_Stage.WAITING_FOR_POWER, _Stage.CHARGING}:
            self._deadline = now

    def advance(self, *, now: datetime) -> list[Action]:
        """What the driver does now, in order."""
        actions: list[Action] = []
        while (deadline := self.next_deadline()) is not None and deadline <= now:
            actions += self._act(now)
        return actions

    def _act(self, now: datetime) -> list[Action]:
        token = PresentToken(self.plan.id_token, self.plan.type)
        match self._stage:
            case _Stage.ARRIVING:
                self._go(_Stage.PLUGGED_IN, now + self.plan.hesitation)
                return [PlugIn()]
            case _Stage.PLUGGED_IN:
                self._go(_Stage.WAITING_FOR_POWER, now + PATIENCE)
                return [token]
            case _Stage.CHARGING if self.plan.stops_with_token:
                self._go(_Stage.PACKING, now + self.plan.packing)
                return [token]
            case _Stage.WAITING_FOR_POWER | _Stage.CHARGING:
                self._go(_Stage.PACKING, now + self.plan.packing)
                return []
            case _:
                self._go(_Stage.GONE, None)
                return [Unplug(), Left()]

    def _go(self, stage: _Stage, deadline: datetime | None) -> None:
        self._stage, self._deadline = stage, deadline
