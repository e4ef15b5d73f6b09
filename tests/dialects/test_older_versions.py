"""OCPP 1.2, 1.5 and 1.6 over SOAP: what each says otherwise than the next newer version, both ways (mapping 12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluglot import messages as house
from pluglot.dialects import AskPeer, DamagedMemory, Refusal, Translation, actions, csms_half, station_half
from pluglot.dialects.climb import Asked, Instead, Said
from pluglot.dialects.ocpp12 import conversions as conversions12
from pluglot.dialects.ocpp12 import enums as enums12
from pluglot.dialects.ocpp12 import wire as wire12
from pluglot.dialects.ocpp15 import conversions as conversions15
from pluglot.dialects.ocpp15 import enums as enums15
from pluglot.dialects.ocpp15 import wire as wire15
from pluglot.dialects.ocpp16 import wire as wire16
from pluglot.dialects.ocpp16.soap_wire import JSON_ONLY
from pluglot.messages.action import Sender
from pluglot.messages.codec import from_builtins
from tests.dialects.driver import CONNECTED, NOW, Carried, accepting, carry, seeded, shown
from tests.soap import made

BEGIN = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
NO_ERROR = wire15.ChargePointErrorCode.NO_ERROR
OLD = ("1.2s", "1.5s", "1.6s")


def station(version: str = "1.5s") -> Any:
    half = station_half(version, identity="CP1", random=seeded())
    half.connected(now=CONNECTED)
    return half


def system(version: str = "1.5s") -> Any:
    return csms_half(version, identity="CP1", random=seeded())


def inward(half: Any, request: Any, *, now: datetime = NOW, answers: Any = accepting, **options: Any) -> Carried:
    return carry(half.inward(request, now=now), house=answers, **options)


def put(half: Any, request: Any, peer: Any = None) -> Carried:
    """Let the newer half ask this of the peer."""

    def asking() -> Translation:
        return (yield AskPeer(request))

    newest = half
    levels = []
    while hasattr(newest, "newer"):
        levels.append(newest)
        newest = newest.newer
    translation = asking()
    for level in reversed(levels):
        translation = level.carried(translation, NOW)
    return carry(translation, peer=peer or (lambda asked: made.full(response_type(half.version, asked.action))))


def response_type(version: str, action: str) -> Any:
    return actions(version)[action].response


def start(half: Any, connector: int = 1, *, at: datetime = BEGIN) -> int:
    kind = wire12.StartTransactionRequest if half.version == "1.2s" else wire16.StartTransactionRequest
    request = kind(connector_id=connector, id_tag="TAG", meter_start=0, timestamp=at)
    return int(inward(half, request, now=at).answer.transaction_id)


def status(half: Any, status_: wire15.ChargePointStatus, connector: int = 1) -> wire16.ChargePointStatus:
    """Tell a status, and say what 1.6 would have said."""
    inward(half, wire15.StatusNotificationRequest(connector_id=connector, status=status_, error_code=NO_ERROR))
    noted: wire16.ChargePointStatus = half.newer.memory.statuses[connector].status
    return noted


# --- totality -----------------------------------------------------------------------------------------------------

TOTAL: list[tuple[dict[Any, Any], type[StrEnum], set[str]]] = [
    (enums15.STATUS_UP, wire15.ChargePointStatus, {"Occupied"}),
    (dict(enums15.STATUS_DOWN), wire16.ChargePointStatus, set()),
    (enums15.ERROR_UP, wire15.ChargePointErrorCode, set()),
    (dict(enums15.ERROR_DOWN), wire16.ChargePointErrorCode, set()),
    (enums15.REGISTRATION_UP, wire15.RegistrationStatus, set()),
    (enums15.REGISTRATION_DOWN, wire16.RegistrationStatus, set()),
    (enums15.UNLOCK_UP, wire15.UnlockStatus, set()),
    (enums15.UNLOCK_DOWN, wire16.UnlockStatus, set()),
    (enums15.CONFIGURATION_UP, wire15.ConfigurationStatus, set()),
    (enums15.CONFIGURATION_DOWN, wire16.ConfigurationStatus, set()),
    (enums15.FIRMWARE_UP, wire15.FirmwareStatus, set()),
    (enums15.FIRMWARE_DOWN, wire16.FirmwareStatus, {"Downloading", "Installing", "Idle"}),
    (enums15.DIAGNOSTICS_UP, wire15.DiagnosticsStatus, set()),
    (enums15.DIAGNOSTICS_DOWN, wire16.DiagnosticsStatus, {"Uploading", "Idle"}),
    (enums15.UPDATE_UP, wire15.UpdateStatus, set()),
    (enums15.UPDATE_DOWN, wire16.UpdateStatus, set()),
    (enums15.CONTEXT_UP, wire15.ReadingContext, set()),
    (enums15.CONTEXT_DOWN, wire16.ReadingContext, set()),
    (enums15.MEASURAND_UP, wire15.Measurand, set()),
    (
        enums15.MEASURAND_DOWN,
        wire16.Measurand,
        {"Current.Offered", "Frequency", "Power.Factor", "Power.Offered", "RPM", "SoC"},
    ),
    (enums15.LOCATION_UP, wire15.Location, set()),
    (enums15.LOCATION_DOWN, wire16.Location, {"Cable", "EV"}),
    (enums15.UNIT_UP, wire15.UnitOfMeasure, set()),
    (enums15.UNIT_DOWN, wire16.UnitOfMeasure, {"VA", "kVA", "K", "Fahrenheit", "Percent", "Hertz"}),
    (enums12.STATUS_UP, wire12.ChargePointStatus, set()),
    (enums12.STATUS_DOWN, wire15.ChargePointStatus, set()),
    (enums12.ERROR_UP, wire12.ChargePointErrorCode, set()),
    (enums12.ERROR_DOWN | dict(enums12.ERROR_DOWN_FAULTED), wire15.ChargePointErrorCode, set()),
]


@pytest.mark.requirement("PROOF-01")
@pytest.mark.parametrize(("table", "source", "unsaid"), TOTAL, ids=range(len(TOTAL)))
def test_every_value_has_its_counterpart_or_is_known_to_have_none(
    table: dict[Any, Any], source: type[StrEnum], unsaid: set[str]
) -> None:
    """No value of an enumeration is forgotten."""
    assert {member.value for member in source} - {member.value for member in table} == unsaid


@pytest.mark.parametrize(
    ("version", "station_side", "system_side"), [("1.2s", 9, 9), ("1.5s", 10, 15), ("1.6s", 10, 19)]
)
def test_each_version_has_its_operations(version: str, station_side: int, system_side: int) -> None:
    """The number of operations is that of the standard."""
    rows = actions(version).values()
    assert sum(bool(row.sender & Sender.STATION) for row in rows) == station_side
    assert sum(bool(row.sender & Sender.CSMS) for row in rows) == system_side


# --- round trips --------------------------------------------------------------------------------------------------

#: What does not come back, because the newer version cannot say it.
_NOT_BACK = {"SendLocalList"}
#: HashError comes back as Failed, and what a 1.2 central system does not tell as what it means.
_RESPONSES_NOT_BACK = {wire12.BootNotificationResponse, wire15.SendLocalListResponse}


def messages(version: str) -> Iterator[Any]:
    wire, conversions = {"1.2s": (wire12, conversions12), "1.5s": (wire15, conversions15)}[version]
    for name, difference in conversions.DIFFERENCES.items():
        row = wire.ACTIONS[name]
        if difference.request_up and difference.request_down and name not in _NOT_BACK | {"StatusNotification"}:
            yield pytest.param(row.request, difference.request_up, difference.request_down, id=f"{version}-{name}")
        if difference.response_up and difference.response_down and row.response not in _RESPONSES_NOT_BACK:
            yield pytest.param(
                row.response, difference.response_up, difference.response_down, id=f"{version}-{name}-response"
            )


@pytest.mark.requirement("PROOF-03")
@pytest.mark.parametrize(("type_", "up", "down"), [*messages("1.2s"), *messages("1.5s")])
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_what_climbs_comes_down_as_it_was(type_: Any, up: Any, down: Any, data: Any) -> None:
    """Said in the newer version and back again, a message of an older one loses nothing."""
    message = data.draw(made.of(type_))
    asked = Asked(station("1.5s"), message, NOW)
    climbed = up(message, asked)
    assert isinstance(climbed, Said) and not climbed.losses
    back = down(climbed.message, asked)
    if isinstance(back, Instead):  # a moment without readings says nothing in either
        assert not getattr(message, "values", None)
        return
    losses = [loss for loss in back.losses if loss.field != "reason"]
    assert (flat(back.message), losses) == (flat(message), [])


def flat(message: Any) -> Any:
    """A message with its nested transaction data in one part."""
    tree = msgspec.to_builtins(message)
    if "transactionData" in tree:
        values = [value for part in tree["transactionData"] for value in part.get("values", ())]
        tree["transactionData"] = [{"values": values}] if values else None
    return {name: value for name, value in tree.items() if value not in (None, [], ())}


# --- 1.5 stations: Occupied, stops without reason, charging -------------------------------------------------------


def test_occupied_means_what_the_transactions_say() -> None:
    """Preparing before a transaction, Charging during, Finishing after it, and Preparing again for the next."""
    half = station()
    occupied, available = wire15.ChargePointStatus.OCCUPIED, wire15.ChargePointStatus.AVAILABLE
    assert status(half, occupied) is wire16.ChargePointStatus.PREPARING
    number = start(half)
    assert status(half, occupied) is wire16.ChargePointStatus.CHARGING
    assert status(half, occupied, connector=2) is wire16.ChargePointStatus.PREPARING
    inward(half, wire15.StopTransactionRequest(transaction_id=number, timestamp=NOW, meter_stop=10))
    assert status(half, occupied) is wire16.ChargePointStatus.FINISHING
    assert status(half, available) is wire16.ChargePointStatus.AVAILABLE
    assert status(half, occupied) is wire16.ChargePointStatus.PREPARING


@pytest.mark.parametrize("version", ["1.2s", "1.5s"])
def test_a_transaction_charges_from_its_start(version: str) -> None:
    """Started says Charging, and no change of the charging state is made up later."""
    half = station(version)
    begin = wire12.StartTransactionRequest if version == "1.2s" else wire16.StartTransactionRequest
    started = inward(half, begin(connector_id=1, id_tag="TAG", meter_start=0, timestamp=BEGIN))
    assert started.house[0].transaction_info.charging_state is house.ChargingState.CHARGING
    wire: Any = wire12 if version == "1.2s" else wire15
    occupied = wire.StatusNotificationRequest(
        connector_id=1, status=wire.ChargePointStatus.OCCUPIED, error_code=wire.ChargePointErrorCode.NO_ERROR
    )
    for _ in range(2):
        events = inward(half, occupied).house
        assert [event.action for event in events if event.action == "TransactionEvent"] == []


def remote_stop(half: Any, number: int, *, now: datetime) -> None:
    entry = next(iter(half.newer.book.open()))
    translation = half.outward(house.RequestStopTransactionRequest(transaction_id=entry.house_id), now=now)
    accepted = wire16.RemoteStopTransactionResponse(status=wire16.RemoteStartStopStatus.ACCEPTED)
    carried = carry(translation, peer=lambda _: accepted)
    assert carried.peer == [wire16.RemoteStopTransactionRequest(transaction_id=number)]


@pytest.mark.parametrize(
    ("tag", "stopped_before", "trigger", "reason"),
    [
        ("TAG", None, "StopAuthorized", "Local"),
        ("TAG", 5, "StopAuthorized", "Local"),
        (None, 5, "RemoteStop", "Remote"),
        (None, 60, "RemoteStop", "Remote"),
        (None, 61, "AbnormalCondition", "Other"),
        (None, None, "AbnormalCondition", "Other"),
    ],
)
def test_a_stop_without_reason_is_explained_by_what_went_before(
    tag: str | None, stopped_before: int | None, trigger: str, reason: str
) -> None:
    """A tag stopped it, or a remote stop of the last minute; what is neither is not called Local."""
    half = station()
    number = start(half)
    if stopped_before is not None:
        remote_stop(half, number, now=NOW - timedelta(seconds=stopped_before))
    stop = wire15.StopTransactionRequest(transaction_id=number, id_tag=tag, timestamp=NOW, meter_stop=10)
    event = inward(half, stop).house[-1]
    assert (event.trigger_reason, event.transaction_info.stopped_reason) == (trigger, reason)


def test_a_stop_that_is_sent_again_much_later_says_the_same() -> None:
    """The reason is decided once, also across a restart, so that the repetition is recognised."""
    half = station()
    number = start(half)
    remote_stop(half, number, now=NOW)
    stop = wire15.StopTransactionRequest(transaction_id=number, timestamp=NOW, meter_stop=10)
    silent = inward(half, stop, now=NOW, answers=lambda _: Refusal("GenericError", silent=True))
    assert isinstance(silent.answer, Refusal)
    again = station()
    again.restore(half.snapshot())
    event = inward(again, stop, now=NOW + timedelta(hours=3)).house[-1]
    assert event == silent.house[-1]
    assert inward(again, stop, now=NOW + timedelta(hours=4)).losses == []


@pytest.mark.requirement("PROOF-09")
def test_vector_l() -> None:
    """The StopTransaction of mapping 15.12: Amp is A, absent attributes stay absent, and the house sees the end."""
    half = station()
    number = start(half)
    values = (
        wire15.Value(value="15.2", unit=wire15.UnitOfMeasure.AMP, measurand=wire15.Measurand.CURRENT_IMPORT),
        wire15.Value(value="1800"),
    )
    moment = wire15.MeterValue(timestamp=BEGIN + timedelta(minutes=30), value=values)
    stop = wire15.StopTransactionRequest(
        transaction_id=number,
        id_tag="TAG",
        timestamp=NOW,
        meter_stop=2500,
        transaction_data=(wire15.TransactionData(values=(moment,)),),
    )
    climbed: Any = conversions15.DIFFERENCES["StopTransaction"].request_up
    assert shown(climbed(stop, Asked(half, stop, NOW)).message)["transactionData"] == [
        {
            "timestamp": "2026-03-01T09:30:00Z",
            "sampledValue": [
                {"value": "15.2", "measurand": "Current.Import", "unit": "A"},
                {"value": "1800"},
            ],
        }
    ]
    event = inward(half, stop).house[-1]
    assert (event.event_type, event.trigger_reason, event.transaction_info.stopped_reason) == (
        "Ended",
        "StopAuthorized",
        "Local",
    )
    assert [int(sample.value) for moment in event.meter_value for sample in moment.sampled_value] == [15, 1800, 2500]


def test_nested_transaction_data_is_flattened() -> None:
    """Any number of parts with any number of moments becomes one list."""
    moments = [
        wire15.MeterValue(timestamp=BEGIN + timedelta(minutes=n), value=(wire15.Value(value=str(n)),)) for n in range(3)
    ]
    parts = (
        wire15.TransactionData(values=(moments[0],)),
        wire15.TransactionData(),
        wire15.TransactionData(values=tuple(moments[1:])),
    )
    stop = wire15.StopTransactionRequest(transaction_id=1, timestamp=NOW, meter_stop=10, transaction_data=parts)
    climbed: Any = conversions15.DIFFERENCES["StopTransaction"].request_up
    said = climbed(stop, Asked(station(), stop, NOW)).message
    assert [moment.sampled_value[0].value for moment in said.transaction_data] == ["0", "1", "2"]


def test_a_pending_station_is_rejected_for_now() -> None:
    """1.5 knows no Pending; the interval says when to come back."""
    pending = house.BootNotificationResponse(status=house.RegistrationStatus.PENDING, current_time=NOW, interval=42)
    boot = wire16.BootNotificationRequest(charge_point_vendor="V", charge_point_model="M")
    for version in ("1.2s", "1.5s"):
        request: Any = (
            boot
            if version == "1.5s"
            else wire12.BootNotificationRequest(charge_point_vendor="V", charge_point_model="M")
        )
        carried = inward(station(version), request, answers=lambda _: pending)
        assert shown(carried.answer) == {
            "status": "Rejected",
            "currentTime": "2026-03-01T12:00:00Z",
            "heartbeatInterval": 42,
        }
        assert [loss.value for loss in carried.losses] == ["Pending"]


# --- toward 1.5 and 1.2 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "status_", "error"),
    [
        (("Charging", "NoError"), "Occupied", "NoError"),
        (("SuspendedEV", "EVCommunicationError"), "Occupied", "Mode3Error"),
        (("Faulted", "InternalError"), "Faulted", "OtherError"),
        (("Faulted", "OverVoltage"), "Faulted", "OtherError"),
        (("Reserved", "NoError"), "Reserved", "NoError"),
    ],
)
def test_statuses_and_errors_toward_1_5(said: tuple[str, str], status_: str, error: str) -> None:
    """All that happens with a vehicle is Occupied; what has no code is another error."""
    request = wire16.StatusNotificationRequest(
        connector_id=1, status=wire16.ChargePointStatus(said[0]), error_code=wire16.ChargePointErrorCode(said[1])
    )
    (asked,) = put(system("1.5s"), request).peer
    assert (asked.status, asked.error_code) == (status_, error)


FAULTED_12 = {
    "GroundFailure": "PowerSwitchFailure",
    "OverCurrentFailure": "PowerSwitchFailure",
    "OverVoltage": "PowerSwitchFailure",
    "UnderVoltage": "PowerSwitchFailure",
    "WeakSignal": "ResetFailure",
    "InternalError": "ResetFailure",
    "LocalListConflict": "ResetFailure",
    "OtherError": "ResetFailure",
    "EVCommunicationError": "Mode3Error",
    "HighTemperature": "HighTemperature",
}


@pytest.mark.parametrize(("code", "said"), FAULTED_12.items())
def test_errors_toward_1_2_depend_on_the_status(code: str, said: str) -> None:
    """Without OtherError, a code 1.2 lacks is NoError unless the connector is faulted; what is lost is told."""
    for status_, expected in (("Faulted", said), ("Available", said if said in {code, "Mode3Error"} else "NoError")):
        request = wire16.StatusNotificationRequest(
            connector_id=1,
            status=wire16.ChargePointStatus(status_),
            error_code=wire16.ChargePointErrorCode(code),
            info="why",
        )
        carried = put(system("1.2s"), request)
        assert carried.peer[0].error_code == expected
        assert "info" in {loss.field for loss in carried.losses}


def sample(value: str, **attributes: Any) -> wire16.SampledValue:
    return wire16.SampledValue(value=value, **attributes)


M, U, P = wire16.Measurand, wire16.UnitOfMeasure, wire16.Phase
READINGS = (
    sample("1.5", measurand=M.ENERGY_ACTIVE_IMPORT_REGISTER, unit=U.KWH, context=wire16.ReadingContext.TRIGGER),
    sample("16", measurand=M.CURRENT_IMPORT, unit=U.A, phase=P.L1),
    sample("230", measurand=M.VOLTAGE, unit=U.V),
    sample("80", measurand=M.SOC, unit=U.PERCENT),
    sample("500", measurand=M.ENERGY_ACTIVE_IMPORT_REGISTER, phase=P.L1),
    sample("50", unit=U.K, measurand=M.TEMPERATURE),
)


def metering(*samples: wire16.SampledValue) -> wire16.MeterValuesRequest:
    return wire16.MeterValuesRequest(
        connector_id=1, transaction_id=7, meter_value=(wire16.MeterValue(timestamp=NOW, sampled_value=samples),)
    )


def test_readings_toward_1_5_are_said_in_attributes() -> None:
    """A and V are written out, phases are lost, and what would be taken for a total is left out whole."""
    carried = put(system("1.5s"), metering(*READINGS))
    assert shown(carried.peer[0])["values"][0]["value"] == [
        {"value": "1.5", "context": "Sample.Periodic", "measurand": "Energy.Active.Import.Register", "unit": "kWh"},
        {"value": "16", "measurand": "Current.Import", "unit": "Amp"},
        {"value": "230", "measurand": "Voltage", "unit": "Volt"},
    ]
    assert [loss.field for loss in carried.losses] == [
        "meterValue[0].sampledValue[0].context",
        "meterValue[0].sampledValue[1].phase",
        "meterValue[0].sampledValue[3]",
        "meterValue[0].sampledValue[4]",
        "meterValue[0].sampledValue[5]",
    ]


def test_readings_toward_1_2_are_one_register_in_watt_hours() -> None:
    """Only the whole register of imported energy is left, as a number; nothing is asked when nothing is left."""
    carried = put(system("1.2s"), metering(*READINGS))
    assert shown(carried.peer[0]) == {
        "connectorId": 1,
        "values": [{"timestamp": "2026-03-01T12:00:00Z", "value": 1500}],
    }
    nothing = put(system("1.2s"), metering(*READINGS[1:]))
    assert (nothing.peer, nothing.answer) == ([], wire16.MeterValuesResponse())
    assert nothing.losses


@pytest.mark.parametrize(
    ("request_", "response"),
    [
        (wire16.FirmwareStatusNotificationRequest(status=one), wire16.FirmwareStatusNotificationResponse())
        for one in (wire16.FirmwareStatus.DOWNLOADING, wire16.FirmwareStatus.INSTALLING, wire16.FirmwareStatus.IDLE)
    ]
    + [
        (wire16.DiagnosticsStatusNotificationRequest(status=one), wire16.DiagnosticsStatusNotificationResponse())
        for one in (wire16.DiagnosticsStatus.UPLOADING, wire16.DiagnosticsStatus.IDLE)
    ],
)
@pytest.mark.parametrize("version", ["1.2s", "1.5s"])
def test_progress_that_is_not_final_is_not_told(version: str, request_: Any, response: Any) -> None:
    """Older versions tell only how it ended; the station is answered all the same."""
    carried = put(system(version), request_)
    assert (carried.peer, carried.answer) == ([], response)
    assert [loss.field for loss in carried.losses] == ["status"]


def test_a_stop_toward_older_versions_loses_its_reason_and_says_so() -> None:
    """The reason is a loss; 1.2 loses the readings as well."""
    stop = wire16.StopTransactionRequest(
        transaction_id=7,
        meter_stop=10,
        timestamp=NOW,
        reason=wire16.Reason.EV_DISCONNECTED,
        transaction_data=(
            wire16.TransactionData(timestamp=NOW, sampled_value=(sample("10"),)),
            wire16.TransactionData(timestamp=NOW, sampled_value=(sample("11"),)),
        ),
    )
    newer = put(system("1.5s"), stop)
    assert len(newer.peer[0].transaction_data) == 1 and len(newer.peer[0].transaction_data[0].values) == 2
    assert [loss.field for loss in newer.losses] == ["reason"]
    older = put(system("1.2s"), stop)
    assert shown(older.peer[0]) == {"transactionId": 7, "timestamp": "2026-03-01T12:00:00Z", "meterStop": 10}
    assert {loss.field for loss in older.losses} == {"reason", "transactionData"}


def test_a_central_system_of_1_2_that_tells_neither_time_nor_interval() -> None:
    """The time is now and the interval a quarter of an hour."""
    boot = house.BootNotificationRequest(
        reason=house.BootReason.POWER_UP, charging_station=house.ChargingStation(model="M", vendor_name="V")
    )
    answer = wire12.BootNotificationResponse(status=wire15.RegistrationStatus.REJECTED)
    carried = carry(system("1.2s").outward(boot, now=NOW), peer=lambda _: answer)
    assert carried.answer == house.BootNotificationResponse(
        status=house.RegistrationStatus.REJECTED, current_time=NOW, interval=900
    )


def test_texts_of_1_2_without_limits_are_cut_where_the_newer_version_has_one() -> None:
    """A vendor of fifty letters is cut to twenty, and the loss shows the whole."""
    boot = wire12.BootNotificationRequest(
        charge_point_vendor="V" * 50, charge_point_model="M", firmware_version="F" * 60
    )
    half = station("1.2s")
    carried = inward(half, boot)
    assert carried.house[0].charging_station.vendor_name == "V" * 20
    assert {loss.field: loss.value for loss in carried.losses} == {
        "chargePointVendor": "V" * 50,
        "firmwareVersion": "F" * 60,
    }
    station("1.2s").restore(half.snapshot())


# --- what a version cannot be asked (12.1) ------------------------------------------------------------------------

ABSENT = {
    "ClearChargingProfile": {"status": "Unknown"},
    "GetCompositeSchedule": {"status": "Rejected"},
    "SetChargingProfile": {"status": "NotSupported"},
    "TriggerMessage": {"status": "NotImplemented"},
    "CancelReservation": {"status": "Rejected"},
    "DataTransfer": {"status": "UnknownVendorId"},
    "GetConfiguration": {"unknownKey": ["4 < 5 & 6 é"] * 2},
    "GetLocalListVersion": {"listVersion": -1},
    "ReserveNow": {"status": "Rejected"},
    "SendLocalList": {"status": "NotSupported"},
}


#: Requests that older versions do not leave out for what is in them.
SAYABLE = {
    "DiagnosticsStatusNotification": wire16.DiagnosticsStatusNotificationRequest(
        status=wire16.DiagnosticsStatus.UPLOADED
    ),
    "FirmwareStatusNotification": wire16.FirmwareStatusNotificationRequest(status=wire16.FirmwareStatus.INSTALLED),
    "MeterValues": metering(sample("1")),
}


@pytest.mark.requirement("PROOF-10")
@pytest.mark.parametrize("version", OLD)
@pytest.mark.parametrize("name", wire16.ACTIONS)
def test_every_action_is_asked_or_answered_negatively(version: str, name: str) -> None:
    """Whatever the newer half asks, an older peer gets only what it knows, and the rest is answered with a loss."""
    row = wire16.ACTIONS[name]
    half = station(version) if row.sender & Sender.CSMS else system(version)
    carried = put(half, SAYABLE.get(name) or made.full(row.request))
    if name in actions(version):
        assert [asked.action for asked in carried.peer] == [name]
        assert row.response is not None
        assert type(carried.answer) is row.response
    elif name in JSON_ONLY:
        assert (carried.peer, carried.answer.code) == ([], "NotSupported")
    else:
        assert (carried.peer, shown(carried.answer)) == ([], ABSENT[name])
        assert carried.losses[-1].action == name


PROFILE = {
    "id": 1,
    "stackLevel": 0,
    "chargingProfilePurpose": "TxDefaultProfile",
    "chargingProfileKind": "Relative",
    "chargingSchedule": [
        {"id": 1, "chargingRateUnit": "W", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 7000}]}
    ],
}
RESERVE = {"id": 1, "expiryDateTime": "2026-03-03T10:00:00Z", "idToken": {"idToken": "T", "type": "Central"}}
#: A request of the house, its answer for 1.5 (None where 1.5 is asked) and for 1.2.
HEARD: list[tuple[Any, dict[str, Any], str | int | None, str | int]] = [
    (house.SetChargingProfileRequest, {"evseId": 0, "chargingProfile": PROFILE}, "Rejected", "Rejected"),
    (house.ClearChargingProfileRequest, {"chargingProfileId": 1}, "Unknown", "Unknown"),
    (house.GetCompositeScheduleRequest, {"evseId": 0, "duration": 60}, "Rejected", "Rejected"),
    (house.TriggerMessageRequest, {"requestedMessage": "Heartbeat"}, "NotImplemented", "NotImplemented"),
    (house.ReserveNowRequest, RESERVE, None, "Rejected"),
    (house.CancelReservationRequest, {"reservationId": 1}, None, "Rejected"),
    (house.SendLocalListRequest, {"versionNumber": 1, "updateType": "Full"}, None, "Failed"),
    (house.GetLocalListVersionRequest, {}, None, 0),
    (house.DataTransferRequest, {"vendorId": "v"}, None, "UnknownVendorId"),
    (house.CertificateSignedRequest, {"certificateChain": "x"}, "Rejected", "Rejected"),
]


@pytest.mark.requirement("PROOF-10")
@pytest.mark.parametrize(("kind", "payload", "newer", "older"), HEARD, ids=lambda value: getattr(value, "action", ""))
def test_the_house_hears_the_negative_answer_of_its_own_vocabulary(
    kind: Any, payload: dict[str, Any], newer: Any, older: Any
) -> None:
    """What an old station cannot be asked is answered as mapping 12.1 says, and the station is left alone."""
    for version, expected in (("1.5s", newer), ("1.2s", older)):
        carried = carry(station(version).outward(from_builtins(kind, payload), now=NOW), house=accepting)
        if expected is None:
            assert len(carried.peer) == 1
        else:
            answer = shown(carried.answer)
            assert (carried.peer, answer.get("status", answer.get("versionNumber"))) == ([], expected)


def test_a_1_2_station_has_a_base_report_of_what_is_emulated() -> None:
    """Variables are unknown one by one, and the report is made without asking the station anything."""
    half = station("1.2s")
    asked = house.GetVariableData(
        component=house.Component(name="OCPPCommCtrlr"), variable=house.Variable(name="HeartbeatInterval")
    )
    carried = carry(half.outward(house.GetVariablesRequest(get_variable_data=(asked,)), now=NOW))
    assert carried.peer == []
    assert carried.answer.get_variable_result[0].attribute_status is house.GetVariableStatus.UNKNOWN_VARIABLE
    base = house.GetBaseReportRequest(request_id=1, report_base=house.ReportBase.FULL_INVENTORY)
    carried = carry(half.outward(base, now=NOW), house=accepting)
    assert carried.peer == [] and carried.house
    assert carried.answer.status is house.GenericDeviceModelStatus.ACCEPTED


# --- memory -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", OLD)
def test_a_restarted_half_knows_its_open_transaction(version: str) -> None:
    """The memories of all levels are saved as one and taken up as one."""
    half = station(version)
    before = half.revision
    number = start(half)
    assert half.revision > before
    again = station(version)
    again.restore(half.snapshot())
    assert again.snapshot() == half.snapshot()
    kind: Any = {"1.2s": wire12, "1.5s": wire15, "1.6s": wire16}[version]
    event = inward(again, kind.StopTransactionRequest(transaction_id=number, timestamp=NOW, meter_stop=10)).house[-1]
    assert (event.event_type, event.seq_no) == ("Ended", 1)


@pytest.mark.parametrize("version", OLD)
@pytest.mark.parametrize("make", [station_half, csms_half])
def test_foreign_and_damaged_memories_are_refused(version: str, make: Any) -> None:
    """A memory of another version, half or layout is not taken for this one."""
    half = make(version, identity="CP1", random=seeded())
    label = half.snapshot().partition(b"\n")[0]
    others = [make(other, identity="CP1", random=seeded()).snapshot() for other in (*OLD, "1.6") if other != version]
    for damaged in (b"", label + b"\nrubbish", label + b"\n\x92\x90\xc4\x01x", half.snapshot()[:-3], *others):
        with pytest.raises(DamagedMemory):
            half.restore(damaged)
    half.restore(half.snapshot())


@pytest.mark.parametrize(("version", "profiles"), [("1.2s", 0), ("1.5s", 0), ("1.6s", 1)])
def test_a_profile_that_an_old_station_never_got_is_not_said_to_be_installed(version: str, profiles: int) -> None:
    """Before 1.6 a remote start goes without its profile: that is shown, and nobody is told of a limit (12.3)."""
    half = station(version)
    period = {"startPeriod": 0, "limit": 16}
    schedule = {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [period]}
    payload = {
        "evseId": 1,
        "idToken": {"idToken": "A", "type": "Central"},
        "remoteStartId": 7,
        "chargingProfile": {
            "id": 5,
            "stackLevel": 1,
            "chargingProfilePurpose": "TxProfile",
            "chargingProfileKind": "Relative",
            "chargingSchedule": [schedule],
        },
    }
    accepted = wire16.RemoteStartStopStatus.ACCEPTED
    carried = carry(
        half.outward(from_builtins(house.RequestStartTransactionRequest, payload), now=NOW),
        peer=lambda _one: wire16.RemoteStartTransactionResponse(status=accepted),
    )
    assert carried.answer.status == "Accepted"
    assert [loss.field for loss in carried.losses] == ["chargingProfile"] * (1 - profiles)
    begin = wire12.StartTransactionRequest if version == "1.2s" else wire16.StartTransactionRequest
    inward(half, begin(connector_id=1, id_tag="A", timestamp=BEGIN, meter_start=0))
    asked = house.GetChargingProfilesRequest(request_id=1, charging_profile=house.ChargingProfileCriterion())
    status = house.GetChargingProfileStatus
    answer = carry(half.outward(asked, now=NOW), house=accepting).answer
    assert answer.status is (status.ACCEPTED if profiles else status.NO_PROFILES)


@pytest.mark.parametrize("version", OLD)
def test_time_is_passed_on(version: str) -> None:
    """After a boot the configuration is read; 1.2 has none to ask for, so that is answered here."""
    half = station(version)
    boot: Any = wire12 if version == "1.2s" else wire16
    inward(half, boot.BootNotificationRequest(charge_point_vendor="V", charge_point_model="M"))
    assert half.next_deadline() == NOW
    (translation,) = half.advance(now=NOW)
    carried = carry(translation)
    assert [asked.action for asked in carried.peer] == ([] if version == "1.2s" else ["GetConfiguration"])
    assert half.next_deadline() == NOW + timedelta(hours=24)


def test_a_token_that_no_xml_can_hold_has_an_alias() -> None:
    """Control characters may stand in JSON; over SOAP such a token is said by its alias, and understood again (3.4)."""
    token = house.IdToken(id_token="A\x01B", type="Central")
    request = house.RequestStartTransactionRequest(id_token=token, remote_start_id=1)
    said = {}
    for version in ("1.6", "1.6s", "1.5s", "1.2s"):
        half = station_half(version, identity="CS1", random=seeded())
        said[version] = carry(half.outward(request, now=NOW)).peer[0].id_tag
    assert said["1.6"] == "A\x01B"
    aliases = {said[version] for version in ("1.6s", "1.5s", "1.2s")}
    assert len(aliases) == 1
    assert aliases.pop().startswith("#")
