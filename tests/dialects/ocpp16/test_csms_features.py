"""Reservations, profiles, logs, firmware, plug and charge and keys of a 1.6 management system (mapping 5.9, 6, 8)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from pluglot import messages as house
from pluglot.dialects import Policy, Refusal
from tests.dialects.driver import NOW, carry, message, shown
from tests.dialects.ocpp16.station import at
from tests.dialects.ocpp16.test_csms_transactions import CARD, Uplink

YES = {
    "ReserveNow": {"status": "Accepted"},
    "CancelReservation": {"status": "Accepted"},
    "SetChargingProfile": {"status": "Accepted"},
    "ClearChargingProfile": {"status": "Accepted"},
    "GetLog": {"status": "Accepted"},
    "UpdateFirmware": {"status": "Accepted"},
    "TriggerMessage": {"status": "Accepted"},
    "CertificateSigned": {"status": "Accepted"},
    "CostUpdated": {},
    "RequestStartTransaction": {"status": "Accepted"},
    "GetBaseReport": {"status": "Rejected"},
}


class Served(Uplink):
    """A 2.1 station with two EVSEs that says yes to everything, before a 1.6 management system."""

    def __init__(self, policy: Policy | None = None) -> None:
        super().__init__(policy or Policy(emit_custom_data=False))
        self.station = self.yes
        #: Ids of profiles the station refuses.
        self.refused_profiles: set[int] = set()
        for evse_id in (1, 2):
            self.status(evse_id, "Available")

    def yes(self, request: Any) -> Any:
        """Agree, but for the profiles that are to be refused."""
        if isinstance(request, house.SetVariablesRequest):
            return house.SetVariablesResponse(
                set_variable_result=tuple(
                    house.SetVariableResult(
                        attribute_status=house.SetVariableStatus.ACCEPTED,
                        component=one.component,
                        variable=one.variable,
                    )
                    for one in request.set_variable_data
                )
            )
        if isinstance(request, house.SetChargingProfileRequest) and request.evse_id in self.refused_profiles:
            return house.SetChargingProfileResponse(status=house.ChargingProfileStatus.REJECTED)
        return message(f"v21:{request.action}Response", YES[request.action])

    def status(self, evse_id: int, status: str) -> None:
        """Say how a connector is."""
        self.say(
            house.StatusNotificationRequest(
                timestamp=NOW, connector_status=house.ConnectorStatus(status), evse_id=evse_id, connector_id=1
            )
        )

    def do(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Ask as the management system; returns the answer as it is on the wire."""
        answer = self.ask(message(f"v16:{action}", payload))
        return {"refused": answer.code} if isinstance(answer, Refusal) else dict(shown(answer))

    def report(self, component: dict[str, Any], variable: str, value: str) -> None:
        """Report one variable."""
        data = {
            "component": component,
            "variable": {"name": variable},
            "variableAttribute": [{"value": value, "mutability": "ReadWrite"}],
        }
        payload = {"requestId": 77, "generatedAt": NOW.isoformat(), "seqNo": 0, "reportData": [data]}
        self.say(message("v21:NotifyReportRequest", payload))


def test_a_failed_start_is_sent_again_and_the_event_then_left_to_the_station() -> None:
    """Three more tries at 10, 20 and 30 s; the same request each time; a time-out is passed on as one (9.2)."""
    uplink = Uplink()
    waits: list[float] = []
    uplink.answer = lambda _request: Refusal("GenericError", "late", silent=True)
    request = house.TransactionEventRequest(
        event_type=house.TransactionEvent.STARTED,
        timestamp=NOW,
        trigger_reason=house.TriggerReason.AUTHORIZED,
        seq_no=0,
        transaction_info=house.Transaction(transaction_id="tx", charging_state=house.ChargingState.CHARGING),
        evse=house.EVSE(id=1, connector_id=1),
        id_token=CARD,
        meter_value=(house.MeterValue(timestamp=NOW, sampled_value=(house.SampledValue(value=5),)),),
    )

    def pause(seconds: float) -> Any:
        waits.append(seconds)
        return NOW + timedelta(seconds=sum(waits))

    carried = carry(uplink.half.outward(request, now=NOW), peer=uplink.answer, pause=pause)
    starts = [one for one in carried.peer if one.action == "StartTransaction"]
    assert waits == [10.0, 20.0, 30.0]
    assert len(starts) == 4
    assert len(set(map(repr, starts))) == 1
    assert carried.answer.silent


# --- reservations -------------------------------------------------------------------------------------------------


def test_a_negative_reservation_has_another_id_in_the_house() -> None:
    """2.1 has no negative ids; the one given instead leads back to the original, also after a restart."""
    uplink = Served()
    payload = {"connectorId": 1, "expiryDate": at(600).isoformat(), "idTag": "A", "reservationId": -5}
    assert uplink.do("ReserveNow", payload) == {"status": "Accepted"}
    given = uplink.last.house[0].id
    assert given > 0
    uplink.restart()
    uplink.event(
        "Started",
        "Authorized",
        charging_state=house.ChargingState.CHARGING,
        meter=5,
        reservation_id=given,
        evse=house.EVSE(id=1, connector_id=1),
        id_token=CARD,
    )
    assert uplink.received("StartTransaction")[0].reservation_id == -5
    uplink.do("ReserveNow", payload | {"connectorId": 2})
    given = uplink.last.house[0].id
    assert uplink.do("CancelReservation", {"reservationId": -5}) == {"status": "Accepted"}
    assert uplink.last.house[0].reservation_id == given


def test_a_reservation_that_is_over_frees_the_connector() -> None:
    """1.6 sees the end of a reservation only as a connector that is available again."""
    uplink = Served()
    payload = {"connectorId": 1, "expiryDate": at(600).isoformat(), "idTag": "A", "reservationId": 5}
    uplink.do("ReserveNow", payload)
    uplink.status(1, "Reserved")
    uplink.say(
        message("v21:ReservationStatusUpdateRequest", {"reservationId": 5, "reservationUpdateStatus": "Expired"})
    )
    said = [(one.connector_id, one.status.value) for one in uplink.received("StatusNotification")]
    assert said[-2:] == [(1, "Reserved"), (1, "Available")]


# --- charging profiles --------------------------------------------------------------------------------------------


def profile(number: int, connector: int, purpose: str = "TxDefaultProfile", **more: Any) -> dict[str, Any]:
    """A SetChargingProfile of 16 A."""
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16}]}
    inside = {
        "chargingProfileId": number,
        "stackLevel": 0,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Absolute",
        "chargingSchedule": schedule,
    }
    return {"connectorId": connector, "csChargingProfiles": {**inside, **more}}


def _state(uplink: Served) -> list[tuple[int, int]]:
    return sorted((one.evse_id, one.copy_of or one.profile.id) for one in uplink.half.profiles)


def test_a_default_of_the_station_gives_way_on_one_connector_only() -> None:
    """2.x allows no default of the station beside one of an EVSE, so the station's is copied to the other EVSEs."""
    uplink = Served()
    assert uplink.do("SetChargingProfile", profile(1, 0)) == {"status": "Accepted"}
    assert uplink.do("SetChargingProfile", profile(2, 1)) == {"status": "Accepted"}
    assert [one.action for one in uplink.last.house] == [
        "ClearChargingProfile",
        "SetChargingProfile",
        "SetChargingProfile",
    ]
    assert _state(uplink) == [(1, 2), (2, 1)]
    uplink.restart()
    assert uplink.do("ClearChargingProfile", {"id": 1}) == {"status": "Accepted"}
    assert [one.charging_profile_id for one in uplink.last.house] != [1], "the copy has another id"
    assert _state(uplink) == [(1, 2)]
    assert uplink.do("SetChargingProfile", profile(3, 0)) == {"status": "Accepted"}
    assert _state(uplink) == [(1, 2), (2, 3)]


def test_a_refused_step_puts_back_what_was_there() -> None:
    """When the station refuses one of several steps, the state before is restored and the answer is no."""
    uplink = Served()
    uplink.do("SetChargingProfile", profile(1, 0))
    uplink.refused_profiles = {1}
    assert uplink.do("SetChargingProfile", profile(2, 1)) == {"status": "Rejected"}
    last = uplink.last.house[-1]
    assert (last.action, last.charging_profile.id, last.evse_id) == ("SetChargingProfile", 1, 0)
    assert _state(uplink) == [(0, 1)]


@pytest.mark.parametrize(
    "given",
    [
        profile(1, 9),
        profile(1, 1, "ChargePointMaxProfile"),
        profile(1, 0, "TxProfile"),
        profile(1, 1, "TxProfile"),
        profile(
            1, 1, chargingSchedule={"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 5, "limit": 1}]}
        ),
    ],
)
def test_a_profile_that_has_no_place_is_rejected(given: dict[str, Any]) -> None:
    """Unknown connectors, wrong connectors for a purpose, no transaction, a schedule that begins late."""
    uplink = Served()
    assert uplink.do("SetChargingProfile", given) == {"status": "Rejected"}
    assert uplink.last.house == []


def test_a_limit_of_the_station_begins_now() -> None:
    """2.x forbids a relative limit of the whole station, so one without a start begins at once."""
    uplink = Served()
    uplink.do("SetChargingProfile", profile(1, 0, "ChargePointMaxProfile"))
    said = uplink.last.house[0].charging_profile
    assert said.charging_profile_kind is house.ChargingProfileKind.ABSOLUTE
    assert said.charging_schedule[0].start_schedule == NOW


def test_everything_is_cleared_purpose_by_purpose() -> None:
    """2.x wants a criterion, so a clear without any is three; one that found something is enough."""
    uplink = Served()
    uplink.do("SetChargingProfile", profile(1, 1))
    assert uplink.do("ClearChargingProfile", {}) == {"status": "Accepted"}
    assert len(uplink.last.house) == 3
    assert _state(uplink) == []


# --- logs, firmware, triggers -------------------------------------------------------------------------------------


def _log_status(uplink: Served, status: str, number: int | None) -> Any:
    payload = {"status": status} | ({} if number is None else {"requestId": number})
    uplink.say(message("v21:LogStatusNotificationRequest", payload))
    return uplink.last.peer[0]


def test_progress_is_told_in_the_words_of_the_request() -> None:
    """GetDiagnostics is answered by its own notification, GetLog by that of the security extension."""
    uplink = Served()
    answer = uplink.do("GetDiagnostics", {"location": "ftp://x/"})
    number = uplink.last.house[0].request_id
    assert answer == {"fileName": f"log-{number}"}
    assert _log_status(uplink, "Uploading", number).action == "DiagnosticsStatusNotification"
    uplink.do("GetLog", {"log": {"remoteLocation": "ftp://x/"}, "logType": "SecurityLog", "requestId": 5})
    assert _log_status(uplink, "Uploaded", 5).action == "LogStatusNotification"
    uplink.do("ExtendedTriggerMessage", {"requestedMessage": "LogStatusNotification"})
    assert _log_status(uplink, "Idle", None).action == "LogStatusNotification"
    assert _log_status(uplink, "Idle", None).action == "DiagnosticsStatusNotification"


def _firmware_status(uplink: Served, status: str, number: int) -> list[tuple[str, str]]:
    uplink.say(message("v21:FirmwareStatusNotificationRequest", {"status": status, "requestId": number}))
    return [(one.action, one.status.value) for one in uplink.last.peer]


def test_a_status_that_plain_1_6_lacks_is_told_only_when_asked_for() -> None:
    """Suppressed otherwise; a triggered one repeats the last that can be said; a signed update is told as it is."""
    uplink = Served()
    moment = at(0).isoformat()
    uplink.do("UpdateFirmware", {"location": "ftp://x/", "retrieveDate": moment})
    number = uplink.last.house[0].request_id
    plain = "FirmwareStatusNotification"
    assert _firmware_status(uplink, "Downloading", number) == [(plain, "Downloading")]
    assert _firmware_status(uplink, "DownloadPaused", number) == []
    assert "status" in [loss.field for loss in uplink.last.losses]
    uplink.do("TriggerMessage", {"requestedMessage": "FirmwareStatusNotification"})
    assert _firmware_status(uplink, "DownloadPaused", number) == [(plain, "Downloading")]
    firmware = {"location": "ftp://x/", "retrieveDateTime": moment, "signingCertificate": "c", "signature": "s"}
    uplink.do("SignedUpdateFirmware", {"requestId": 9, "firmware": firmware})
    assert _firmware_status(uplink, "DownloadPaused", 9) == [("Signed" + plain, "DownloadPaused")]


def test_a_firmware_that_is_refused_shows_as_a_failed_download() -> None:
    """1.6 has no way to refuse an update, so the failure follows the answer."""
    uplink = Served()
    uplink.station = lambda _one: message("v21:UpdateFirmwareResponse", {"status": "Rejected"})
    assert uplink.do("UpdateFirmware", {"location": "ftp://x/", "retrieveDate": at(0).isoformat()}) == {}
    assert uplink.last.answered_before == 1
    assert [(one.action, one.status.value) for one in uplink.last.peer] == [
        ("FirmwareStatusNotification", "DownloadFailed")
    ]


# --- certificates, plug and charge -------------------------------------------------------------------------

PNC = "org.openchargealliance.iso15118pnc"


def test_contract_certificates_travel_as_vendor_data_where_they_are_spoken() -> None:
    """With plug and charge on, a request is wrapped and the answer read; an unknown vendor is not asked again."""
    uplink = Served()
    request = message("v21:SignCertificateRequest", {"csr": "x", "certificateType": "V2GCertificate", "requestId": 8})
    assert uplink.say(request).status is house.GenericStatus.REJECTED
    assert uplink.last.peer == []
    uplink.report({"name": "ISO15118Ctrlr"}, "PnCEnabled", "true")
    uplink.restart()
    inside = {"status": "Accepted", "data": '{"status":"Accepted"}'}
    uplink.answer = lambda _one: message("v16:DataTransferResponse", inside)
    assert uplink.say(request).status is house.GenericStatus.ACCEPTED
    said = uplink.last.peer[0]
    wrapped = {"csr": "x", "certificateType": "V2GCertificate"}
    assert (said.vendor_id, said.message_id, msgspec.json.decode(said.data)) == (PNC, "SignCertificate", wrapped)
    signed = msgspec.json.encode({"certificateChain": "c", "certificateType": "V2GCertificate"}).decode()
    answer = uplink.do("DataTransfer", {"vendorId": PNC, "messageId": "CertificateSigned", "data": signed})
    assert answer == {"status": "Accepted", "data": '{"status":"Accepted"}'}
    assert uplink.last.house[0].request_id == 8
    uplink.answer = lambda _one: message("v16:DataTransferResponse", {"status": "UnknownVendorId"})
    assert uplink.say(request).status is house.GenericStatus.REJECTED
    uplink.say(request)
    assert uplink.last.peer == []


# --- configuration ------------------------------------------------------------------------------------------------


def test_keys_of_several_evses_are_worked_out_of_their_variables() -> None:
    """Phase rotation and public keys are gathered for reading; a rotation is written to each EVSE."""
    uplink = Served()
    uplink.report({"name": "ChargingStation"}, "PhaseRotation", "RST")
    uplink.report({"name": "EVSE", "evse": {"id": 1}}, "PhaseRotation", "")
    uplink.report({"name": "EVSE", "evse": {"id": 2}}, "PhaseRotation", "Rxx")
    uplink.report({"name": "FiscalMetering", "evse": {"id": 2}}, "PublicKey", "KEY")
    uplink.restart()
    found = uplink.do("GetConfiguration", {"key": ["ConnectorPhaseRotation", "MeterPublicKey2", "MeterPublicKey9"]})
    values = {one["key"]: one["value"] for one in found["configurationKey"]}
    assert values == {"ConnectorPhaseRotation": "0.RST,1.Unknown,2.NotApplicable", "MeterPublicKey2": "KEY"}
    assert found["unknownKey"] == ["MeterPublicKey9"]
    written = {"key": "ConnectorPhaseRotation", "value": "0.RST, 2.STR"}
    assert uplink.do("ChangeConfiguration", written) == {"status": "Accepted"}
    items = uplink.last.house[0].set_variable_data
    assert [(one.component.name, one.attribute_value) for one in items] == [("ChargingStation", "RST"), ("EVSE", "STR")]
    assert uplink.do("ChangeConfiguration", written | {"value": "9.RST"}) == {"status": "Rejected"}


def test_variables_without_a_key_are_shown_only_where_that_is_wanted() -> None:
    """With the switch for it they have names made from theirs, and can be written by them."""
    component = {"name": "Display", "instance": "top", "evse": {"id": 2, "connectorId": 1}}
    name = "Display[top]/Light@2.1"
    hidden, shown_ = Served(), Served(Policy(emit_custom_data=False, expose_all_variables=True))
    for uplink in (hidden, shown_):
        uplink.report(component, "Light", "5")
    assert hidden.do("ChangeConfiguration", {"key": name, "value": "6"}) == {"status": "NotSupported"}
    found = shown_.do("GetConfiguration", {"key": [name]})
    assert found == {"configurationKey": [{"key": name, "readonly": False, "value": "5"}]}
    assert shown_.do("ChangeConfiguration", {"key": name, "value": "6"}) == {"status": "Accepted"}
    assert shown(shown_.last.house[0].set_variable_data[0].component) == component


def test_transactions_of_a_station_are_set_up_where_that_is_wanted() -> None:
    """After an accepted boot the switch has transactions begin and stop where 1.6 expects it."""
    uplink = Served(Policy(provision_tx_points=True))
    boot = {"reason": "PowerUp", "chargingStation": {"vendorName": "V", "model": "M"}}
    uplink.say(message("v21:BootNotificationRequest", boot))
    asked = [one for one in uplink.last.house if isinstance(one, house.SetVariablesRequest)]
    assert [(one.variable.name, one.attribute_value) for one in asked[0].set_variable_data] == [
        ("TxStartPoint", "PowerPathClosed"),
        ("TxStopPoint", "EVConnected,Authorized"),
    ]


def test_a_forged_mark_is_refused() -> None:
    """Vendor data that claims to be ours and is not makes an error of the sender, not of this program."""
    uplink = Served()
    forged = house.StatusNotificationRequest(
        timestamp=NOW,
        connector_status=house.ConnectorStatus.AVAILABLE,
        evse_id=1,
        connector_id=1,
        custom_data=house.CustomData("org.pluglot", v16={"status": "Purple"}),
    )
    assert uplink.say(forged).code == "FormatViolation"
