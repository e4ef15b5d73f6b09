"""Connector numbers of a 1.6 station and EVSE and connector of the house (mapping 3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pluglot import messages as house

#: A station that speaks of a connector beyond this is not believed.
MOST_CONNECTORS: Final = 64


class Numbering:
    """The connectors of one 1.6 station: n is EVSE n, connector 1, unless a table says otherwise."""

    def __init__(self, connectors: list[int], override: Mapping[int, tuple[int, int]]) -> None:
        """Work on the saved list of known connectors and the table of the policy."""
        self._connectors = connectors
        self._override = override

    @property
    def known(self) -> tuple[int, ...]:
        """The connectors the station has spoken of, in order."""
        return tuple(self._connectors)

    def grow(self, connector: int) -> bool:
        """Note a connector the station speaks of; says whether it was new and is believed."""
        if connector in self._connectors or not 0 < connector <= MOST_CONNECTORS:
            return False
        self._connectors.append(connector)
        self._connectors.sort()
        return True

    def place(self, connector: int) -> tuple[int, int]:
        """EVSE and connector of the house for a 1.6 connector number."""
        return self._override.get(connector, (connector, 1))

    def evse(self, connector: int) -> house.EVSE:
        """EVSE and connector as the house writes them."""
        evse_id, connector_id = self.place(connector)
        return house.EVSE(id=evse_id, connector_id=connector_id)

    def connectors_of(self, evse_id: int) -> tuple[int, ...]:
        """The 1.6 connectors of an EVSE, in order; empty when there is no such EVSE."""
        if evse_id <= 0:
            return ()
        named = [number for number, place in self._override.items() if place[0] == evse_id]
        if not named and evse_id not in self._override and evse_id <= MOST_CONNECTORS:
            named = [evse_id]
        # Of a station that has said nothing yet any connector is believed.
        return tuple(sorted(number for number in named if number in self._connectors or not self._connectors))

    def connector_of(self, evse_id: int, connector_id: int) -> int | None:
        """The 1.6 connector of an EVSE and connector, or None."""
        return next(
            (number for number in self.connectors_of(evse_id) if self.place(number) == (evse_id, connector_id)), None
        )
