"""Makes a 1.5 station look like a 2.1 station, by way of 1.6 (mapping, chapter 12)."""

from __future__ import annotations

from pluglot import messages as house
from pluglot.dialects.climb import ClimbingHalf
from pluglot.dialects.ocpp15 import wire
from pluglot.dialects.ocpp15.conversions import ABSENT, DIFFERENCES
from pluglot.dialects.ocpp15.memory import StationMemory
from pluglot.dialects.ocpp16.soap_halves import XmlStationHalf
from pluglot.messages.version import OcppVersion


class ChargingFromTheStart(XmlStationHalf):
    """The 1.6 half for stations whose status cannot tell charging from suspended, and that have no smart charging."""

    def charging_state_now(self, connector: int, table: object) -> house.ChargingState | None:  # noqa: ARG002 - as in the newer half
        """Charging, whatever the connector's status: it says no more than Occupied."""
        return house.ChargingState.CHARGING

    def lacks_smart_charging(self) -> bool:
        """True: a profile would be left out of a remote start, and must not be remembered as installed."""
        return True


class StationHalf(ClimbingHalf[StationMemory]):
    """The house's view of one 1.5 station."""

    label = "ocpp1.5s station 1"
    memory_type = StationMemory
    peer_version = OcppVersion.OCPP_1_5_SOAP
    actions = wire.ACTIONS
    differences = DIFFERENCES
    absent = ABSENT
    newer_half = ChargingFromTheStart
    newer: ChargingFromTheStart

    def has_transaction_on(self, connector: int) -> bool:
        """Whether a transaction is open on a connector."""
        return bool(self.newer.book.on(connector))

    def connector_of_transaction(self, transaction_id: int) -> int | None:
        """The connector of an open transaction."""
        entry = self.newer.book.by_id(transaction_id)
        return None if entry is None else entry.connector
