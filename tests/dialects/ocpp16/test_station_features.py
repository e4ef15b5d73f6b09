"""Reservations, profiles, lists, logs, firmware, certificates and costs of a 1.6 station (mapping 5.4.5, 5.9, 6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from pluglot import messages as house
from pluglot.dialects import Policy, Refusal
from pluglot.dialects.ocpp16 import wire
from pluglot.dialects.ocpp16.station import reservations
from tests.dialects.driver import NOW, message, shown
from tests.dialects.ocpp16.station import Station, at

YES = {
    "ReserveNow": {"status": "Accepted"},
    "CancelReservation": {"status": "Accepted"},
    "SetChargingProfile": {"status": "Accepted"},
    "ClearChargingProfile": {"status": "Accepted"},
    "SendLocalList": {"status": "Accepted"},
    "GetLocalListVersion": {"listVersion": 3},
    "GetDiagnostics": {"fileName": "d.zip"},
    "GetLog": {"status": "Accepted", "filename": "l.zip"},
    "UpdateFirmware": {},
    "SignedUpdateFirmware": {"status": "Accepted"},
    "RemoteStartTransaction": {"status": "Accepted"},
    "RemoteStopTransaction": {"status": "Accepted"},
    "TriggerMessage": {"status": "Accepted"},
    "ExtendedTriggerMessage": {"status": "Accepted"},
    "DataTransfer": {"status": "Accepted"},
    "ChangeConfiguration": {"status": "Accepted"},
    "CertificateSigned": {"status": "Accepted"},
    "DeleteCertificate": {"status": "NotFound"},
}


class Told(Station):
    """A station with two free connectors that has told these keys, and says yes to everything but ``without``."""

    def __init__(self, *, without: tuple[str, ...] = (), policy: Policy | None = None, **keys: str) -> None:
        super().__init__(policy=policy)
        self.keys, self.without = {"ConnectionTimeOut": "60", **keys}, without
        self.peer = self.yes
        for connector in (1, 2):
            self.status(connector, "Available")
        self.ask(house.GetBaseReportRequest(request_id=1, report_base=house.ReportBase.FULL_INVENTORY))

    def yes(self, request: Any) -> Any:
        """Agree, unless this station does not know the message."""
        if request.action in self.without:
            return Refusal("NotImplemented", request.action)
        if request.action == "GetConfiguration":
            entries = tuple(wire.KeyValue(key=key, readonly=False, value=value) for key, value in self.keys.items())
            wanted = {name.casefold() for name in request.key or self.keys}
            return wire.GetConfigurationResponse(
                configuration_key=tuple(entry for entry in entries if entry.key.casefold() in wanted) or None
            )
        return message(f"v16:{request.action}Response", YES[request.action])

    def do(self, action: str, payload: dict[str, Any], **when: Any) -> dict[str, Any]:
        """Ask as the house; returns the answer as it is on the wire."""
        answer = self.ask(message(f"v21:{action}Request", payload), **when)
        return {"refused": answer.code} if isinstance(answer, Refusal) else dict(shown(answer))

    def asked(self) -> list[str]:
        """The actions the station was last asked."""
        return [one.action for one in self.last.peer]

    def updates(self) -> list[Any]:
        """What the house was told of reservations."""
        return [
            (one.reservation_id, one.reservation_update_status.value)
            for one in self.told
            if isinstance(one, house.ReservationStatusUpdateRequest)
        ]


# --- reservations -------------------------------------------------------------------------------------------------

RESERVE = {"id": 7, "expiryDateTime": at(600).isoformat(), "idToken": {"idToken": "A", "type": "Central"}, "evseId": 1}


@pytest.mark.parametrize(
    ("status", "when", "told"),
    [
        ("Available", 598, "Expired"),
        ("Available", 100, "Removed"),
        ("Faulted", 100, "Removed"),
        ("Unavailable", 100, "Removed"),
        ("Preparing", 100, None),
    ],
)
def test_the_end_of_a_reservation_is_read_from_the_status(status: str, when: float, told: str | None) -> None:
    """A connector that is no longer reserved says whether the reservation expired, was removed or is being used."""
    station = Told()
    assert station.do("ReserveNow", RESERVE) == {"status": "Accepted"}
    station.status(1, "Reserved", when=1)
    station.status(1, status, when=when)
    assert station.updates() == ([] if told is None else [(7, told)])
    station.advance(at(700))
    assert station.updates() == [(7, told or "Expired")]


def test_a_reservation_that_is_used_or_cancelled_is_not_reported() -> None:
    """A start with the reservation, or giving it up, ends it without a report; a restart forgets nothing."""
    station = Told()
    station.do("ReserveNow", RESERVE)
    station.restart()
    start = wire.StartTransactionRequest(connector_id=1, id_tag="A", meter_start=0, timestamp=at(5), reservation_id=7)
    station.send(start)
    assert station.events[-1].reservation_id == 7
    station.do("ReserveNow", RESERVE | {"id": 8, "evseId": 2})
    assert station.do("CancelReservation", {"reservationId": 8}) == {"status": "Accepted"}
    station.advance(at(9000))
    assert station.updates() == []
    assert list(reservations.deadlines(station.half)) == []


def test_what_cannot_be_reserved_is_rejected_with_the_reason() -> None:
    """Connector 0 where the station does not take it, unknown EVSEs and unknown types are not forwarded."""
    station = Told(ReserveConnectorZeroSupported="false", policy=Policy(connector_types={2: "cType2"}))
    whole = {key: value for key, value in RESERVE.items() if key != "evseId"}
    for payload, reason in (
        (whole, "UnsupportedParam"),
        (RESERVE | {"evseId": 9}, "UnknownEvse"),
        (whole | {"connectorType": "cCCS1"}, "UnknownConnectorType"),
    ):
        assert station.do("ReserveNow", payload)["statusInfo"]["reasonCode"] == reason
        assert station.asked() == []
    assert station.do("ReserveNow", whole | {"connectorType": "cType2"})["status"] == "Accepted"
    assert station.last.peer[0].connector_id == 2
    lacking = Told(without=("ReserveNow",))
    assert lacking.do("ReserveNow", RESERVE)["statusInfo"]["reasonCode"] == "UnsupportedRequest"


# --- charging profiles --------------------------------------------------------------------------------------------


def profile(number: int, purpose: str = "TxDefaultProfile", **more: Any) -> dict[str, Any]:
    """A profile of 16 A."""
    period = {"startPeriod": 0, "limit": 16.05} | more.pop("period", {})
    schedule = {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [period]} | more.pop("schedule", {})
    base = {"id": number, "stackLevel": 0, "chargingProfilePurpose": purpose, "chargingProfileKind": "Relative"}
    return {**base, "chargingSchedule": [schedule], **more}


def test_profiles_are_kept_reported_and_cleared() -> None:
    """What was installed is reported per EVSE, survives a restart, and is gone once cleared."""
    station = Told()
    assert station.do("SetChargingProfile", {"evseId": 1, "chargingProfile": profile(5)})["status"] == "Accepted"
    said = station.last.peer[0].cs_charging_profiles.charging_schedule.charging_schedule_period[0]
    assert str(said.limit) == "16.0", "a limit is never exceeded"
    station.do("SetChargingProfile", {"evseId": 2, "chargingProfile": profile(6)})
    station.restart()
    station.told.clear()
    assert station.do("GetChargingProfiles", {"requestId": 3, "chargingProfile": {}}) == {"status": "Accepted"}
    reports = [(one.evse_id, one.charging_profile[0].id, one.tbc) for one in station.told]
    assert reports == [(1, 5, True), (2, 6, False)]
    assert station.do("ClearChargingProfile", {"chargingProfileId": 5}) == {"status": "Accepted"}
    found = station.do("GetChargingProfiles", {"requestId": 4, "chargingProfile": {"chargingProfileId": [5]}})
    assert found == {"status": "NoProfiles"}
    found = station.do("GetChargingProfiles", {"requestId": 5, "chargingProfile": {"chargingLimitSource": ["SO"]}})
    assert found == {"status": "NoProfiles"}


@pytest.mark.parametrize(
    ("evse_id", "given", "reason"),
    [
        (1, profile(9), "DuplicateProfile"),
        (0, profile(9), "DuplicateProfile"),
        (9, profile(9), "UnknownEvse"),
        (1, profile(9, "ChargingStationMaxProfile"), "InvalidValue"),
        (1, profile(9, "TxProfile", transactionId="nobody"), "TxNotFound"),
        (1, profile(9, "TxProfile"), "InvalidProfile"),
        (1, profile(9, "PriorityCharging"), "UnsupportedPurpose"),
        (1, profile(9, chargingProfileKind="Dynamic"), "UnsupportedKind"),
        (1, profile(9, chargingProfileKind="Absolute"), "InvalidSchedule"),
        (1, profile(9, schedule={"startSchedule": at(0).isoformat()}), "InvalidSchedule"),
        (1, profile(9, schedule={"useLocalTime": True}), "UnsupportedParam"),
        (1, profile(9, schedule={"chargingRateUnit": "W"}), "UnsupportedRateUnit"),
        (1, profile(9, period={"phaseToUse": 2}), "UnsupportedParam"),
        (1, profile(9, period={"dischargeLimit": -5}), "UnsupportedParam"),
        (1, profile(9, period={"numberPhases": 0}), "UnsupportedParam"),
    ],
)
def test_a_profile_that_1_6_would_take_otherwise_is_rejected(evse_id: int, given: Any, reason: str) -> None:
    """What would mean something else, or silently remove another profile, never reaches the station."""
    station = Told(ChargingScheduleAllowedChargingRateUnit="Current")
    station.do("SetChargingProfile", {"evseId": 1, "chargingProfile": profile(5)})
    answer = station.do("SetChargingProfile", {"evseId": evse_id, "chargingProfile": given})
    assert answer["status"] == "Rejected"
    assert answer["statusInfo"]["reasonCode"] == reason
    assert station.asked() == []


def test_the_profile_of_a_remote_start_belongs_to_its_transaction() -> None:
    """It is bound when the transaction begins, may be replaced during it, and goes with it (9.5)."""
    station = Told()
    start = {"remoteStartId": 4, "idToken": {"idToken": "A", "type": "Central"}, "evseId": 1}
    station.do("RequestStartTransaction", start | {"chargingProfile": profile(5, "TxProfile")})
    given = station.start(1, tag="A").transaction_id
    house_id = station.events[-1].transaction_info.transaction_id
    kept = [(one.profile.id, one.profile.transaction_id) for one in station.half.profiles]
    assert kept == [(5, house_id)]
    newer = {"evseId": 1, "chargingProfile": profile(6, "TxProfile", transactionId=house_id)}
    assert station.do("SetChargingProfile", newer) == {"status": "Accepted"}
    assert station.last.peer[0].cs_charging_profiles.transaction_id == given
    assert [one.profile.id for one in station.half.profiles] == [6]
    station.stop(given, 2000)
    assert list(station.half.profiles) == []


def test_a_dynamic_profile_can_be_emulated() -> None:
    """With the switch for it each update installs the profile again as it is now."""
    station = Told(policy=Policy(emulate_dynamic=True))
    dynamic = {"evseId": 1, "chargingProfile": profile(5, chargingProfileKind="Dynamic")}
    assert station.do("SetChargingProfile", dynamic)["status"] == "Accepted"
    update = {"chargingProfileId": 5, "scheduleUpdate": {"limit": 8}}
    assert station.do("UpdateDynamicSchedule", update)["status"] == "Accepted"
    said = station.last.peer[0].cs_charging_profiles
    assert said.charging_profile_kind is wire.ChargingProfileKind.ABSOLUTE
    assert said.charging_schedule.start_schedule == NOW
    assert said.charging_schedule.charging_schedule_period[0].limit == 8
    odd = {"chargingProfileId": 5, "scheduleUpdate": {"setpoint": 8}}
    assert station.do("UpdateDynamicSchedule", odd)["statusInfo"]["reasonCode"] == "UnsupportedParam"


# --- local list ---------------------------------------------------------------------------------------------------


def test_a_local_list_fits_the_station() -> None:
    """Too long a list is refused beforehand, equal tags become one, and the count is known afterwards."""
    station = Told(SendLocalListMaxLength="2")
    entry = {"idToken": {"idToken": "A", "type": "Central"}, "idTokenInfo": {"status": "NoCredit"}}
    payload = {"versionNumber": 3, "updateType": "Full", "localAuthorizationList": [entry, entry]}
    assert station.do("SendLocalList", payload)["status"] == "Accepted"
    sent = station.last.peer[0].local_authorization_list
    assert [(one.id_tag, one.id_tag_info.status.value) for one in sent] == [("A", "Blocked")]
    many = [entry | {"idToken": {"idToken": tag, "type": "Central"}} for tag in "ABC"]
    answer = station.do("SendLocalList", payload | {"localAuthorizationList": many})
    assert (answer["status"], answer["statusInfo"]["reasonCode"]) == ("Failed", "TooManyElements")
    assert station.do("GetLocalListVersion", {}) == {"versionNumber": 3}
    lacking = Told(without=("GetLocalListVersion", "SendLocalList"))
    assert lacking.do("GetLocalListVersion", {}) == {"versionNumber": 0}
    assert lacking.do("SendLocalList", payload)["statusInfo"]["reasonCode"] == "UnsupportedRequest"


# --- logs and firmware --------------------------------------------------------------------------------------------


def _log(number: int, kind: str = "DiagnosticsLog", location: str = "ftp://x/y") -> dict[str, Any]:
    return {"requestId": number, "logType": kind, "log": {"remoteLocation": location}}


def test_a_log_is_asked_for_in_the_words_the_station_knows() -> None:
    """The security extension is tried first; without it diagnostics are asked for, and security logs refused."""
    station = Told()
    assert station.do("GetLog", _log(1)) == {"status": "Accepted", "filename": "l.zip"}
    old = Told(without=("GetLog",))
    assert old.do("GetLog", _log(1)) == {"status": "Accepted", "filename": "d.zip"}
    assert old.asked() == ["GetLog", "GetDiagnostics"]
    assert old.do("GetLog", _log(2, "SecurityLog"))["statusInfo"]["reasonCode"] == "UnsupportedParam"
    assert old.asked() == []
    assert station.do("GetLog", _log(3, location="f" * 513))["statusInfo"]["reasonCode"] == "TooLargeElement"
    assert old.do("GetLog", _log(3, location="no uri"))["statusInfo"]["reasonCode"] == "InvalidURL"


def test_a_second_upload_cancels_the_first() -> None:
    """The first request is told to be cancelled, and progress belongs to the second."""
    station = Told(without=("GetLog",))
    station.do("GetLog", _log(1))
    assert station.do("GetLog", _log(2))["status"] == "AcceptedCanceled"
    assert (station.told[-1].status.value, station.told[-1].request_id) == ("AcceptedCanceled", 1)
    station.send(wire.DiagnosticsStatusNotificationRequest(status=wire.DiagnosticsStatus.UPLOADED))
    assert station.told[-1].request_id == 2
    assert station.do("GetLog", _log(3))["status"] == "Accepted"


FIRMWARE = {"requestId": 4, "firmware": {"location": "ftp://x/f", "retrieveDateTime": at(0).isoformat()}}
SIGNED = {"requestId": 5, "firmware": FIRMWARE["firmware"] | {"signature": "s", "signingCertificate": "c"}}  # type: ignore[operator]


def test_a_signature_is_never_dropped_without_leave() -> None:
    """Signed firmware goes by the extension; a station without it gets none unless the operator allows it."""
    station = Told()
    assert station.do("UpdateFirmware", SIGNED)["status"] == "Accepted"
    assert station.asked() == ["SignedUpdateFirmware"]
    old = Told(without=("SignedUpdateFirmware",))
    assert old.do("UpdateFirmware", SIGNED)["statusInfo"]["reasonCode"] == "UnsupportedParam"
    lax = Told(without=("SignedUpdateFirmware",), policy=Policy(allow_unsigned_firmware=True))
    assert lax.do("UpdateFirmware", SIGNED)["status"] == "Accepted"
    assert lax.asked() == ["SignedUpdateFirmware", "UpdateFirmware"]
    assert "firmware.signature" in [loss.field for loss in lax.last.losses]
    lax.send(wire.FirmwareStatusNotificationRequest(status=wire.FirmwareStatus.DOWNLOADING))
    assert lax.told[-1].request_id == 5
    assert lax.do("UpdateFirmware", FIRMWARE)["status"] == "AcceptedCanceled"


def test_progress_is_triggered_in_the_words_of_the_running_job() -> None:
    """A signed update is asked after by the extended trigger, an unsigned one by the plain one."""
    station = Told()
    trigger = {"requestedMessage": "FirmwareStatusNotification"}
    station.do("UpdateFirmware", FIRMWARE)
    station.do("TriggerMessage", trigger)
    assert station.asked() == ["TriggerMessage"]
    station.do("UpdateFirmware", SIGNED)
    station.do("TriggerMessage", trigger)
    assert station.asked() == ["ExtendedTriggerMessage"]
    station.do("TriggerMessage", {"requestedMessage": "LogStatusNotification"})
    assert station.asked() == ["ExtendedTriggerMessage"]
    old = Told()
    old.do("TriggerMessage", {"requestedMessage": "LogStatusNotification"})
    assert old.last.peer[0].requested_message is wire.MessageTrigger.DIAGNOSTICS_STATUS_NOTIFICATION


# --- certificates, plug and charge -------------------------------------------------------------------------

HASHES = {"hashAlgorithm": "SHA256", "issuerNameHash": "a", "issuerKeyHash": "b", "serialNumber": "1"}
PNC = "org.openchargealliance.iso15118pnc"


def test_contract_certificates_travel_as_vendor_data() -> None:
    """A station that speaks plug and charge is asked inside DataTransfer; one that does not know it is not again."""
    station = Told(ISO15118PnCEnabled="true")
    inside = {"status": "Accepted", "data": '{"status":"Accepted"}'}
    station.peer = lambda one: (
        message("v16:DataTransferResponse", inside) if one.action == "DataTransfer" else station.yes(one)
    )
    root = {"certificateType": "V2GRootCertificate", "certificate": "x"}
    assert station.do("InstallCertificate", root) == {"status": "Accepted"}
    said = station.last.peer[0]
    assert (said.vendor_id, said.message_id, msgspec.json.decode(said.data)) == (PNC, "InstallCertificate", root)
    assert station.do("DeleteCertificate", {"certificateHashData": HASHES}) == {"status": "Accepted"}
    assert station.asked() == ["DeleteCertificate", "DataTransfer"]
    assert station.do("TriggerMessage", {"requestedMessage": "SignV2GCertificate"}) == {"status": "Accepted"}
    unknown = {"status": "UnknownVendorId"}
    station.peer = lambda _one: message("v16:DataTransferResponse", unknown)
    assert station.do("InstallCertificate", root)["status"] == "Rejected"
    assert station.asked() == ["DataTransfer"]
    assert station.do("InstallCertificate", root)["status"] == "Rejected"
    assert station.asked() == []


@pytest.mark.parametrize("token", ["DE8AA1", {"idToken": "DE8AA1", "type": "eMAID"}])
def test_a_wrapped_authorize_reaches_the_house_as_one(token: Any) -> None:
    """Vendor data of the plug-and-charge convention is read as the message it stands for, and answered in kind."""
    station = Station()
    data = msgspec.json.encode({"idToken": token, "certificate": "PEM"}).decode()
    answer = station.send(wire.DataTransferRequest(vendor_id=PNC, message_id="Authorize", data=data))
    assert (station.told[-1].certificate, station.told[-1].id_token.type) == ("PEM", "eMAID")
    assert msgspec.json.decode(answer.data) == {"idTokenInfo": {"status": "Accepted"}}
    plain = Station(policy=Policy(unwrap_extensions=False))
    plain.send(wire.DataTransferRequest(vendor_id=PNC, message_id="Authorize", data=data))
    assert plain.told[-1].action == "DataTransfer"


# --- configuration ------------------------------------------------------------------------------------------------


def test_the_configuration_survives_a_restart_but_no_secret_does() -> None:
    """What the station told is known at once after a restart; a password is never saved."""
    station = Told(AuthorizationKey="very secret indeed")
    station.restart()
    assert station.half.setting("connectiontimeout") == "60"
    assert b"very secret" not in station.half.snapshot()


def _get(station: Told, name: str, variable: str, evse: int | None = None) -> dict[str, Any]:
    component = {"name": name} | ({} if evse is None else {"evse": {"id": evse}})
    asked = {"getVariableData": [{"component": component, "variable": {"name": variable}}]}
    return dict(station.do("GetVariables", asked)["getVariableResult"][0])


def _set(station: Told, name: str, variable: str, value: str, evse: int | None = None) -> dict[str, Any]:
    component = {"name": name} | ({} if evse is None else {"evse": {"id": evse}})
    item = {"component": component, "variable": {"name": variable}, "attributeValue": value}
    return dict(station.do("SetVariables", {"setVariableData": [item]})["setVariableResult"][0])


def test_one_key_holds_the_phases_of_all_connectors() -> None:
    """The rotation of one EVSE is read from the list, and writing it keeps the others."""
    station = Told(ConnectorPhaseRotation="0.RST, 1.Unknown,2.RTS", MeterPublicKey2="KEY")
    assert _get(station, "EVSE", "PhaseRotation", 2)["attributeValue"] == "RTS"
    assert _get(station, "EVSE", "PhaseRotation", 1)["attributeValue"] == ""
    assert _get(station, "ChargingStation", "PhaseRotation")["attributeValue"] == "RST"
    assert _get(station, "EVSE", "PhaseRotation", 9)["attributeStatus"] == "UnknownVariable"
    assert _set(station, "EVSE", "PhaseRotation", "STR", 1)["attributeStatus"] == "Accepted"
    assert station.last.peer[-1].value == "0.RST,1.STR,2.RTS"
    assert _get(station, "FiscalMetering", "PublicKey", 2)["attributeValue"] == "KEY"
    assert _set(station, "FiscalMetering", "PublicKey", "x", 2)["attributeStatusInfo"] == {"reasonCode": "ReadOnly"}


def test_a_security_profile_is_not_raised_from_afar() -> None:
    """Whoever runs the hop sets its profile, unless there is no bridge between; a price text keeps its JSON."""
    station = Told(SecurityProfile="1", DefaultPriceText='{"priceText":"a","priceTextOffline":"b"}')
    assert _set(station, "SecurityCtrlr", "SecurityProfile", "2")["attributeStatusInfo"] == {"reasonCode": "ReadOnly"}
    direct = Told(SecurityProfile="1", policy=Policy(forward_security_profile=True))
    assert _set(direct, "SecurityCtrlr", "SecurityProfile", "2")["attributeStatus"] == "Accepted"
    assert _get(station, "TariffCostCtrlr", "TariffFallbackMessage")["attributeValue"] == "a"
    _set(station, "TariffCostCtrlr", "TariffFallbackMessage", "c")
    assert msgspec.json.decode(station.last.peer[-1].value) == {"priceText": "c", "priceTextOffline": "b"}


def test_temperatures_can_be_told_as_events() -> None:
    """With the switch for it what the house cannot measure becomes an event; other samples are told as ever."""
    station = Told(policy=Policy(temperature_as_event=True, emit_custom_data=False))
    samples = tuple(
        wire.SampledValue(value="21", measurand=measurand)
        for measurand in (wire.Measurand.TEMPERATURE, wire.Measurand.RPM, wire.Measurand.SOC)
    )
    value = wire.MeterValue(timestamp=at(5), sampled_value=samples)
    station.told.clear()
    station.send(wire.MeterValuesRequest(connector_id=1, meter_value=(value,)))
    events = [one for one in station.told if one.action == "NotifyEvent"]
    names = [(one.component.name, one.variable.name) for one in events[0].event_data]
    assert names == [("Connector", "Temperature"), ("AirCoolingSystem", "FanSpeed")]
    assert [one.action for one in station.told] == ["NotifyEvent", "MeterValues"]


def test_two_stations_share_nothing() -> None:
    """Equal connectors, reservations, profiles and ids of two stations never meet (16.8)."""
    one, other = Told(), Told()
    one.do("ReserveNow", RESERVE)
    one.do("SetChargingProfile", {"evseId": 1, "chargingProfile": profile(5)})
    one.start(1)
    assert other.do("GetChargingProfiles", {"requestId": 1, "chargingProfile": {}}) == {"status": "NoProfiles"}
    other.advance(at(10_000) + timedelta(days=1))
    assert other.updates() == []
    assert list(other.half.book.open()) == []
