from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from msgspec.structs import replace

from pluglot.csms.facts import (
    ConnectorStatusReported,
    CredentialChanged,
    DataReceived,
    DialectMemorySaved,
    EventOccurred,
    MeterValuesReported,
    PriceSet,
    StationAddressRegistered,
    StationAddressTold,
    StationBooted,
    StationChanged,
    StationConnected,
    StationDisconnected,
    StationHeard,
    StationRegistered,
    StationRemoved,
    StrangerKnocked,
    TokenPresented,
    TokenRemoved,
    TokenSaved,
    VariablesReported,
)
from pluglot.csms.policy import FlatPrice
from pluglot.csms.records import (
    AddressRecord,
    ConnectorRecord,
    CredentialRecord,
    EventRecord,
    Registration,
    StationRecord,
    StrangerRecord,
    TokenRecord,
    TransactionPhase,
    VariableRecord,
)
from pluglot.messages.moments import FIRST_MOMENT, LAST_MOMENT
from pluglot.store import FactsRefused, Retention, SqlStore, Store, rows
from tests.store.conftest import MakeStore
from tests.store.samples import NOW, entry, exchanged, later, of_transaction, reading, registered


def connected(epoch: int, *, seconds: float = 0) -> StationConnected:
    return StationConnected(
        at=later(seconds), station_id="A", ocpp_version="2.0.1", epoch=epoch, remote_address="192.0.2.7"
    )


def status(status: str, *, evse_id: int = 1, connector_id: int = 1) -> ConnectorStatusReported:
    connector = ConnectorRecord(evse_id=evse_id, connector_id=connector_id, status=status, status_at=NOW)
    return ConnectorStatusReported(at=NOW, station_id="A", connector=connector)


async def test_a_registered_station_and_its_credential_are_found(store: Store) -> None:
    """What an operator registered is found under exactly that identity."""
    fact = registered("A", note="by the gate")
    await store.commit([fact])
    assert await store.stations.find("A") == fact.station
    assert await store.credential("A") == fact.credential
    assert await store.stations.find("a") is None
    assert await store.credential("a") is None


async def test_registering_again_replaces_the_credential_and_keeps_the_link(store: Store) -> None:
    """A station that gets another password stays connected; without a credential the old one is gone."""
    await store.commit([registered("A"), connected(4)])
    await store.commit([StationRegistered(at=NOW, station=StationRecord(id="A", note="new"), credential=None)])
    station = await store.stations.find("A")
    assert station is not None
    assert (station.connected, station.epoch, station.note) == (True, 4, "new")
    assert await store.credential("A") is None


@pytest.mark.requirement("BOOT-09")
async def test_acceptance_belongs_to_the_station_not_to_the_socket(store: Store) -> None:
    """A station that was accepted still is after its link went and came again."""
    await store.commit([registered("A"), connected(1)])
    known = await store.stations.find("A")
    assert known is not None
    booted = replace(known, registration=Registration.ACCEPTED, vendor_name="V", model="M", booted_at=NOW)
    await store.commit([StationBooted(at=NOW, station=booted)])
    await store.commit([StationDisconnected(at=later(5), station_id="A", epoch=1, reason="gone")])
    await store.commit([connected(2, seconds=9)])
    station = await store.stations.find("A")
    assert station is not None
    assert station.registration is Registration.ACCEPTED
    assert (station.vendor_name, station.model, station.epoch) == ("V", "M", 2)


async def test_the_late_end_of_a_displaced_link_changes_nothing(store: Store) -> None:
    """A station whose newer link is up is not shown as gone when the older one's end is reported."""
    await store.commit([registered("A"), connected(1), connected(2)])
    await store.commit([StationDisconnected(at=NOW, station_id="A", epoch=1, reason="displaced")])
    station = await store.stations.find("A")
    assert station is not None
    assert station.connected
    await store.commit([StationDisconnected(at=NOW, station_id="A", epoch=2, reason="gone")])
    station = await store.stations.find("A")
    assert station is not None
    assert not station.connected


async def test_an_operators_note_does_not_bring_a_dead_link_back(store: Store) -> None:
    """A record made before the link went, written after it, changes what it is about and not the link."""
    await store.commit([registered("A"), connected(1)])
    known = await store.stations.find("A")
    assert known is not None
    await store.commit([StationDisconnected(at=NOW, station_id="A", epoch=1, reason="gone"), status("Faulted")])
    await store.commit([StationChanged(at=NOW, station=replace(known, note="seen"))])
    station = await store.stations.find("A")
    assert station is not None
    assert (station.connected, station.note) == (False, "seen")
    assert [connector.status for connector in station.connectors] == ["Faulted"]


async def test_a_removed_station_stays_removed(store: Store) -> None:
    """A boot that was under way while its station was removed does not bring the station back."""
    await store.commit([registered("A"), status("Available"), of_transaction(0)])
    await store.commit([DialectMemorySaved(at=NOW, station_id="A", ocpp_version="1.6", snapshot=b"m")])
    known = await store.stations.find("A")
    assert known is not None
    await store.commit([StationRemoved(at=NOW, station_id="A")])
    await store.commit([StationBooted(at=NOW, station=known), StationHeard(at=NOW, station_id="A")])
    assert await store.stations.find("A") is None
    assert await store.credential("A") is None
    assert await store.dialect_memory("A", "1.6") is None
    assert await store.transactions.find("A", "t") is not None


async def test_when_a_station_was_last_heard_is_known_at_once(store: Store) -> None:
    """A heard message moves the last-seen time, never backwards."""
    await store.commit([registered("A"), connected(1)])
    await store.commit([StationHeard(at=later(7), station_id="A")])
    await store.commit([StationHeard(at=later(3), station_id="A")])
    station = await store.stations.find("A")
    listed = await store.queries.stations(filters={}, limit=1, cursor=None)
    assert station is not None
    assert station.last_seen_at == listed.items[0].last_seen_at == later(7)
    assert await store.stations.find("A") == station
    await store.commit([StationHeard(at=later(9), station_id="A"), status("Occupied")])
    found = await store.stations.find("A")
    assert found is not None
    assert (found.last_seen_at, found.connectors[0].status) == (later(9), "Occupied")


async def test_each_connector_has_its_own_state(store: Store) -> None:
    """The last report of each connector counts, and connectors are listed by number."""
    await store.commit([registered("A"), status("Occupied", evse_id=2), status("Available"), status("Reserved")])
    await store.commit([status("Faulted", connector_id=2)])
    station = await store.stations.find("A")
    assert station is not None
    assert [(c.evse_id, c.connector_id, c.status) for c in station.connectors] == [
        (1, 1, "Reserved"),
        (1, 2, "Faulted"),
        (2, 1, "Occupied"),
    ]


async def test_no_station_is_connected_after_a_start(store: Store) -> None:
    """Links of a process that ended are gone, whatever was known of them."""
    await store.commit([registered("A"), registered("B"), connected(1)])
    assert await store.stations.find("A") is not None
    await store.mark_all_disconnected()
    station = await store.stations.find("A")
    assert station is not None
    assert not station.connected


async def test_tokens_are_found_without_regard_to_case(store: Store) -> None:
    """A token is the same in capitals, one per type; without a type it is found when no other type has its text."""
    token = TokenRecord(id_token="AbC1", type="ISO14443", expires_at=later(1), concurrent_transactions=1)
    other = TokenRecord(id_token="abc1", type="Central", blocked=True)
    await store.commit([TokenSaved(at=NOW, token=token), TokenSaved(at=NOW, token=other)])
    assert await store.tokens.find("aBc1", "ISO14443") == token
    assert await store.tokens.find("ABC1", None) is None
    assert await store.tokens.find("ABC1", "eMAID") is None
    changed = replace(token, id_token="ABC1", note="n")
    await store.commit([TokenSaved(at=NOW, token=changed)])
    assert await store.tokens.find("abc1", "ISO14443") == changed
    await store.commit([TokenRemoved(at=NOW, id_token="abC1", type="ISO14443")])
    assert await store.tokens.find("abc1", "ISO14443") is None
    assert await store.tokens.find("abc1", None) == other


async def test_the_last_word_on_a_token_counts_within_one_set(store: Store) -> None:
    """Saved and removed in one go is removed; removed and saved is there."""
    one, two = (TokenRecord(id_token=text, type="Central") for text in ("1", "2"))
    await store.commit([TokenSaved(at=NOW, token=one), TokenRemoved(at=NOW, id_token="1", type="Central")])
    await store.commit([TokenRemoved(at=NOW, id_token="2", type="Central"), TokenSaved(at=NOW, token=two)])
    assert await store.tokens.find("1", None) is None
    assert await store.tokens.find("2", None) == two


@pytest.mark.requirement("TX-09")
async def test_an_event_that_comes_again_leaves_the_ledger_as_it_is(store: Store) -> None:
    """The first entry under a number stays, also when another content comes under the same number."""
    await store.commit([of_transaction(0)])
    await store.commit([of_transaction(1)])
    again = of_transaction(1)
    await store.commit([replace(again, entry=entry(1, digest="other", readings=(reading("9999"),)))])
    ledger = await store.transactions.ledger("A", "t")
    assert list(ledger) == [entry(0), entry(1)]
    assert await store.transactions.entry("A", "t", 1) == entry(1)
    assert await store.transactions.entry("A", "t", 2) is None


@pytest.mark.requirement("TX-09")
async def test_a_ledger_is_ordered_by_number_whatever_the_order_of_arrival(store: Store) -> None:
    """Entries are read by ascending seqNo."""
    for seq_no in (2, 0, 1):
        fact = of_transaction(seq_no, received_seq_nos=((0, 2),))
        await store.commit([fact])
        assert await store.transactions.entry("A", "t", seq_no) == entry(seq_no)
    assert [item.seq_no for item in await store.transactions.ledger("A", "t")] == [0, 1, 2]


@pytest.mark.requirement("HRD-07")
async def test_a_transaction_belongs_to_its_station(store: Store) -> None:
    """The same transaction id at two stations is two transactions; neither sees or changes the other."""
    await store.commit([of_transaction(0, station_id="A")])
    await store.commit([of_transaction(0, station_id="B"), of_transaction(1, station_id="B", ended=True)])
    ours = await store.transactions.find("A", "t")
    theirs = await store.transactions.find("B", "t")
    assert ours is not None
    assert theirs is not None
    assert ours.is_open
    assert not theirs.is_open
    assert len(await store.transactions.ledger("A", "t")) == 1
    assert len(await store.transactions.ledger("B", "t")) == 2
    assert await store.transactions.find("C", "t") is None


@pytest.mark.requirement("TX-13")
async def test_open_transactions_are_found_by_token_and_by_evse(store: Store) -> None:
    """Only open ones are found, under the token and the EVSE they have now."""
    await store.commit([of_transaction(0), of_transaction(0, of="u", evse_id=2, id_token="ABC")])
    by_token = await store.transactions.open_of_token("abc", "ISO14443")
    assert [item.transaction_id for item in by_token] == ["t", "u"]
    assert await store.transactions.open_of_token("abc", "Central") == []
    await store.commit([of_transaction(1, of="u", evse_id=3, id_token="xyz")])
    assert len(await store.transactions.open_of_token("abc", "ISO14443")) == 1
    assert await store.transactions.open_of_evse("A", 2) == []
    assert [item.transaction_id for item in await store.transactions.open_of_evse("A", 3)] == ["u"]
    await store.commit([of_transaction(1, ended=True)])
    assert await store.transactions.open_of_token("abc", "ISO14443") == []
    assert [item.transaction_id for item in store.transactions.open_everywhere()] == ["u"]
    ended = await store.transactions.find("A", "t")
    assert ended is not None
    assert ended.state is TransactionPhase.ENDED


@pytest.mark.requirement("DAT-05")
@pytest.mark.parametrize("text", ["0.1", "1.10", "0.30000000000000004", "1E+3", "12345678901234567890.123456789"])
async def test_money_and_energy_keep_every_digit(store: Store, text: str) -> None:
    """A decimal comes back as exactly the decimal it was."""
    await store.commit([of_transaction(0, cost=Decimal(text), energy_wh=Decimal(text), currency="EUR")])
    await store.commit([MeterValuesReported(at=NOW, station_id="A", evse_id=0, readings=(reading(text),))])
    listed = (await store.queries.transactions(filters={}, limit=1, cursor=None)).items[0]
    assert str(listed.cost) == str(listed.energy_wh) == text
    readings = (await store.queries.readings(filters={"evseId": "0"}, limit=1, cursor=None)).items
    assert str(readings[0][2].value) == text


@pytest.mark.requirement("HRD-05")
async def test_readings_outside_transactions_said_again_are_kept_once(store: Store) -> None:
    """What is sent again after a crash or replayed is there already; another time, value, EVSE or station is new."""
    first = MeterValuesReported(at=NOW, station_id="A", evse_id=1, readings=(reading("5"), reading("6")))
    others = (
        replace(first, readings=(reading("6"), reading("5"))),
        replace(first, readings=(replace(reading("5"), at=later(1)), reading("6"))),
        replace(first, evse_id=2),
        replace(first, station_id="B"),
    )
    await store.commit([first])
    again = replace(first, at=later(30))
    await store.commit([again, *others, again])
    await store.commit([again])
    found = (await store.queries.readings(filters={}, limit=100, cursor=None)).items
    assert len(found) == 2 * (1 + len(others))


async def test_variables_are_kept_by_what_they_are(store: Store) -> None:
    """The last report of one attribute counts; instance, EVSE, connector and attribute tell variables apart."""
    plain = VariableRecord(component="C", variable="V", value="1", reported_at=NOW)
    others = (
        replace(plain, component_instance="i"),
        replace(plain, evse_id=0),
        replace(plain, evse_id=1, connector_id=1),
        replace(plain, variable_instance="i"),
        replace(plain, attribute="Target"),
    )
    await store.commit([VariablesReported(at=NOW, station_id="A", variables=(plain, *others))])
    changed = replace(plain, value=None, reported_at=later(1))
    await store.commit([VariablesReported(at=NOW, station_id="A", variables=(changed,))])
    known = await store.queries.variables("A")
    assert sorted(map(repr, known)) == sorted(map(repr, (changed, *others)))
    assert await store.queries.variables("B") == []


async def test_attempts_of_one_stranger_are_added_up(store: Store) -> None:
    """One identity refused for one reason is one stranger with its attempts, first and last times."""
    first = StrangerRecord(
        identity="X", reason="unknown", remote_address="192.0.2.1", first_seen_at=NOW, last_seen_at=NOW, attempts=2
    )
    again = replace(
        first,
        remote_address="192.0.2.2",
        first_seen_at=later(60),
        last_seen_at=later(60),
        attempts=1,
        offered_subprotocols=("ocpp1.6",),
    )
    await store.commit([StrangerKnocked(at=NOW, stranger=first), StrangerKnocked(at=later(60), stranger=again)])
    await store.commit([StrangerKnocked(at=NOW, stranger=replace(first, reason="throttled"))])
    page = await store.queries.strangers(limit=10, cursor=None)
    assert page.items == [replace(again, first_seen_at=NOW, attempts=3), replace(first, reason="throttled")]


def knock(identity: str, reason: str, *, seconds: float = 0) -> StrangerKnocked:
    at = later(seconds)
    stranger = StrangerRecord(
        identity=identity, reason=reason, remote_address="192.0.2.1", first_seen_at=at, last_seen_at=at
    )
    return StrangerKnocked(at=at, stranger=stranger)


async def refusals(store: Store) -> list[tuple[str, str]]:
    page = await store.queries.strangers(limit=10, cursor=None)
    return sorted((stranger.identity, stranger.reason) for stranger in page.items)


async def test_a_stranger_who_is_registered_stands_at_the_door_no_more(store: Store) -> None:
    """Registering an identity ends all that was refused to it, and to nobody else; so does a new password."""
    await store.commit([knock("A", "unknown"), knock("A", "throttled"), knock("AB", "unknown")])
    await store.commit([registered("A")])
    assert await refusals(store) == [("AB", "unknown")]
    await store.commit([knock("A", "wrong-password")])
    await store.commit([registered("A")])
    assert await refusals(store) == [("AB", "unknown")]


async def test_who_was_let_in_stands_at_the_door_no_more(store: Store) -> None:
    """A station that connects was refused for nothing that still holds; who knocks after that stands there again."""
    await store.commit([registered("A"), knock("A", "wrong-password"), knock("B", "unknown")])
    assert await refusals(store) == [("A", "wrong-password"), ("B", "unknown")]
    await store.commit([connected(1)])
    assert await refusals(store) == [("B", "unknown")]
    await store.commit([knock("A", "unsupported-subprotocol"), connected(2), knock("A", "wrong-password")])
    assert await refusals(store) == [("A", "wrong-password"), ("B", "unknown")]


async def test_events_and_vendor_data_are_listed(store: Store) -> None:
    """Events are numbered as they come; vendor data nobody understands is an event for people to read."""
    event = EventRecord(
        station_id="A", at=NOW, received_at=NOW, kind="security", name="N", severity="warning", data={"a": [1]}
    )
    await store.commit([EventOccurred(at=NOW, event=event)])
    await store.commit([DataReceived(at=NOW, station_id="A", vendor_id="V", message_id=None, data={"k": "v"})])
    data, first = (await store.queries.events(filters={}, limit=5, cursor=None)).items
    assert first == replace(event, id=first.id)
    assert (data.kind, data.name, data.detail) == ("device", "DataReceived", "V")
    assert data.data["data"] == {"k": "v"}
    assert isinstance(first.id, int)
    assert isinstance(data.id, int)
    assert data.id > first.id


async def test_messages_are_numbered_or_keep_the_number_they_were_promised(store: Store) -> None:
    """A message finds itself under the id that was reserved for it; the others get ids in order."""
    await store.commit([exchanged("first")])
    reserved = store.reserve_message_id()
    await store.commit([exchanged("second")])
    await store.commit([exchanged("promised", id=reserved, losses=({"action": "X"},))])
    found = await store.queries.message(reserved)
    assert found is not None
    assert (found.message_id, found.losses) == ("promised", ({"action": "X"},))
    listed = (await store.queries.messages(filters={}, limit=5, cursor=None)).items
    assert {item.message_id for item in listed} == {"first", "second", "promised"}
    assert len({item.id for item in listed}) == 3
    assert await store.queries.message(10**30) is None


async def test_dialect_memories_are_kept_by_version(store: Store) -> None:
    """The last snapshot of each version is given back byte for byte."""
    for version, snapshot in (("1.6", b"\x00\xff"), ("2.0.1", b"2"), ("1.6", b"\x00new")):
        await store.commit([DialectMemorySaved(at=NOW, station_id="A", ocpp_version=version, snapshot=snapshot)])
    assert await store.dialect_memory("A", "1.6") == b"\x00new"
    assert await store.dialect_memory("A", "2.0.1") == b"2"
    assert await store.dialect_memory("B", "1.6") is None


@pytest.mark.requirement("PWD-05")
async def test_a_credential_changes_by_itself_but_never_comes_back(store: Store) -> None:
    """The verifier is replaced and the station stays as it was; of a station that was removed nothing is kept."""
    credential = CredentialRecord(station_id="A", security_profile=1, verifier="old", changed_at=NOW)
    station = StationRecord(id="A", note="stays", registered_at=NOW)
    await store.commit([StationRegistered(at=NOW, station=station, credential=credential)])
    assert await store.credential("A") == credential
    changed = replace(credential, verifier="new", changed_at=later(1))
    await store.commit([CredentialChanged(at=later(1), credential=changed, instead_of="old")])
    assert await store.credential("A") == changed
    found = await store.stations.find("A")
    assert found is not None
    assert found.note == "stays"
    await store.commit([StationRemoved(at=NOW, station_id="A")])
    await store.commit([CredentialChanged(at=later(2), credential=changed, instead_of="new")])
    assert await store.credential("A") is None


@pytest.mark.requirement("PWD-05")
@pytest.mark.parametrize("at_first", ["old", None])
async def test_a_change_that_knew_nothing_of_new_credentials_does_not_undo_them(
    store: Store, at_first: str | None
) -> None:
    """Committed after an operator registered the station anew, even together with that, it is without effect."""
    credential = CredentialRecord(station_id="A", security_profile=1, verifier=at_first, changed_at=NOW)
    registered_anew = replace(credential, verifier="of an operator", changed_at=later(1))
    settled = replace(credential, verifier="settled", changed_at=later(2))
    station = StationRecord(id="A", registered_at=NOW)
    await store.commit([StationRegistered(at=NOW, station=station, credential=credential)])
    change = CredentialChanged(at=later(2), credential=settled, instead_of=at_first)
    await store.commit([StationRegistered(at=later(1), station=station, credential=registered_anew), change])
    assert await store.credential("A") == registered_anew
    await store.commit([change])
    assert await store.credential("A") == registered_anew
    await store.commit([StationRegistered(at=later(3), station=station, credential=credential), change])
    assert await store.credential("A") == settled


async def test_the_addresses_of_a_station_are_kept_apart(store: Store) -> None:
    """What a station tells does not touch what the operator registered, nor the other way; both go with it."""
    await store.commit([registered("A")])
    assert await store.address("A") is None
    told = StationAddressTold(at=later(1), station_id="A", url="http://192.0.2.7/cp", remote_address="192.0.2.7")
    await store.commit([told])
    await store.commit([StationAddressRegistered(at=NOW, station_id="A", url="https://a.example/cp")])
    await store.commit([StationAddressTold(at=later(2), station_id="A", url="http://[::1]/", remote_address="::1")])
    both = AddressRecord(
        station_id="A",
        told_url="http://[::1]/",
        told_from="::1",
        told_at=later(2),
        registered_url="https://a.example/cp",
    )
    assert await store.address("A") == both
    await store.commit([StationAddressRegistered(at=NOW, station_id="A", url=None)])
    assert await store.address("A") == replace(both, registered_url=None)
    await store.commit([StationRemoved(at=NOW, station_id="A")])
    assert await store.address("A") is None


async def test_counts_are_totals(store: Store) -> None:
    """Totals count every message, its losses and whether it went wrong."""
    await store.commit([registered("A"), of_transaction(0), exchanged(losses=({"field": "x"}, {"field": "y"}))])
    await store.commit([exchanged(outcome="refused", error_code="GenericError"), exchanged(outcome="sent")])
    await store.commit([TokenPresented(at=NOW, station_id="A", id_token="t", type="Central", status="Invalid")])
    assert await store.queries.counts() == {
        "stations": 1,
        "transactions": 1,
        "messages": 3,
        "losses": 2,
        "events": 0,
        "errors": 1,
    }


async def test_a_set_with_a_value_that_cannot_be_written_is_refused_as_a_whole(store: Store) -> None:
    """A time without its zone is refused, and nothing else of the set is kept."""
    with pytest.raises(FactsRefused, match="cannot be written"):
        await store.commit([registered("A"), exchanged(at=NOW.replace(tzinfo=None))])
    assert await store.stations.find("A") is None
    assert (await store.queries.counts())["messages"] == 0


async def test_a_time_that_no_date_can_say_takes_no_list_down(sql_store: SqlStore) -> None:
    """A token that was saved with such an expiry, by whatever means, is found and listed with the nearest one."""
    west, east = timezone(-timedelta(hours=5)), timezone(timedelta(hours=23))
    last, first = datetime(9999, 12, 31, 23, 59, 59, tzinfo=west), datetime(1, 1, 1, tzinfo=east)
    far, early = (TokenRecord(id_token=text, type="Central", expires_at=at) for text, at in (("1", last), ("2", first)))
    await sql_store.commit([TokenSaved(at=NOW, token=far), TokenSaved(at=NOW, token=early)])
    found = await sql_store.tokens.find("1", "Central")
    assert found is not None
    assert found.expires_at == LAST_MOMENT
    page = await sql_store.queries.tokens(filters={}, limit=10, cursor=None)
    assert [token.expires_at for token in page.items] == [LAST_MOMENT, FIRST_MOMENT]


def test_every_number_of_microseconds_is_a_time() -> None:
    """Also the largest and the smallest that a database holds."""
    assert rows.from_micros(2**63 - 1) == LAST_MOMENT
    assert rows.from_micros(-(2**63)) == FIRST_MOMENT
    assert rows.from_micros(rows.to_micros(NOW)) == NOW


@pytest.mark.requirement("DAT-05")
async def test_prices_are_kept_in_the_order_they_were_set(make_store: MakeStore) -> None:
    """Every price that ever held is found again to the digit, also after opening anew; none replaces another."""
    first = FlatPrice(per_kwh=Decimal("0.490"), per_session=Decimal("0.35"))
    second = replace(first, per_kwh=Decimal("1E+1"), currency="JPY", valid_from=later(60))
    third = replace(first, valid_from=later(30))
    store = make_store(Retention())
    await store.open()
    assert list(await store.prices()) == []
    for price in (first, second, third, third):
        await store.commit([PriceSet(at=NOW, price=price)])
    assert list(await store.prices()) == [first, second, third, third]
    await store.close()
    await store.open()
    kept = await store.prices()
    assert list(kept) == [first, second, third, third]
    assert str(kept[0].per_kwh) == "0.490"
    await store.close()
