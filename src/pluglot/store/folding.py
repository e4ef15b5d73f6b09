"""How a known station changes with each fact about it, for what is remembered beside the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from pluglot.csms.facts import (
    ConnectorStatusReported,
    Fact,
    StationBooted,
    StationChanged,
    StationConnected,
    StationDisconnected,
    StationHeard,
    StationRegistered,
    StationRemoved,
)
from pluglot.csms.records import ConnectorRecord, StationRecord

#: What only the facts of links change: a record made from what was known a moment ago must not put it back.
LINK_FIELDS = ("connected", "epoch", "last_seen_at", "connected_at", "remote_address")

Known = StationRecord | None


def _with_new_connectors(station: StationRecord, others: tuple[ConnectorRecord, ...]) -> tuple[ConnectorRecord, ...]:
    known = {(connector.evse_id, connector.connector_id): connector for connector in others}
    known |= {(connector.evse_id, connector.connector_id): connector for connector in station.connectors}
    return in_order(known)


def in_order(connectors: Mapping[tuple[int, int], ConnectorRecord]) -> tuple[ConnectorRecord, ...]:
    """Connectors by EVSE and number."""
    return tuple(connectors[key] for key in sorted(connectors))


def _described(known: StationRecord, station: StationRecord) -> StationRecord:
    link = {name: getattr(known, name) for name in LINK_FIELDS}
    return replace(station, **link, connectors=_with_new_connectors(known, station.connectors))


def _registered(known: Known, fact: StationRegistered) -> Known:
    if known is None:
        return replace(fact.station, connectors=_with_new_connectors(fact.station, ()))
    return _described(known, fact.station)


def _changed(known: Known, fact: StationChanged | StationBooted) -> Known:
    return None if known is None else _described(known, fact.station)


def _removed(_known: Known, _fact: StationRemoved) -> Known:
    return None


def _latest(known: StationRecord, fact: Fact) -> datetime:
    return fact.at if known.last_seen_at is None else max(known.last_seen_at, fact.at)


def _connected(known: Known, fact: StationConnected) -> Known:
    if known is None:
        return None
    if known.connected and known.epoch > fact.epoch:
        return replace(known, last_seen_at=_latest(known, fact))  # a newer link is up already
    return replace(
        known,
        ocpp_version=fact.ocpp_version,
        connected=True,
        epoch=fact.epoch,
        connected_at=fact.at,
        last_seen_at=_latest(known, fact),
        remote_address=fact.remote_address,
    )


def _disconnected(known: Known, fact: StationDisconnected) -> Known:
    if known is None or known.epoch != fact.epoch:
        return known  # the late end of a link that a newer one replaced (HRD-03)
    return replace(known, connected=False)


def _heard(known: Known, fact: StationHeard) -> Known:
    return None if known is None else replace(known, last_seen_at=_latest(known, fact))


def _connector_status_reported(known: Known, fact: ConnectorStatusReported) -> Known:
    if known is None:
        return None
    new = fact.connector
    connectors = {(connector.evse_id, connector.connector_id): connector for connector in known.connectors}
    return replace(known, connectors=in_order(connectors | {(new.evse_id, new.connector_id): new}))


_FOLDS: Mapping[type[Fact], Callable[[Known, Any], Known]] = MappingProxyType(
    {
        StationRegistered: _registered,
        StationChanged: _changed,
        StationBooted: _changed,
        StationRemoved: _removed,
        StationConnected: _connected,
        StationDisconnected: _disconnected,
        StationHeard: _heard,
        ConnectorStatusReported: _connector_status_reported,
    }
)


#: Facts that change what is known of a station.
STATION_FACTS = tuple(_FOLDS)


def station_of(fact: Any) -> str | None:
    """The identity of the station whose record this fact changes, or None."""
    if type(fact) not in _FOLDS:
        return None
    station_id: str = fact.station.id if hasattr(fact, "station") else fact.station_id
    return station_id


def station_after(known: Known, fact: Fact) -> Known:
    """What is known of the station after the fact."""
    return _FOLDS[type(fact)](known, fact)
