"""A station and a management system of one version with halves between them, as many as there are bridges."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime
from typing import Any

from pluglot.dialects import Half, Loss, Policy, Refusal, csms_half, station_half
from tests.dialects.driver import CONNECTED, NOW, carry, seeded

Answer = Callable[[Any], Any]


def nobody(request: Any) -> Refusal:
    """Somebody who supports nothing."""
    return Refusal("NotSupported", request.action)


class Chain:
    """Station half and CSMS half in turn: one pair is a bridge from a version to itself, two pairs are two bridges."""

    def __init__(self, *versions: str, policy: Policy | None = None) -> None:
        """``versions`` are those on the wires from the station up, such as 1.6, 2.0.1, 1.6 for two bridges."""
        self.halves: list[Half] = []
        for number, (below, above) in enumerate(itertools.pairwise(versions)):
            seed = 10 * number
            self.halves += [
                station_half(below, identity="CS1", random=seeded(seed), policy=policy),
                csms_half(above, identity="CS1", random=seeded(seed + 1), policy=policy),
            ]
        for half in self.halves:
            half.connected(now=CONNECTED)
        self.station: Answer = nobody
        self.management: Answer = nobody
        self.losses: list[Loss] = []

    def say(self, request: Any, *, now: datetime = NOW) -> Any:
        """Let the station say something; returns its answer."""
        return self._up(0, request, now)

    def ask(self, request: Any, *, now: datetime = NOW) -> Any:
        """Let the management system ask something; returns its answer."""
        return self._down(len(self.halves) - 1, request, now)

    def _up(self, place: int, request: Any, now: datetime) -> Any:
        if place == len(self.halves):
            return self.management(request)
        return self._carried(place, request, now, from_peer=place % 2 == 0)

    def _down(self, place: int, request: Any, now: datetime) -> Any:
        if place < 0:
            return self.station(request)
        return self._carried(place, request, now, from_peer=place % 2 == 1)

    def _carried(self, place: int, request: Any, now: datetime, *, from_peer: bool) -> Any:
        half, faces_station = self.halves[place], place % 2 == 0

        def above(asked: Any) -> Any:
            return self._up(place + 1, asked, now)

        def below(asked: Any) -> Any:
            return self._down(place - 1, asked, now)

        carried = carry(
            half.inward(request, now=now) if from_peer else half.outward(request, now=now),
            house=above if faces_station else below,
            peer=below if faces_station else above,
        )
        self.losses += carried.losses
        return carried.answer
