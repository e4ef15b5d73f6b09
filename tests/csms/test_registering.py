from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pluglot.csms import registering
from pluglot.csms.facts import StationChanged, StationRegistered, StationRemoved, TokenRemoved, TokenSaved
from pluglot.csms.records import CredentialRecord, Registration, StationRecord, TokenRecord
from pluglot.csms.registering import Mistake
from pluglot.messages import RegistrationStatus
from tests.csms.house import NOON, House, boot

CREDENTIAL = CredentialRecord(station_id="CS1", security_profile=1, verifier="v", changed_at=NOON)


def register(station_id: str = "CS1", **more: object) -> registering.Outcome:
    values = {"known": None, "security_profile": 1, "credential": CREDENTIAL, "note": None, "now": NOON, **more}
    return registering.register_station(station_id, **values)


@pytest.mark.requirement("WS-02")
@pytest.mark.parametrize("identity", ["CS1", "a" * 48, "DE*ABC*E1|x@y.z=+-_", "...", ".a"])
def test_identifier_strings_are_identities(identity: str) -> None:
    """Every character of the set, up to 48 of them."""
    (fact,) = register(identity)
    assert isinstance(fact, StationRegistered)
    assert (fact.station.id, fact.station.registered_at, fact.credential) == (identity, NOON, CREDENTIAL)


@pytest.mark.requirement("WS-02")
@pytest.mark.parametrize("identity", ["", "a" * 49, "a:b", "a/b", "a b", "ä", "a\x00", "a\n", "%41", ".", ".."])
def test_anything_else_is_refused_with_the_rule(identity: str) -> None:
    """The mistake names the field and says what is allowed."""
    mistake = register(identity)
    assert isinstance(mistake, Mistake)
    assert mistake.field == "stationId"
    assert "48" in mistake.rule


@pytest.mark.parametrize(("profile", "good"), [(-1, False), (0, True), (3, True), (4, False)])
def test_security_profiles_are_0_to_3(profile: int, *, good: bool) -> None:
    """Others are refused under the name the API uses."""
    outcome = register(security_profile=profile)
    assert isinstance(outcome, Mistake) is not good
    if isinstance(outcome, Mistake):
        assert outcome.field == "securityProfile"


def test_registering_again_keeps_what_the_station_told() -> None:
    """New credentials, the same station."""
    known = StationRecord(id="CS1", model="M1", registration=Registration.ACCEPTED, note="gate")
    (fact,) = register(known=known, security_profile=2)
    assert (fact.station.model, fact.station.registration, fact.station.note) == ("M1", Registration.ACCEPTED, "gate")
    assert fact.station.security_profile == 2


async def test_a_changed_registration_is_answered_at_the_next_boot(house: House) -> None:
    """B02 and B03: an operator's decision on one station is what its boot is answered with."""
    for decision in (Registration.PENDING, Registration.REJECTED, Registration.ACCEPTED):
        station = house.shelf.stations["CS1"]
        facts = registering.change_station(station, {"registration": decision.value, "note": "x"}, now=NOON)
        assert isinstance(facts[0], StationChanged)
        house.shelf.commit(facts)
        assert (await house.answer(boot())).status is RegistrationStatus(decision.value)
        assert house.shelf.stations["CS1"].note == "x"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"registration": "Unseen"}, "registration"),
        ({"registration": "accepted"}, "registration"),
        ({"registration": None}, "registration"),
        ({"note": 3}, "note"),
        ({"note": "x" * 2001}, "note"),
        ({"model": "M2"}, "model"),
    ],
)
def test_other_changes_are_refused(changes: dict[str, object], field: str) -> None:
    """What the station tells of itself is not the operator's to write."""
    mistake = registering.change_station(StationRecord(id="CS1"), changes, now=NOON)
    assert isinstance(mistake, Mistake)
    assert mistake.field == field


def test_removals_are_facts() -> None:
    """Stations and tokens can be forgotten."""
    assert isinstance(registering.remove_station("CS1", now=NOON)[0], StationRemoved)
    assert isinstance(registering.remove_token("A", "Central", now=NOON)[0], TokenRemoved)


@pytest.mark.parametrize("type_", sorted(registering.TOKEN_TYPES))
def test_tokens_of_every_type_can_be_saved(type_: str) -> None:
    """A plain token is valid without limit."""
    (fact,) = registering.save_token(TokenRecord(id_token="A" * 255, type=type_), now=NOON)
    assert isinstance(fact, TokenSaved)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"type": "NoAuthorization"}, "type"),
        ({"type": "iso14443"}, "type"),
        ({"id_token": ""}, "idToken"),
        ({"id_token": "A" * 256}, "idToken"),
        ({"id_token": "a\nb"}, "idToken"),
        ({"id_token": " a"}, "idToken"),
        ({"group_id_token": "G" * 256}, "groupIdToken"),
        ({"personal_message": "G" * 1025}, "personalMessage"),
        ({"language": "g" * 9}, "language"),
        ({"concurrent_transactions": 0}, "concurrentTransactions"),
        ({"concurrent_transactions": 2**31}, "concurrentTransactions"),
        ({"expires_at": datetime(2030, 1, 1)}, "expiresAt"),  # noqa: DTZ001 - the mistake itself
        ({"expires_at": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)}, "expiresAt"),
        ({"expires_at": datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(-timedelta(hours=5)))}, "expiresAt"),
        ({"expires_at": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=23)))}, "expiresAt"),
    ],
)
def test_wrong_tokens_are_refused_by_field(more: dict[str, object], field: str) -> None:
    """The mistake names the field as the API spells it."""
    mistake = registering.save_token(TokenRecord(**{"id_token": "A", "type": "Central", **more}), now=NOON)
    assert isinstance(mistake, Mistake)
    assert mistake.field == field
    assert mistake.rule.startswith("must")


@pytest.mark.requirement("RPC-15")
def test_an_expiry_is_kept_in_utc() -> None:
    """Whatever zone an operator names, the record says the same moment in UTC."""
    told = datetime(2030, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))
    (fact,) = registering.save_token(TokenRecord(id_token="A", type="Central", expires_at=told), now=NOON)
    assert isinstance(fact, TokenSaved)
    assert (fact.token.expires_at, fact.token.expires_at.tzinfo) == (told, UTC)


def test_a_token_that_never_expires_is_one_without_expiry() -> None:
    """Whoever says never by a year that is far away is told how to say it."""
    never = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    mistake = registering.save_token(TokenRecord(id_token="A", type="Central", expires_at=never), now=NOON)
    assert isinstance(mistake, Mistake)
    assert mistake.rule == "must be from 1970 to 2199; leave it out for a token that never expires"
