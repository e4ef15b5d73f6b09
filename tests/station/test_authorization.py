"""Who may charge: the CSMS's word, the cache, offline rules, groups and the master pass."""

from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest

from pluglot.messages import (
    AdditionalInfo,
    AuthorizationStatus,
    AuthorizeResponse,
    ClearCacheRequest,
    IdToken,
    IdTokenInfo,
)
from pluglot.station import ContactorClosed, TokenAccepted, TokenRefused
from tests.station.bench import ALICE, BOB, FAMILY, HOLD, INVALID, SILENCE, MakeBench

GROUPED = IdTokenInfo(status=AuthorizationStatus.ACCEPTED, group_id_token=FAMILY)
REFUSALS = [status for status in AuthorizationStatus if status is not AuthorizationStatus.ACCEPTED]


@pytest.mark.requirement("C01.FR.02", "TC_C_02", "TC_C_06", "TC_C_07", "TC_C_56")
@pytest.mark.parametrize("status", REFUSALS)
def test_a_token_the_csms_refuses_starts_nothing(bench: MakeBench, status: Any) -> None:
    """Whatever the reason: no energy, and the driver is told."""
    station = bench()
    station.csms.tokens[ALICE.id_token] = IdTokenInfo(status=status)
    station.plug_in()
    station.present(ALICE)
    assert len(station.of("Authorize")) == 1
    assert station.all(ContactorClosed) == []
    assert station.all(TokenRefused)[0].id_token_info.status == status


@pytest.mark.requirement("C12.FR.02", "C12.FR.04", "TC_C_08", "TC_C_33")
def test_a_token_accepted_before_starts_at_once(bench: MakeBench) -> None:
    """The cache answers for it: no Authorize the second time."""
    station = bench()
    station.know(ALICE)
    station.start_charging()
    assert len(station.of("Authorize")) == 1
    assert len(station.all(ContactorClosed)) == 1


@pytest.mark.requirement("TC_C_36")
def test_the_cache_is_not_used_where_the_csms_wants_to_be_asked(bench: MakeBench) -> None:
    """Without LocalPreAuthorize every start is asked."""
    station = bench({"AuthCtrlr.LocalPreAuthorize": "false"})
    station.know(ALICE)
    station.start_charging()
    assert len(station.of("Authorize")) == 2


@pytest.mark.requirement("C10.FR.03", "C12.FR.05", "TC_C_12", "TC_C_57")
@pytest.mark.parametrize(("disabled", "asked"), [("false", 2), ("true", 1)])
def test_a_token_refused_before_is_asked_again_unless_that_is_off(bench: MakeBench, disabled: Any, asked: Any) -> None:
    """It may be welcome by now; DisablePostAuthorize spares the question."""
    station = bench({"AuthCacheCtrlr.DisablePostAuthorize": disabled})
    station.csms.tokens[ALICE.id_token] = INVALID
    station.present(ALICE)
    station.csms.tokens.clear()
    station.plug_in()
    station.present(ALICE)
    assert len(station.of("Authorize")) == asked
    assert bool(station.engine.open_transactions) == (asked == 2)


@pytest.mark.requirement("TC_E_52")
def test_a_station_that_must_not_ask_knows_only_its_cache(bench: MakeBench) -> None:
    """DisableRemoteAuthorization: an unknown token is refused without a message."""
    station = bench()
    station.know(ALICE)
    station.set("AuthCtrlr", "DisableRemoteAuthorization", "true")
    station.forget()
    station.present(BOB)
    assert station.actions() == []
    station.plug_in()
    station.present(ALICE)
    assert len(station.engine.open_transactions) == 1


OFFLINE = [
    # known, LocalAuthorizeOffline, OfflineTxForUnknownIdEnabled, charges
    ("accepted", "true", "false", True),
    ("accepted", "false", "false", False),
    ("invalid", "true", "false", False),
    ("invalid", "true", "true", False),
    ("unknown", "true", "false", False),
    ("unknown", "true", "true", True),
    ("unknown", "false", "true", True),
]


@pytest.mark.requirement("C15.FR.08", "C12.FR.02", "TC_C_26")
@pytest.mark.parametrize(("known", "local", "unknown", "charges"), OFFLINE)
def test_what_a_station_decides_alone(bench: MakeBench, known: Any, local: Any, unknown: Any, charges: Any) -> None:
    """Offline the cache decides, and a setting decides about strangers."""
    variables = {"AuthCtrlr.LocalAuthorizeOffline": local, "AuthCtrlr.OfflineTxForUnknownIdEnabled": unknown}
    station = bench(variables)
    if known != "unknown":
        station.csms.tokens[ALICE.id_token] = INVALID if known == "invalid" else station.csms.about(BOB)
        station.know(ALICE) if known == "accepted" else station.present(ALICE)
    station.disconnect()
    station.plug_in()
    station.present(ALICE)
    assert bool(station.engine.open_transactions) == charges


@pytest.mark.requirement("C15.FR.01", "C15.FR.04")
def test_a_stranger_let_in_offline_is_checked_afterwards(bench: MakeBench) -> None:
    """Not cached, and stopped when the CSMS refuses the token in the answer to the event."""
    station = bench({"AuthCtrlr.OfflineTxForUnknownIdEnabled": "true"})
    station.disconnect()
    transaction_id = station.start_charging()
    station.set("AuthCtrlr", "OfflineTxForUnknownIdEnabled", "false")
    station.plug_in(2)
    station.present(ALICE, 2)
    assert station.engine.open_transactions == [transaction_id]
    station.csms.tokens[ALICE.id_token] = INVALID
    station.connect()
    assert station.engine.open_transactions == []
    assert station.csms.of(transaction_id)[-1].transaction_info.stopped_reason == "DeAuthorized"


@pytest.mark.requirement("C01.FR.02")
def test_a_driver_does_not_wait_for_a_csms_that_went_silent(bench: MakeBench) -> None:
    """No answer to Authorize, or the link lost meanwhile: the station decides as if offline."""
    for lose in (False, True):
        station = bench({"AuthCtrlr.OfflineTxForUnknownIdEnabled": "true"})
        station.csms.answers["Authorize"] = lambda _, lose=lose: HOLD if lose else SILENCE
        station.plug_in()
        station.present(ALICE)
        if lose:
            assert station.engine.open_transactions == []
            station.disconnect()
        assert len(station.engine.open_transactions) == 1


@pytest.mark.requirement("C10.FR.02", "TC_C_32")
def test_the_cache_survives_a_restart(bench: MakeBench) -> None:
    """What was known before the power cut is known after it."""
    station = bench()
    station.know(ALICE)
    station.power_up()
    station.start_charging()
    assert len(station.engine.open_transactions) == 1


@pytest.mark.requirement("C10.FR.08", "C10.FR.10", "C10.FR.13", "TC_C_46")
def test_what_is_known_lapses(bench: MakeBench) -> None:
    """After LifeTime, or at the moment the CSMS named, the token is unknown again."""
    station = bench({"AuthCacheCtrlr.LifeTime": "100"})
    expiry = station.now + timedelta(seconds=50)
    station.csms.tokens[BOB.id_token] = IdTokenInfo(status=AuthorizationStatus.ACCEPTED, cache_expiry_date_time=expiry)
    station.know(ALICE, BOB)
    asked = len(station.of("Authorize"))
    station.wait(51)
    station.know(ALICE)
    assert len(station.of("Authorize")) == asked
    station.know(BOB)
    assert len(station.of("Authorize")) == asked + 1
    station.know(BOB)  # what has lapsed at its arrival is not kept either
    assert len(station.of("Authorize")) == asked + 2
    station.wait(101)
    station.know(ALICE)
    assert len(station.of("Authorize")) == asked + 3


@pytest.mark.requirement("C10.FR.08", "RPC-15")
def test_what_is_known_for_ever_does_not_lapse(bench: MakeBench) -> None:
    """A CSMS may say so by the last moment of the last year, of any zone; it is kept over a restart, too."""
    station = bench({"AuthCacheCtrlr.LifeTime": "100"})
    never = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(-timedelta(hours=5)))
    station.csms.tokens[BOB.id_token] = IdTokenInfo(status=AuthorizationStatus.ACCEPTED, cache_expiry_date_time=never)
    station.know(BOB)
    asked = len(station.of("Authorize"))
    station.wait(101)
    station.power_up()
    station.know(BOB)
    assert len(station.of("Authorize")) == asked


@pytest.mark.requirement("C10.FR.07")
def test_a_full_cache_makes_room(bench: MakeBench) -> None:
    """Refused tokens go first, then the oldest."""
    station = bench(authorization_cache_size=3)
    tokens = [IdToken(id_token=f"T{n}", type="ISO14443") for n in range(5)]
    station.csms.tokens["T1"] = INVALID
    for token in tokens:
        station.present(token)
        station.present(token)
    station.disconnect()
    known = []
    for token in tokens:
        station.forget()
        station.present(token, 1)
        known.append(bool(station.all(TokenAccepted)))
        station.present(token, 1)
    assert known == [False, False, True, True, True]


@pytest.mark.requirement("C11.FR.03", "C11.FR.04", "TC_C_37", "TC_C_38")
def test_the_cache_is_cleared_on_request_unless_it_is_off(bench: MakeBench) -> None:
    """Cleared means asked again; a cache that is off cannot be cleared."""
    station = bench()
    station.know(ALICE)
    assert station.ask(ClearCacheRequest()).status == "Accepted"
    station.know(ALICE)
    assert len(station.of("Authorize")) == 2
    station.set("AuthCacheCtrlr", "Enabled", "false")
    assert station.ask(ClearCacheRequest()).status == "Rejected"


@pytest.mark.requirement("C02.FR.03", "C05.FR.02")
@pytest.mark.parametrize("type_", ["Central", "NoAuthorization"])
def test_some_tokens_are_never_kept(bench: MakeBench, type_: Any) -> None:
    """Tokens the CSMS made up are not cached."""
    station = bench()
    token = IdToken(id_token="X", type=type_)
    station.know(token, token)
    assert len(station.of("Authorize")) == 2


@pytest.mark.requirement("C10.FR.14", "C01.FR.25")
def test_additional_information_is_neither_compared_nor_kept(bench: MakeBench) -> None:
    """A token is its text and its type, without case."""
    station = bench()
    station.plug_in()
    extra = (AdditionalInfo(additional_id_token="secret", type="x"),)
    station.present(msgspec.structs.replace(ALICE, additional_info=extra))
    assert b"secret" not in station.journal.load().states["authorization_cache"]
    station.present(IdToken(id_token=ALICE.id_token.lower(), type=ALICE.type))
    assert station.engine.open_transactions == []


@pytest.mark.requirement("C01.FR.03", "C09.FR.03", "C09.FR.07", "TC_C_39", "TC_C_41")
@pytest.mark.parametrize("cached", [False, True])
def test_a_token_of_the_same_group_stops(bench: MakeBench, cached: Any) -> None:
    """Asked or known from before, another token of the group ends the transaction and is named in it."""
    station = bench()
    station.csms.tokens = {ALICE.id_token: GROUPED, BOB.id_token: GROUPED}
    if cached:
        station.know(BOB)
    station.start_charging()
    station.present(BOB)
    ended = station.of("TransactionEvent")[-1]
    assert (ended.event_type, ended.trigger_reason, ended.id_token) == ("Ended", "StopAuthorized", BOB)


@pytest.mark.requirement("C09.FR.11", "TC_C_04", "TC_C_42", "C01.FR.23")
@pytest.mark.parametrize("about_bob", [INVALID, msgspec.structs.replace(GROUPED, status="Invalid"), None])
def test_another_token_stops_nothing(bench: MakeBench, about_bob: Any) -> None:
    """Not of the group, or of the group but refused: the transaction goes on."""
    station = bench()
    station.csms.tokens[ALICE.id_token] = GROUPED
    if about_bob is not None:
        status = AuthorizationStatus(about_bob.status)
        station.csms.tokens[BOB.id_token] = msgspec.structs.replace(about_bob, status=status)
    transaction_id = station.start_charging()
    station.present(BOB)
    assert station.engine.open_transactions == [transaction_id]
    assert len(station.all(TokenRefused)) == 1


@pytest.mark.requirement("C16.FR.02", "C16.FR.03", "C16.FR.08", "C12.FR.09", "TC_C_45", "TC_C_49")
def test_the_master_pass_stops_everything_and_starts_nothing(bench: MakeBench) -> None:
    """All transactions end with MasterPass; presented again it starts nothing."""
    station = bench({"AuthCtrlr.MasterPassGroupId": "FAMILY"})
    station.csms.tokens["MASTER"] = GROUPED
    station.start_charging(ALICE, 1)
    station.start_charging(BOB, 2)
    station.present(IdToken(id_token="MASTER", type="ISO14443"), None)
    reasons = [e.transaction_info.stopped_reason for e in station.of("TransactionEvent") if e.event_type == "Ended"]
    assert reasons == ["MasterPass", "MasterPass"]
    station.present(IdToken(id_token="MASTER", type="ISO14443"), 1)
    assert station.engine.open_transactions == []


@pytest.mark.requirement("C01.FR.21")
def test_a_token_for_some_evses_is_used_there_only(bench: MakeBench) -> None:
    """The list of EVSEs in the answer is obeyed, also when the station chooses."""
    station = bench()
    station.csms.tokens[ALICE.id_token] = IdTokenInfo(status=AuthorizationStatus.ACCEPTED, evse_id=(2,))
    station.plug_in(1)
    station.present(ALICE, 1)
    assert station.engine.open_transactions == []
    station.plug_in(2)
    station.wait(1)
    station.unplug(1)
    station.plug_in(1)
    station.present(ALICE, None)
    assert station.of("TransactionEvent")[0].evse.id == 2


@pytest.mark.requirement("C01.FR.21", "HRD-10")
def test_a_token_before_the_cable_is_used_where_it_may_be_used(bench: MakeBench) -> None:
    """A cable in an EVSE the token is not for, or one out of service, does not take the authorization."""
    station = bench(evses=3)
    station.csms.tokens[ALICE.id_token] = IdTokenInfo(status=AuthorizationStatus.ACCEPTED, evse_id=(2, 3))
    station.present(ALICE, None)
    station.engine.fault(2, 1, station.now)
    for evse_id in (1, 2, 3):
        station.plug_in(evse_id)
    assert [event.evse_id for event in station.all(ContactorClosed)] == [3]


def test_a_token_for_the_whole_station_goes_to_the_cable_plugged_in_last(bench: MakeBench) -> None:
    """Without an EVSE named, the driver is where the newest unauthorised cable is."""
    station = bench()
    station.plug_in(2)
    station.wait(5)
    station.plug_in(1)
    station.present(ALICE, None)
    station.present(BOB, None)
    assert [event.evse.id for event in station.of("TransactionEvent")] == [1, 2]
    station.present(ALICE, None)
    assert len(station.engine.open_transactions) == 1


@pytest.mark.requirement("C02.FR.01")
def test_a_station_without_authorization_charges_whoever_plugs_in(bench: MakeBench) -> None:
    """The token is of type NoAuthorization and empty; the stop button ends it."""
    station = bench({"AuthCtrlr.Enabled": "false"})
    station.plug_in()
    started = station.of("TransactionEvent")[0]
    assert (started.id_token.id_token, started.id_token.type) == ("", "NoAuthorization")
    station.engine.stop_button(1, station.now)
    station.pump()
    assert station.of("TransactionEvent")[-1].transaction_info.stopped_reason == "Local"


@pytest.mark.requirement("B02.FR.03", "B03.FR.01")
@pytest.mark.parametrize(("enabled", "charges"), [("true", True), ("false", False)])
def test_charging_before_the_first_acceptance_is_a_setting(bench: MakeBench, enabled: Any, charges: Any) -> None:
    """TxBeforeAcceptedEnabled decides whether drivers are served before the CSMS has accepted the station."""
    station = bench()
    station.know(ALICE)
    station.set("TxCtrlr", "TxBeforeAcceptedEnabled", enabled)
    station.power_up()
    station.plug_in()
    station.present(ALICE)
    assert bool(station.engine.open_transactions) == charges


@pytest.mark.requirement("HRD-10")
@pytest.mark.parametrize("text", ["", "x" * 256])
def test_a_token_no_message_can_carry_is_refused(bench: MakeBench, text: Any) -> None:
    """An empty or endless token never reaches a queue."""
    station = bench()
    station.present(IdToken(id_token=text, type="ISO14443"))
    assert station.of("Authorize") == []
    assert len(station.all(TokenRefused)) == 1


def test_a_token_presented_twice_while_it_is_checked_is_one_wish(bench: MakeBench) -> None:
    """An impatient driver asks once and starts once."""
    station = bench()
    station.csms.answers["Authorize"] = lambda _: HOLD
    station.plug_in()
    station.present(ALICE)
    station.present(ALICE)
    station.release(AuthorizeResponse(id_token_info=station.csms.about(ALICE)))
    assert len(station.of("Authorize")) == 1
    assert len(station.engine.open_transactions) == 1
    assert station.all(TokenRefused) == []
