"""What the translations toward a 1.6 management system share: the memory, views on it, connector numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from pluglot import messages as house
from pluglot.dialects.losses import Loss
from pluglot.dialects.ocpp16.keys import COMPONENTS
from pluglot.dialects.ocpp16.memory import CsmsMemory, HouseTransaction
from pluglot.dialects.ocpp16.peer import PeerContext
from pluglot.dialects.ocpp16.shelf import ProfileShelf
from pluglot.dialects.ocpp16.tokens import TokenBook
from pluglot.dialects.policy import Policy

#: How long statuses wait for the inventory before connectors are numbered without it (3.2).
INVENTORY_PATIENCE: Final = timedelta(seconds=30)
_FIRST_CONNECTOR: Final = 1
#: A station that speaks of more connectors is not believed further.
MOST_CONNECTORS: Final = 256
_MOST_KEPT: Final = 300
#: Components outside the table of keys that keys are worked out from.
_STATION_PARTS: Final = frozenset({"ChargingStation", "CustomizationCtrlr", "EVSE", "FiscalMetering"})

VariableName = tuple[str, str, str | None]


class Known(NamedTuple):
    """What a report said of a variable of the station."""

    value: str
    mutability: house.Mutability | None
    characteristics: house.VariableCharacteristics | None


class Exposed(NamedTuple):
    """A variable without a key, under a name made from its own (8.9)."""

    name: str
    component: house.Component
    variable: house.Variable
    value: str
    readonly: bool


class CsmsContext(PeerContext[CsmsMemory]):
    """The state of a management system half."""

    label = "ocpp1.6 csms 1"
    memory_type = CsmsMemory

    def __init__(self, identity: str, *, random: Callable[[], float], policy: Policy | None = None) -> None:
        """Begin with an empty memory for the station of this identity."""
        super().__init__(identity, random=random, policy=policy)
        #: Variables of the whole station that reports told; a cache.
        self.variables: dict[VariableName, Known] = {}
        #: The report that is under way, and how many were completed.
        self.report_id: int | None = None
        #: Variables without a key, by the name a 1.6 management system may call them; only where that is wanted.
        self.exposed: dict[str, Exposed] = {}
        self.reports_completed = 0
        #: What of the values that are being told 1.6 cannot say.
        self.unsaid: list[Loss] = []
        #: When the station told the status of a connector, for those that wait for their numbers.
        self.status_times: dict[tuple[int, int], datetime] = {}
        #: Transactions whose start is on its way although no event of theirs waits for it.
        self.starting: set[str] = set()
        self._views()

    def _views(self) -> None:
        self.tokens = TokenBook(self.memory.aliases, self.policy, in_xml=self.in_xml)
        self.profiles = ProfileShelf(self.memory)
        self.variables = dict(msgspec.msgpack.decode(self.memory.variables, type=list[tuple[VariableName, Known]]))

    def restore(self, snapshot: bytes) -> None:
        """Take up a memory saved before."""
        super().restore(snapshot)
        self._views()

    def decode_memory(self, content: bytes) -> CsmsMemory:
        """A memory from MessagePack whose profiles and variables can be read too."""
        memory = super().decode_memory(content)
        ProfileShelf(memory)
        msgspec.msgpack.decode(memory.variables, type=list[tuple[VariableName, Known]])
        return memory

    def keep_variables(self) -> None:
        """Save what reports told of the variables behind configuration keys."""
        kept = [
            (name, known)
            for name, known in self.variables.items()
            if name[0] in COMPONENTS or name[0] in _STATION_PARTS
        ]
        self.memory.variables = msgspec.Raw(msgspec.msgpack.encode(kept[:_MOST_KEPT]))
        self.touch()

    def flag(self, component: str, variable: str, instance: str | None = None) -> bool | None:
        """What reports told of a variable that is true or false; None when they did not."""
        known = self.variables.get((component, variable, instance))
        return None if known is None else known.value.strip().casefold() == "true"

    def number_known(self, component: str, variable: str, instance: str | None, default: int) -> int:
        """What reports told of a variable that is a number."""
        known = self.variables.get((component, variable, instance))
        text = "" if known is None else known.value.strip()
        return int(text) if text.isdecimal() and len(text) < 10 else default  # noqa: PLR2004 - fits 32 bits

    # --- connector numbers (3.2) ----------------------------------------------------------------------------------

    def number_of(self, evse_id: int, connector_id: int | None) -> int | None:
        """The 1.6 number of a connector, given out on first sight unless the inventory is still to come."""
        if evse_id <= 0:
            return 0
        place = evse_id, connector_id or self.likely_connector(evse_id)
        for number, mapped in self.policy.connector_map.items():
            if mapped == place:
                return number
        if place in self.memory.connectors:
            return self.memory.connectors.index(place) + 1
        if self.awaits_inventory:
            if place not in self.memory.unnumbered and len(self.memory.unnumbered) < MOST_CONNECTORS:
                self.memory.unnumbered.append(place)
                self.touch()
            return None
        return self._numbered(place)

    def likely_connector(self, evse_id: int) -> int:
        """The connector meant when only the EVSE is named: the one in use, else the first."""
        for entry in self.open_transactions():
            if entry.evse is not None and entry.evse[0] == evse_id and entry.evse[1] is not None:
                return entry.evse[1]
        return next((place[1] for place in self.memory.connectors if place[0] == evse_id), _FIRST_CONNECTOR)

    def _numbered(self, place: tuple[int, int]) -> int | None:
        if len(self.memory.connectors) >= MOST_CONNECTORS:
            return None
        self.memory.connectors.append(place)
        self.touch()
        return len(self.memory.connectors)

    def places(self) -> Iterator[tuple[int, tuple[int, int]]]:
        """All connectors with their numbers."""
        if self.policy.connector_map:
            yield from sorted(self.policy.connector_map.items())
        else:
            yield from enumerate(self.memory.connectors, 1)

    def place_of(self, number: int) -> tuple[int, int] | None:
        """EVSE and connector of a 1.6 number."""
        return next((place for known, place in self.places() if known == number), None)

    @property
    def awaits_inventory(self) -> bool:
        """Whether numbers are not given out yet because the station is telling what it has."""
        return self.memory.inventory_asked_at is not None and not self.memory.inventory_known

    def number_connectors(self, inventory: Iterator[tuple[int, int]] | tuple[()] = ()) -> None:
        """Give numbers to all connectors known, ascending; those that have one keep it."""
        memory = self.memory
        for place in sorted({*inventory, *memory.unnumbered}):
            if place not in memory.connectors and len(memory.connectors) < MOST_CONNECTORS:
                memory.connectors.append(place)
        memory.unnumbered = []
        memory.inventory_asked_at = None
        self.touch()

    # --- transactions ---------------------------------------------------------------------------------------------

    def open_transactions(self) -> Iterator[HouseTransaction]:
        """The transactions that have not ended."""
        return (entry for entry in self.memory.transactions.values() if entry.ended_at is None)

    def transaction_at(self, place: tuple[int, int]) -> HouseTransaction | None:
        """The open transaction of a connector; without a named connector it is the first of its EVSE."""
        found = None
        for entry in self.open_transactions():
            if entry.evse is not None and entry.evse[0] == place[0]:
                connector_id = entry.evse[1] or self.likely_connector(place[0])
                if connector_id == place[1]:
                    found = entry
        return found

    def place_of_transaction(self, entry: HouseTransaction) -> tuple[int, int] | None:
        """EVSE and connector of a transaction; with a single connector there is no doubt."""
        if entry.evse is None:
            only = [place for _, place in self.places()]
            return only[0] if len(only) == 1 else None
        evse_id, connector_id = entry.evse
        if connector_id is not None:
            return evse_id, connector_id
        return next((place for _, place in self.places() if place[0] == evse_id), (evse_id, 1))

    def number_of_transaction(self, entry: HouseTransaction) -> int | None:
        """The connector number of a transaction; a start cannot wait for the inventory."""
        place = self.place_of_transaction(entry)
        if place is None:
            return None
        number = self.number_of(*place)
        if number is None:
            self.number_connectors()
            number = self.number_of(*place)
        return number

    def mint_profile_id(self) -> int:
        """An id for the copy of a profile."""
        number = self.memory.next_profile_id
        self.memory.next_profile_id = number + 1
        self.touch()
        return number

    def mint_request_id(self) -> int:
        """A number for a request that 1.6 does not number."""
        number = self.memory.next_request_id
        self.memory.next_request_id = number + 1
        self.touch()
        return number


def key_of(place: tuple[int, int]) -> str:
    """The key under which the memory keeps what it knows of a connector."""
    return f"{place[0]}.{place[1]}"
