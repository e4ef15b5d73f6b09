from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pluglot.csms.facts import (
    ConnectorStatusReported,
    CredentialChanged,
    DialectMemorySaved,
    Fact,
    PriceSet,
    StationAddressRegistered,
    StationAddressTold,
    StationBooted,
    StationChanged,
    StationConnected,
    StationDisconnected,
    StationHeard,
    StationRemoved,
    TokenRemoved,
    TokenSaved,
    VariablesReported,
)
from pluglot.csms.policy import ALWAYS, FlatPrice
from pluglot.csms.records import (
    ConnectorRecord,
    CredentialRecord,
    Registration,
    StationRecord,
    TokenRecord,
    VariableRecord,
)
from pluglot.store import MemoryStore, SqlStore, Store, schema, sqlite
from tests.store.samples import NOW, entry, exchanged, of_transaction, reading, registered

#: Stations that come and go, and one that stays: in life nobody hears of a station that is not known.
COMING, STAYING = ("A", "B"), "C"
STATIONS = (*COMING, STAYING)
station_ids = st.sampled_from(STATIONS)
coming_ids = st.sampled_from(COMING)
times = st.integers(0, 10**12).map(lambda micros: NOW + timedelta(microseconds=micros))
words = st.sampled_from(["", "x", "Ü", "\x00'\"%", "📎"])
numbers = st.integers(0, 2)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9)

connectors = st.builds(
    ConnectorRecord,
    evse_id=numbers,
    connector_id=numbers,
    status=words,
    status_at=times,
    original_status=st.none() | words,
)
stations = st.builds(
    StationRecord,
    id=coming_ids,
    registration=st.sampled_from(Registration),
    ocpp_version=st.none() | words,
    connected=st.booleans(),
    epoch=numbers,
    last_seen_at=st.none() | times,
    vendor_name=st.none() | words,
    booted_at=st.none() | times,
    note=st.none() | words,
    connectors=st.lists(connectors, max_size=2, unique_by=lambda c: (c.evse_id, c.connector_id)).map(tuple),
)
tokens = st.builds(
    TokenRecord,
    id_token=st.sampled_from(["ab", "AB", "ß", "SS"]),
    type=st.sampled_from(["Central", "eMAID"]),
    expires_at=st.none() | times,
    blocked=st.booleans(),
    concurrent_transactions=st.none() | numbers,
)


@st.composite
def transaction_events(draw: st.DrawFn) -> Fact:
    """An event of one of few transactions, so that they come again."""
    changes: dict[str, Any] = {
        "cost": draw(st.none() | decimals),
        "power_w": draw(st.none() | decimals),
        "evse_id": draw(st.none() | numbers),
        "id_token": draw(st.sampled_from([None, "ab", "AB"])),
        "missing_seq_nos": tuple(draw(st.lists(numbers, max_size=2))),
        "implausible": tuple(draw(st.lists(words, max_size=2))),
        "received_seq_nos": ((0, 9),),
    }
    ids = {"of": draw(st.sampled_from(["t", "u"])), "station_id": draw(station_ids)}
    fact = of_transaction(draw(numbers), ended=draw(st.booleans()), **ids, **changes)
    readings = tuple(reading(str(value)) for value in draw(st.lists(decimals, max_size=2)))
    new = entry(
        fact.entry.seq_no,
        station_id=ids["station_id"],
        transaction_id=ids["of"],
        digest=draw(words),
        readings=readings,
        evse_id=draw(st.none() | numbers),
    )
    return replace(fact, entry=new)


facts = st.one_of(
    st.builds(lambda station: replace(registered("A"), station=station, credential=None), stations),
    st.builds(lambda station_id, note: registered(station_id, note=note), coming_ids, st.none() | words),
    st.builds(StationChanged, at=times, station=stations),
    st.builds(StationBooted, at=times, station=stations),
    st.builds(StationRemoved, at=times, station_id=coming_ids),
    st.builds(
        StationConnected, at=times, station_id=station_ids, ocpp_version=words, epoch=numbers, remote_address=words
    ),
    st.builds(StationDisconnected, at=times, station_id=station_ids, epoch=numbers, reason=words),
    st.builds(StationHeard, at=times, station_id=st.just(STAYING)),
    st.builds(ConnectorStatusReported, at=times, station_id=station_ids, connector=connectors),
    st.builds(TokenSaved, at=times, token=tokens),
    st.builds(TokenRemoved, at=times, id_token=st.sampled_from(["ab", "SS"]), type=st.just("Central")),
    transaction_events(),
    st.builds(
        lambda station_id, value, place: VariablesReported(
            at=NOW,
            station_id=station_id,
            variables=(
                VariableRecord(component="C", variable="V", evse_id=place, value=value, reported_at=NOW),
                VariableRecord(component="C", variable="V", evse_id=place, value="later", reported_at=NOW),
            ),
        ),
        station_ids,
        st.none() | words,
        st.none() | numbers,
    ),
    st.builds(
        PriceSet,
        at=times,
        price=st.builds(
            FlatPrice, per_kwh=decimals, per_session=decimals, currency=words, valid_from=st.just(ALWAYS) | times
        ),
    ),
    st.builds(
        lambda station_id, at, word, before: CredentialChanged(
            at=at,
            credential=CredentialRecord(station_id=station_id, security_profile=1, verifier=word, changed_at=at),
            instead_of=before,
        ),
        station_ids,
        times,
        words,
        st.none() | words,
    ),
    st.builds(StationAddressTold, at=times, station_id=station_ids, url=words, remote_address=words),
    st.builds(StationAddressRegistered, at=times, station_id=station_ids, url=st.none() | words),
    st.builds(DialectMemorySaved, at=times, station_id=station_ids, ocpp_version=words, snapshot=st.binary(max_size=4)),
    st.builds(
        lambda word, data, loss: exchanged(word, request_frame=word, losses=({"value": data},) * loss),
        words,
        st.none() | decimals,
        numbers,
    ),
)


async def everything(store: Store) -> dict[str, Any]:
    """All that can be read."""
    queries = store.queries
    everything: dict[str, Any] = {
        name: (await getattr(queries, name)(filters={}, limit=1000, cursor=None)).items
        for name in ("stations", "tokens", "transactions", "messages", "readings")
    }
    everything["counts"] = dict(await queries.counts())
    everything["prices"] = list(await store.prices())
    for station_id in STATIONS:
        found: list[Any] = [await store.stations.find(station_id), await store.credential(station_id)]
        found.append(list(await queries.variables(station_id)))
        found += [await store.dialect_memory(station_id, version) for version in ("", "x")]
        found.append(await store.address(station_id))
        for transaction_id in ("t", "u"):
            found.append(await store.transactions.find(station_id, transaction_id))
            found.append(list(await store.transactions.ledger(station_id, transaction_id)))
            found += [await store.transactions.entry(station_id, transaction_id, number) for number in range(3)]
        for number in range(3):
            open_here = await store.transactions.open_of_evse(station_id, number)
            found.append({item.transaction_id: item for item in open_here})
        everything[station_id] = found
    for text in ("ab", "SS"):
        found = [await store.tokens.find(text, type_) for type_ in ("Central", "eMAID", None)]
        found += sorted(map(repr, await store.transactions.open_of_token(text, "ISO14443")))
        everything[text] = found
    return everything


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database without content; migrating anew for each example would take most of the time."""
    path = tmp_path_factory.mktemp("empty") / "pluglot.db"
    connection = sqlite.connect_writer(path, create=True)
    schema.migrate(connection, path)
    connection.close()
    return path


def as_they_happen(sets: list[list[Fact]]) -> list[list[Fact]]:
    """The facts that can come after one another: a transaction that has ended does not open again (TX-12)."""
    ended: set[tuple[str, str]] = set()
    possible = []
    for some in sets:
        kept = []
        for fact in some:
            transaction = getattr(fact, "transaction", None)
            key = transaction and (transaction.station_id, transaction.transaction_id)
            if transaction and not transaction.is_open:
                ended.add(key)
            if not transaction or not transaction.is_open or key not in ended:
                kept.append(fact)
        possible.append(kept)
    return possible


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(sets=st.lists(st.lists(facts, max_size=4), max_size=8).map(as_they_happen), read_between=st.booleans())
async def test_both_stores_know_the_same(
    empty: Path, tmp_path: Path, sets: list[list[Fact]], *, read_between: bool
) -> None:
    """After any facts both stores answer alike, whether read in between or not, and also after opening again."""
    path = tmp_path / "pluglot.db"
    shutil.copy(empty, path)
    memory, sql = MemoryStore(), SqlStore(path)
    await memory.open()
    await sql.open()
    try:
        for some in ([registered(STAYING)], *sets):
            await memory.commit(some)
            await sql.commit(some)
            if read_between:
                assert await everything(sql) == await everything(memory)
        expected = await everything(memory)
        assert await everything(sql) == expected
        await sql.close()
        await sql.open()
        assert await everything(sql) == expected
    finally:
        await sql.close()
