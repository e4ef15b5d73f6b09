"""What the CSMS does from afar, and what it cannot do."""

from typing import Any

import pytest

from pluglot.dialects.base import Refusal
from pluglot.messages import (
    EVSE,
    ChargingProfile,
    ChargingProfileKind,
    ChargingProfilePurpose,
    ChargingRateUnit,
    ChargingSchedule,
    ChargingSchedulePeriod,
    ClearDisplayMessageRequest,
    DataTransferRequest,
    DataTransferResponse,
    DataTransferStatus,
    GetLocalListVersionRequest,
    IdToken,
    MessageTrigger,
    RequestStartTransactionRequest,
    RequestStopTransactionRequest,
    SetChargingProfileRequest,
    TriggerMessageRequest,
    UnlockConnectorRequest,
)
from pluglot.station import (
    ConnectorSettings,
    ConnectorUnlocked,
    ContactorClosed,
    ContactorOpened,
    DataTransferAnswered,
    EvseSettings,
    TokenRefused,
)
from tests.station.bench import ALICE, BOB, FAMILY, INVALID, Bench, MakeBench


def start(evse_id: Any = 1, token: Any = ALICE, number: Any = 77, **more: Any) -> Any:
    return RequestStartTransactionRequest(id_token=token, remote_start_id=number, evse_id=evse_id, **more)


@pytest.mark.requirement("F01.FR.02", "F01.FR.19", "F01.FR.25", "C05.FR.03", "C05.FR.05", "TC_F_01")
def test_a_remote_start_with_the_cable_in_begins_at_once(bench: MakeBench) -> None:
    """Started says RemoteStart with its number and the token; nobody is asked unless AuthorizeRemoteStart says so."""
    station = bench()
    station.plug_in()
    station.forget()
    assert station.ask(start()).status == "Accepted"
    assert station.of("Authorize") == []
    event = station.of("TransactionEvent")[0]
    assert (event.trigger_reason, event.transaction_info.remote_start_id, event.id_token) == ("RemoteStart", 77, ALICE)
    assert len(station.all(ContactorClosed)) == 1
    station.vehicle()
    assert station.of("TransactionEvent")[-1].transaction_info.remote_start_id is None


@pytest.mark.requirement("F02.FR.01", "F02.FR.21", "TC_F_03", "TC_F_04", "F02.FR.07")
def test_a_remote_start_waits_for_the_cable(bench: MakeBench) -> None:
    """The cable starts it as RemoteStart; if none comes the EVSE is free again."""
    station = bench()
    assert station.ask(start()).status == "Accepted"
    assert station.ask(start(number=78)).status == "Rejected"
    station.wait(60)
    assert station.ask(start(number=79)).status == "Accepted"
    station.plug_in()
    event = station.of("TransactionEvent")[0]
    assert (event.event_type, event.trigger_reason, event.transaction_info.remote_start_id) == (
        "Started",
        "RemoteStart",
        79,
    )


@pytest.mark.requirement("F01.FR.01", "F02.FR.09", "TC_F_02", "C05.FR.01")
def test_a_remote_start_can_be_checked_first(bench: MakeBench) -> None:
    """With AuthorizeRemoteStart the token is asked about, save one of the CSMS's own; a refused one starts nothing."""
    station = bench({"AuthCtrlr.AuthorizeRemoteStart": "true"})
    station.plug_in()
    station.csms.tokens[BOB.id_token] = INVALID
    assert station.ask(start(token=BOB)).status == "Accepted"
    assert station.engine.open_transactions == []
    assert len(station.all(TokenRefused)) == 1
    station.ask(start())
    assert len(station.of("Authorize")) == 2
    assert len(station.engine.open_transactions) == 1
    station.ask(start(2, IdToken(id_token="APP", type="Central")))
    assert len(station.of("Authorize")) == 2


@pytest.mark.requirement("F01.FR.13")
def test_a_remote_start_of_a_transaction_that_has_begun_names_it(bench: MakeBench) -> None:
    """The unauthorised transaction of the cable gets the token, and its id is answered."""
    station = bench({"TxCtrlr.TxStartPoint": "EVConnected"})
    station.plug_in()
    (transaction_id,) = station.engine.open_transactions
    assert station.ask(start()).transaction_id == transaction_id
    assert station.told()[-1][:2] == ("Updated", "RemoteStart")


@pytest.mark.requirement("F01.FR.20", "F02.FR.22")
def test_a_remote_start_without_evse_finds_one(bench: MakeBench) -> None:
    """Where a cable waits, else where nobody is, else nowhere."""
    station = bench()
    station.plug_in(2)
    assert station.ask(start(None)).status == "Accepted"
    assert station.of("TransactionEvent")[0].evse.id == 2
    assert station.ask(start(None, BOB)).status == "Accepted"
    station.plug_in(1)
    assert len(station.engine.open_transactions) == 2
    assert station.ask(start(None, FAMILY)).status == "Rejected"


def profile(purpose: Any = ChargingProfilePurpose.TX_PROFILE, limit: Any = 10**9, **more: Any) -> Any:
    return ChargingProfile(
        id=1,
        stack_level=0,
        charging_profile_purpose=purpose,
        charging_profile_kind=ChargingProfileKind.RELATIVE,
        charging_schedule=(
            ChargingSchedule(
                id=1,
                charging_rate_unit=ChargingRateUnit.A,
                charging_schedule_period=(ChargingSchedulePeriod(start_period=0, limit=limit),),
            ),
        ),
        **more,
    )


@pytest.mark.requirement("HRD-08", "F01.FR.09", "F01.FR.11", "F01.FR.12")
def test_a_profile_cannot_take_the_station_over(bench: MakeBench) -> None:
    """No smart charging is built: SetChargingProfile is not supported; a start ignores a profile or refuses it."""
    station = bench()
    answer = station.ask(SetChargingProfileRequest(evse_id=1, charging_profile=profile()))
    assert (type(answer), answer.code) == (Refusal, "NotSupported")
    wrong = [profile(ChargingProfilePurpose.CHARGING_STATION_MAX_PROFILE), profile(transaction_id="x")]
    for charging_profile in wrong:
        answer = station.ask(start(charging_profile=charging_profile))
        assert (answer.status, answer.status_info.reason_code) == ("Rejected", "InvalidProfile")
    assert station.ask(start(charging_profile=profile())).status == "Accepted"


@pytest.mark.requirement("HRD-10", "F01.FR.23", "F01.FR.24", "F02.FR.25", "F02.FR.26")
def test_a_remote_start_without_sense_is_rejected(bench: MakeBench) -> None:
    """Unknown, faulted or taken EVSEs start nothing, and the reason is named."""
    station = bench(evses=3)
    station.engine.fault(2, 1, station.now)
    station.pump()
    station.start_charging()
    answers = {evse_id: station.ask(start(evse_id, BOB)) for evse_id in (1, 2, 9)}
    assert {evse_id: answer.status_info.reason_code for evse_id, answer in answers.items()} == {
        1: "TxInProgress",
        2: "NotEnabled",
        9: "UnknownEvse",
    }
    assert len(station.engine.open_transactions) == 1


@pytest.mark.requirement("F03.FR.03", "F03.FR.07", "F03.FR.08", "TC_F_08", "TC_F_09", "TC_E_21")
def test_a_remote_stop_ends_its_transaction_only(bench: MakeBench) -> None:
    """Ended with RemoteStop and Remote; unknown and ended ones are Rejected."""
    station = bench()
    other = station.start_charging(BOB, 2)
    transaction_id = station.start_charging()
    assert station.ask(RequestStopTransactionRequest(transaction_id="nobody")).status == "Rejected"
    assert station.ask(RequestStopTransactionRequest(transaction_id=transaction_id)).status == "Accepted"
    ended = station.of("TransactionEvent")[-1]
    assert (ended.trigger_reason, ended.transaction_info.stopped_reason) == ("RemoteStop", "Remote")
    assert station.engine.open_transactions == [other]
    assert station.ask(RequestStopTransactionRequest(transaction_id=transaction_id)).status == "Rejected"


@pytest.mark.requirement("F03.FR.02")
def test_a_remote_stop_leaves_the_transaction_where_the_cable_ends_it(bench: MakeBench) -> None:
    """Energy stops with Updated; the cable ends it, still for the remote stop."""
    station = bench({"TxCtrlr.TxStopPoint": "EVConnected"})
    transaction_id = station.start_charging()
    station.ask(RequestStopTransactionRequest(transaction_id=transaction_id))
    assert station.told()[-1] == ("Updated", "RemoteStop", "EVConnected")
    assert len(station.all(ContactorOpened)) == 1
    station.unplug()
    assert station.of("TransactionEvent")[-1].transaction_info.stopped_reason == "Remote"


@pytest.mark.requirement("F03.FR.03")
def test_a_remote_stop_ends_a_transaction_nobody_was_authorised_for(bench: MakeBench) -> None:
    """A transaction of the cable alone ends, too."""
    station = bench({"TxCtrlr.TxStartPoint": "EVConnected"})
    station.plug_in()
    (transaction_id,) = station.engine.open_transactions
    station.ask(RequestStopTransactionRequest(transaction_id=transaction_id))
    assert station.told()[-1][:2] == ("Ended", "RemoteStop")


@pytest.mark.requirement(
    "F05.FR.02", "F05.FR.03", "F05.FR.04", "F05.FR.05", "F05.FR.06", "TC_F_05", "TC_F_07", "TC_F_10"
)
def test_unlocking_frees_a_plug_nobody_charges_with(bench: MakeBench) -> None:
    """Also without a cable; not while charging, not what does not exist, not a cable that belongs to the station."""
    fixed = EvseSettings(connectors=(ConnectorSettings(fixed_cable=True),))
    station = bench(evse_settings=(EvseSettings(), fixed))

    def unlock(evse_id: Any, connector_id: Any = 1) -> Any:
        return station.ask(UnlockConnectorRequest(evse_id=evse_id, connector_id=connector_id)).status

    assert unlock(1) == "Unlocked"
    assert len(station.all(ConnectorUnlocked)) == 1
    assert unlock(2) == "UnlockFailed"
    assert unlock(9) == unlock(1, 9) == "UnknownConnector"
    station.start_charging()
    assert unlock(1) == "OngoingAuthorizedTransaction"
    station.present(ALICE)
    assert unlock(1) == "Unlocked"


TRIGGERS = [
    (MessageTrigger.HEARTBEAT, None, ["Heartbeat"]),
    (MessageTrigger.LOG_STATUS_NOTIFICATION, None, ["LogStatusNotification"]),
    (MessageTrigger.FIRMWARE_STATUS_NOTIFICATION, EVSE(id=1), ["FirmwareStatusNotification"]),
    (MessageTrigger.METER_VALUES, None, ["MeterValues", "MeterValues"]),
    (MessageTrigger.METER_VALUES, EVSE(id=2), ["MeterValues"]),
    (MessageTrigger.STATUS_NOTIFICATION, EVSE(id=1, connector_id=1), ["StatusNotification"]),
    (MessageTrigger.STATUS_NOTIFICATION, None, ["StatusNotification", "StatusNotification"]),
    (MessageTrigger.TRANSACTION_EVENT, None, ["TransactionEvent"]),
    (MessageTrigger.TRANSACTION_EVENT, EVSE(id=1), ["TransactionEvent"]),
]


@pytest.mark.requirement(
    "F06.FR.03", "F06.FR.04", "F06.FR.06", "F06.FR.07", "F06.FR.11", "F06.FR.15", "F06.FR.16", "TC_F_11", "TC_F_13"
)
@pytest.mark.parametrize(("trigger", "evse", "expected"), TRIGGERS)
def test_a_triggered_message_follows_its_answer(bench: MakeBench, trigger: Any, evse: Any, expected: Any) -> None:
    """Accepted first, then the message, for one EVSE or for all."""
    station = bench()
    station.start_charging()
    station.forget()
    request = TriggerMessageRequest(requested_message=trigger, evse=evse)
    assert station.engine.handle(request, station.now).status == "Accepted"
    assert station.sent == []
    station.pump()
    assert station.actions() == expected
    if expected[0] == "TransactionEvent":
        event = station.sent[0]
        assert (event.trigger_reason, event.transaction_info.charging_state) == ("Trigger", "Charging")
        assert event.meter_value[0].sampled_value[0].context == "Trigger"
    if expected[0] == "MeterValues":
        assert {v.context for v in station.sent[0].meter_value[0].sampled_value} == {"Trigger"}


REFUSED_TRIGGERS = [
    (MessageTrigger.CUSTOM_TRIGGER, None, "NotImplemented"),
    (MessageTrigger.SIGN_CHARGING_STATION_CERTIFICATE, None, "NotImplemented"),
    (MessageTrigger.SIGN_V2G_CERTIFICATE, None, "NotImplemented"),
    (MessageTrigger.PUBLISH_FIRMWARE_STATUS_NOTIFICATION, None, "NotImplemented"),
    (MessageTrigger.BOOT_NOTIFICATION, None, "Rejected"),
    (MessageTrigger.METER_VALUES, EVSE(id=9), "Rejected"),
    (MessageTrigger.STATUS_NOTIFICATION, EVSE(id=1, connector_id=9), "Rejected"),
    (MessageTrigger.TRANSACTION_EVENT, None, "Rejected"),
]


@pytest.mark.requirement("F06.FR.05", "F06.FR.08", "F06.FR.19", "TC_F_26", "TC_F_27", "TC_F_100")
@pytest.mark.parametrize(("trigger", "evse", "status"), REFUSED_TRIGGERS)
def test_what_cannot_be_triggered_says_so(bench: MakeBench, trigger: Any, evse: Any, status: Any) -> None:
    """NotImplemented for what is not built, Rejected for what has nothing to tell; and nothing is sent."""
    station = bench()
    station.forget()
    custom = "com.example.Diagnose" if trigger is MessageTrigger.CUSTOM_TRIGGER else None
    request = TriggerMessageRequest(requested_message=trigger, evse=evse, custom_trigger=custom)
    assert station.ask(request).status == status
    assert station.sent == []


@pytest.mark.parametrize("request_", [GetLocalListVersionRequest(), ClearDisplayMessageRequest(id=1)])
def test_what_is_not_built_is_not_supported(bench: MakeBench, request_: Any) -> None:
    """A block this station lacks is refused as such."""
    answer = bench().ask(request_)
    assert (type(answer), answer.code) == (Refusal, "NotSupported")


@pytest.mark.requirement("P01.FR.05", "P01.FR.06", "P02.FR.06", "P02.FR.07")
def test_vendor_messages_are_answered_where_somebody_knows_them() -> None:
    """Unknown vendor, unknown message, known message; and an answer to our own comes as an event."""
    reply = DataTransferResponse(status=DataTransferStatus.ACCEPTED, data={"pong": 1})
    station = _with_transfers({"com.example": {"ping": lambda _data: reply}})

    def ask(vendor_id: Any, message_id: Any) -> Any:
        return station.ask(DataTransferRequest(vendor_id=vendor_id, message_id=message_id, data="x"))

    assert ask("org.other", "ping").status == "UnknownVendorId"
    assert ask("com.example", "pong").status == "UnknownMessageId"
    assert ask("com.example", "ping") == reply
    station.engine.transfer_data("com.example", "hello", {"a": [1]}, station.now)
    station.pump()
    (answered,) = station.all(DataTransferAnswered)
    assert (answered.message_id, answered.response.status) == ("hello", "Accepted")


def _with_transfers(transfers: Any) -> Any:
    class TalkativeBench(Bench):
        extras = {"transfers": transfers}  # noqa: RUF012 - read once

    return TalkativeBench()
