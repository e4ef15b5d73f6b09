"""Where 2.0.1 and 2.1 differ, one test for each row of the mapping's chapter 11, found in the official schemas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pluglot import messages as house
from pluglot.dialects import Refusal, actions, csms_half, station_half
from pluglot.dialects.ocpp201 import wire
from pluglot.dialects.ocpp201.rules import ENUM_FALLBACKS
from pluglot.messages.action import Sender
from tests.dialects.drawn import Drawer, Path, is_official, names, read, resolved, schema
from tests.dialects.driver import NOW, Carried, carry, seeded, shown
from tests.dialects.worlds import plainly

HALVES = {"station": station_half, "csms": csms_half}
#: Strangers' tokens are short and of a known type, so that only what is tested is lost.
POOL = {
    "idToken": ("04A1B2C3",),
    "type": ("Central",),
    "remoteLocation": ("ftp://h/x",),
    "location": ("ftp://h/x",),
    "ocppCsmsUrl": ("wss://h/x",),
    "certificate": ("x",),
    "messageTimeout": (30,),
    "format": ("ASCII",),
    "requestedEnergyTransfer": ("DC",),
}
SHORT = Drawer("2.1", 1, POOL, trust=1.0)


def tell(request: Any, *, answer: Any = None) -> Carried:
    """Put a request of the house to a 2.0.1 peer, on the side that it is for, which says a plain yes or this."""
    sender = house.ACTIONS[request.action].sender
    half = HALVES["station" if sender is Sender.CSMS else "csms"]("2.0.1", identity="CS1", random=seeded())
    carried = carry(
        half.outward(request, now=NOW),
        peer=lambda asked: plainly("2.0.1", asked) if answer is None else answer,
    )
    assert all(is_official("2.0.1", one) for one in carried.peer)
    assert isinstance(carried.answer, Refusal | None) or is_official("2.1", carried.answer)
    return carried


def told(name: str, path: Path, value: Any) -> Carried:
    """Tell the shortest request with this value at this place."""
    return tell(read("2.1", name, SHORT.with_value(name, path, value)))


def at(payload: Any, path: Path) -> Any:
    """What stands at a place; of a list its first item."""
    for step in path:
        payload = payload[0] if step == "[]" else payload[step]
    return payload


# --- 11.1 ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["EnergyLimitReached", "LocalOutOfCredit", "SOCLimitReached", "TimeLimitReached"])
def test_a_reason_that_2_1_no_longer_uses_is_passed_on(reason: str) -> None:
    """A 2.0.1 station may stop for it; the house and a 2.0.1 management system hear it unchanged (11.1)."""
    path = ("transactionInfo", "stoppedReason")
    request = read(
        "2.0.1", "TransactionEventRequest", Drawer("2.0.1", 1).with_value("TransactionEventRequest", path, reason)
    )
    half = station_half("2.0.1", identity="CS1", random=seeded())
    (event,) = carry(half.inward(request, now=NOW), house=lambda _: house.TransactionEventResponse()).house
    assert event.transaction_info.stopped_reason == reason
    assert at(shown(tell(event).peer[0]), path) == reason


def test_a_password_of_either_length_is_passed_on() -> None:
    """How long a BasicAuthPassword may be is the station's business (11.1)."""
    for length in (16, 40, 64):
        carried = told("SetVariablesRequest", ("setVariableData", "[]", "attributeValue"), "x" * length)
        assert at(shown(carried.peer[0]), ("setVariableData", "[]", "attributeValue")) == "x" * length
        assert carried.losses == []


def test_only_2_1_has_messages_without_an_answer() -> None:
    """Every message of 2.0.1 is answered (11.1: SEND is new)."""
    assert all(row.is_answered for row in actions("2.0.1").values())
    assert [row.name for row in actions("2.1").values() if not row.is_answered] == ["NotifyPeriodicEventStream"]


def test_a_status_that_a_2_0_1_system_does_not_take_is_shown() -> None:
    """An event of 2.1 is a status of 2.0.1 as well; refused, it is no silence (11.1)."""
    payload = {
        "generatedAt": "2026-03-01T12:00:00Z",
        "seqNo": 0,
        "eventData": [
            {
                "eventId": 1,
                "timestamp": "2026-03-01T12:00:00Z",
                "trigger": "Delta",
                "actualValue": "Faulted",
                "eventNotificationType": "HardWiredNotification",
                "component": {"name": "Connector", "evse": {"id": 1, "connectorId": 1}},
                "variable": {"name": "AvailabilityState"},
            }
        ],
    }
    carried = tell(read("2.1", "NotifyEventRequest", payload), answer=Refusal("InternalError"))
    assert [one.action for one in carried.peer] == ["StatusNotification", "NotifyEvent"]
    assert [(loss.action, loss.value) for loss in carried.losses] == [("StatusNotification", "Faulted")]


# --- 11.2 ---------------------------------------------------------------------------------------------------------

#: Message only in 2.1 -> what is answered for the peer: a status, or the whole answer.
ONLY_IN_2_1: dict[str, Any] = {
    "AFRRSignal": "Rejected",
    "AdjustPeriodicEventStream": "Rejected",
    "BatterySwap": {},
    "ChangeTransactionTariff": "Rejected",
    "ClearDERControl": "NotSupported",
    "ClearTariffs": ("clearTariffsResult", "NoTariff"),
    "ClosePeriodicEventStream": {},
    "GetCertificateChainStatus": ("certificateStatus", "Failed"),
    "GetDERControl": "NotSupported",
    "GetPeriodicEventStream": {},
    "GetTariffs": "NoTariff",
    "NotifyAllowedEnergyTransfer": "Rejected",
    "NotifyDERAlarm": {},
    "NotifyDERStartStop": {},
    "NotifyPeriodicEventStream": None,
    "NotifyPriorityCharging": {},
    "NotifySettlement": {},
    "NotifyWebPaymentStarted": {},
    "OpenPeriodicEventStream": "Rejected",
    "PullDynamicScheduleUpdate": "Rejected",
    "ReportDERControl": {},
    "RequestBatterySwap": "Rejected",
    "SetDERControl": "NotSupported",
    "SetDefaultTariff": "Rejected",
    "UpdateDynamicSchedule": "Rejected",
    "UsePriorityCharging": "NoProfile",
    "VatNumberValidation": "Rejected",
}


#: What a station is asked before it is answered for, so that the answer is the most specific.
ASKED_FIRST = {"ChangeTransactionTariff": ["GetTransactionStatus"]}


@pytest.mark.requirement("PROOF-10")
def test_the_table_has_every_message_that_only_2_1_has() -> None:
    """What the official schemas of 2.1 have beyond those of 2.0.1 is in the table, and nothing else (11.2)."""
    newer = {
        name.removesuffix("Request") for name in set(names("2.1")) - set(names("2.0.1")) if name.endswith("Request")
    }
    assert set(ONLY_IN_2_1) == newer


@pytest.mark.requirement("PROOF-10")
@pytest.mark.parametrize("action", ONLY_IN_2_1)
def test_a_message_that_only_2_1_has_is_answered_for_the_peer(action: str) -> None:
    """The peer does not hear of it, the loss is shown, and the answer is that of the mapping (11.2)."""
    for fullness in (0.0, 1.0):
        request = SHORT.message(f"{action}Request", fullness)
        carried = tell(request)
        assert [one.action for one in carried.asked] == ASKED_FIRST.get(action, [])
        assert carried.losses
        expected = ONLY_IN_2_1[action]
        match expected:
            case None:
                assert carried.answer is None
            case str():
                assert carried.answer.status == expected
            case (items, status):
                assert {item["status"] for item in shown(carried.answer)[items]} == {status}
            case _:
                assert shown(carried.answer) == expected
    if action == "VatNumberValidation":
        assert carried.answer.vat_number == request.vat_number


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ({"ongoingIndicator": True, "messagesInQueue": False}, "Rejected"),
        ({"ongoingIndicator": False, "messagesInQueue": False}, "TxNotFound"),
        ({"messagesInQueue": True}, "Rejected"),
        (Refusal("NotImplemented"), "Rejected"),
        (Refusal("GenericError", silent=True), "Rejected"),
    ],
)
@pytest.mark.parametrize("version", ["2.0", "2.0.1"])
def test_of_an_unknown_transaction_that_is_said(version: str, status: Any, said: str) -> None:
    """Whether a transaction runs, the station is asked; only a plain no makes it unknown (11.2)."""
    half = station_half(version, identity="CS1", random=seeded())
    answer = status if isinstance(status, Refusal) else read(version, "GetTransactionStatusResponse", status)
    request = SHORT.message("ChangeTransactionTariffRequest", 0.0)
    carried = carry(half.outward(request, now=NOW), peer=lambda _one: answer)
    assert [one.transaction_id for one in carried.peer] == [request.transaction_id]
    assert carried.answer.status == said
    assert [loss.action for loss in carried.losses] == ["ChangeTransactionTariff"]


# --- 11.3 ---------------------------------------------------------------------------------------------------------


def test_a_signature_without_method_and_key_is_filled_in() -> None:
    """2.0.1 demands both (11.3)."""
    path = ("meterValue", "[]", "sampledValue", "[]", "signedMeterValue")
    carried = told("MeterValuesRequest", path, {"signedMeterData": "x", "encodingMethod": "EDL"})
    assert at(shown(carried.peer[0]), path) == {
        "signedMeterData": "x",
        "encodingMethod": "EDL",
        "signingMethod": "",
        "publicKey": "",
    }


def _profile(**period: Any) -> Any:
    schedule = {"id": 1, "chargingRateUnit": "W", "chargingSchedulePeriod": [{"startPeriod": 0, **period}]}
    return {
        "id": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": [schedule],
    }


def test_a_period_without_a_limit_is_not_passed_on() -> None:
    """2.0.1 demands a limit: a command is rejected, a report loses the profile and is answered (11.3)."""
    command = read("2.1", "SetChargingProfileRequest", {"evseId": 1, "chargingProfile": _profile()})
    carried = tell(command)
    assert carried.peer == []
    assert (carried.answer.status, carried.answer.status_info.reason_code) == ("Rejected", "InvalidSchedule")
    payload = {"requestId": 1, "chargingLimitSource": "CSO", "evseId": 1, "chargingProfile": [_profile()]}
    report = tell(read("2.1", "ReportChargingProfilesRequest", payload))
    assert (report.peer, shown(report.answer)) == ([], {})
    assert report.losses


def test_a_network_profile_without_a_version_says_2_0() -> None:
    """2.0.1 demands one (11.3)."""
    carried = tell(SHORT.message("SetNetworkProfileRequest", 0.0))
    assert shown(carried.peer[0])["connectionData"]["ocppVersion"] == "OCPP20"


def test_a_monitor_of_2_0_1_is_a_custom_one() -> None:
    """2.1 wants to know who set it (11.3)."""
    name = "NotifyMonitoringReportRequest"
    path = ("monitor", "[]", "variableMonitoring", "[]", "type")
    request = read("2.0.1", name, Drawer("2.0.1", 1).with_value(name, path, "Delta"))
    half = station_half("2.0.1", identity="CS1", random=seeded())
    (told_,) = carry(half.inward(request, now=NOW), house=lambda _: house.NotifyMonitoringReportResponse()).house
    assert at(shown(told_), (*path[:-1], "eventNotificationType")) == "CustomMonitor"


NUMBERS = [
    *(("acChargingParameters", name) for name in ("energyAmount", "evMinCurrent", "evMaxCurrent", "evMaxVoltage")),
    *(
        ("dcChargingParameters", name)
        for name in ("evMaxCurrent", "evMaxVoltage", "evMaxPower", "evEnergyCapacity", "energyAmount")
    ),
]


@pytest.mark.parametrize(("place", "name"), NUMBERS)
@pytest.mark.parametrize(("said", "meant"), [(10.5, 11), (10.4, 10), (11.5, 12), (10, 10)])
def test_numbers_are_rounded_half_up(place: str, name: str, said: float, meant: int) -> None:
    """2.0.1 has whole numbers there, and what is lost by it is shown (11.3)."""
    path = ("chargingNeeds", place, name)
    carried = told("NotifyEVChargingNeedsRequest", path, said)
    assert at(shown(carried.peer[0]), path) == meant
    assert any(loss.field.endswith(f"{place}.{name}") for loss in carried.losses) is (said != meant)


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("RequestStartTransactionRequest", ("evseId",), 0),
        ("GetLogRequest", ("requestId",), -5),
        ("ReserveNowRequest", ("id",), -1),
        ("SetMonitoringLevelRequest", ("severity",), -1),
    ],
)
def test_a_number_that_2_1_does_not_allow_is_answered_with_a_no(name: str, path: Path, value: int) -> None:
    """A command with it is rejected and not put to the house (11.3); where 2.1 allows it, it is passed on."""
    request = read("2.0.1", name, Drawer("2.0.1", 1, POOL).with_value(name, path, value))
    half = csms_half("2.0.1", identity="CS1", random=seeded())
    carried = carry(half.inward(request, now=NOW), house=lambda asked: plainly("2.1", asked))
    assert is_official("2.0.1", carried.answer)
    minimum = at_schema("2.1", name, path).get("minimum")
    if minimum is not None and value < minimum:
        assert carried.house == []
        assert carried.answer.status == "Rejected"
        assert carried.answer.status_info.reason_code == "InvalidValue"
    else:
        assert at(shown(carried.house[0]), path) == value


def at_schema(version: str, name: str, path: Path) -> Any:
    """The schema of a place."""
    root = schema(version, name)
    part = root
    for step in path:
        part = resolved(part, root)
        part = part["items"] if step == "[]" else part["properties"][step]
    return resolved(part, root)


# --- 11.4 ---------------------------------------------------------------------------------------------------------

#: Enumeration -> values that 2.1 added and 2.0.1 has nothing near for, as in 11.4.
WITHOUT = {
    "CertificateSigningUse": {"V2G20Certificate"},
    "ChargingProfileKind": {"Dynamic"},
    "ChargingProfilePurpose": {"LocalGeneration", "PriorityCharging"},
    "GetCertificateIdUse": {"OEMRootCertificate"},
    "InstallCertificateUse": {"OEMRootCertificate"},
    "Location": {"Upstream"},
    "LogType": {"DataCollectorLog"},
    "MessageFormat": {"QRCODE"},
    "MessageState": {"Discharging", "Suspended"},
    "MessageTrigger": {"CustomTrigger", "SignV2G20Certificate"},
    "MonitorType": {"TargetDelta", "TargetDeltaRelative"},
    "ResetType": {"ImmediateAndResume"},
}


def common_enums() -> Iterator[tuple[str, Path, frozenset[str], frozenset[str]]]:
    """Every enumeration that stands at the same place in the schemas of both versions."""
    for name in names("2.0.1"):
        yield from _common(name, schema("2.0.1", name), schema("2.1", name), (), name)


def _common(name: str, old: Any, new: Any, path: Path, root: str) -> Iterator[Any]:
    old, new = resolved(old, schema("2.0.1", root)), resolved(new, schema("2.1", root))
    if "enum" in old and "enum" in new:
        yield name, path, frozenset(old["enum"]), frozenset(new["enum"])
    for member, part in old.get("properties", {}).items():
        if member in new.get("properties", {}):
            yield from _common(name, part, new["properties"][member], (*path, member), root)
    if "items" in old:
        yield from _common(name, old["items"], new["items"], (*path, "[]"), root)


@pytest.mark.requirement("PROOF-01")
def test_every_value_that_2_1_added_has_its_row() -> None:
    """What the schemas of 2.1 have beyond those of 2.0.1 has a fallback or is known to have none; none was removed."""
    added: dict[frozenset[str], frozenset[str]] = {}
    for name, path, old, new in common_enums():
        assert old <= new, (name, path)
        if new - old:
            added[new] = new - old
    known = {frozenset(values) for values in WITHOUT.values()} | {
        frozenset(ENUM_FALLBACKS[enum]) for enum in ENUM_FALLBACKS
    }
    measurands = {member.value for member in house.Measurand} - {member.value for member in wire.Measurand}
    assert set(added.values()) == known | {frozenset(measurands)}


@pytest.mark.requirement("PROOF-01")
def test_every_added_value_is_said_otherwise_or_refused_or_lost_and_shown() -> None:
    """At each place of each request: the fallback stands there and the loss is shown, or the answer says no (11.4)."""
    seen = 0
    for name, path, old, new in common_enums():
        if name.endswith("Response"):
            continue
        for value in sorted(new - old):
            carried = told(name, path, value)
            said = {fallbacks[value] for fallbacks in ENUM_FALLBACKS.values() if value in fallbacks}
            place = carried.peer and _at_or_none(shown(carried.peer[-1]), path)
            if said and place:
                assert place in said, (name, path, value)
                assert any(loss.value == value for loss in carried.losses)
            else:
                assert carried.losses or _says_no(carried.answer), (name, path, value)
            seen += 1
    assert seen > 100


def _at_or_none(payload: Any, path: Path) -> Any:
    try:
        return at(payload, path)
    except (KeyError, IndexError):
        return None


def _says_no(answer: Any) -> bool:
    if isinstance(answer, Refusal):
        return True
    tree = shown(answer)
    results = next((value for key, value in tree.items() if key.endswith("Result")), [tree])
    return any("ccepted" not in str(item.get("status", item.get("attributeStatus", ""))) for item in results)


#: Request, place, value -> the status that says just what 2.0.1 lacks.
OWN_WORDS = [
    ("ResetRequest", ("type",), "ImmediateAndResume", "Rejected", None),
    ("GetLogRequest", ("logType",), "DataCollectorLog", "Rejected", None),
    *(
        (
            "SetChargingProfileRequest",
            ("chargingProfile", "chargingProfilePurpose"),
            value,
            "Rejected",
            "UnsupportedPurpose",
        )
        for value in ("LocalGeneration", "PriorityCharging")
    ),
    ("SetChargingProfileRequest", ("chargingProfile", "chargingProfileKind"), "Dynamic", "Rejected", "UnsupportedKind"),
    ("SetDisplayMessageRequest", ("message", "message", "format"), "QRCODE", "NotSupportedMessageFormat", None),
    ("SetDisplayMessageRequest", ("message", "state"), "Suspended", "NotSupportedState", None),
    ("SetDisplayMessageRequest", ("message", "state"), "Discharging", "NotSupportedState", None),
    ("TriggerMessageRequest", ("requestedMessage",), "CustomTrigger", "NotImplemented", None),
    ("TriggerMessageRequest", ("requestedMessage",), "SignV2G20Certificate", "NotImplemented", None),
    ("CertificateSignedRequest", ("certificateType",), "V2G20Certificate", "Rejected", None),
    ("SignCertificateRequest", ("certificateType",), "V2G20Certificate", "Rejected", None),
    ("InstallCertificateRequest", ("certificateType",), "OEMRootCertificate", "Rejected", None),
    ("GetInstalledCertificateIdsRequest", ("certificateType", "[]"), "OEMRootCertificate", "NotFound", None),
]


@pytest.mark.requirement("PROOF-10")
@pytest.mark.parametrize(("name", "path", "value", "status", "reason"), OWN_WORDS)
def test_a_request_that_2_0_1_has_no_word_for_is_refused_in_its_own_words(
    name: str, path: Path, value: str, status: str, reason: str | None
) -> None:
    """The peer is not asked for something else instead (11.4)."""
    payload = SHORT.with_value(name, path, value)
    if "chargingProfile" in payload:
        payload["chargingProfile"] = _profile(limit=10) | {path[-1]: value}
    carried = tell(read("2.1", name, payload))
    assert carried.peer == []
    assert carried.answer.status == status
    assert reason is None or carried.answer.status_info.reason_code == reason


@pytest.mark.parametrize("type_", ["TargetDelta", "TargetDeltaRelative"])
def test_a_kind_of_monitor_that_2_0_1_lacks_is_unsupported(type_: str) -> None:
    """Only that monitor is refused (11.4)."""
    carried = told("SetVariableMonitoringRequest", ("setMonitoringData", "[]", "type"), type_)
    assert carried.peer == []
    assert {result.status for result in carried.answer.set_monitoring_result} == {"UnsupportedMonitorType"}


def test_of_several_kinds_of_certificates_those_that_2_0_1_has_are_asked_for() -> None:
    """One that it lacks does not hide the others (11.4)."""
    uses = (house.GetCertificateIdUse.V2G_ROOT_CERTIFICATE, house.GetCertificateIdUse.OEM_ROOT_CERTIFICATE)
    carried = tell(house.GetInstalledCertificateIdsRequest(certificate_type=uses))
    assert shown(carried.peer[0]) == {"certificateType": ["V2GRootCertificate"]}
    assert [loss.value for loss in carried.losses] == ["OEMRootCertificate"]


@pytest.mark.parametrize(
    ("type_", "text", "said"),
    [
        *(
            (type_, "X", type_)
            for type_ in (
                *("Central", "eMAID", "ISO14443", "ISO15693", "KeyCode", "Local", "MacAddress", "NoAuthorization"),
            )
        ),
        ("EVCCID", "0011223344ff", "MacAddress"),
        ("EVCCID", "somebody", "Central"),
        ("DirectPayment", "X", "Central"),
        ("VIN", "X", "Central"),
        ("of our own", "X", "Central"),
    ],
)
def test_types_of_tokens(type_: str, text: str, said: str) -> None:
    """Known types stay, a MAC address is one, the rest is central; the token is known again (11.4)."""
    request = house.AuthorizeRequest(id_token=house.IdToken(id_token=text, type=type_))
    carried = tell(request)
    assert shown(carried.peer[0])["idToken"] == {"idToken": text, "type": said}
    assert [loss.value for loss in carried.losses] == ([] if said == type_ else [type_])


@pytest.mark.parametrize(
    ("name", "path", "known", "fallback"),
    [
        ("ReserveNowRequest", ("connectorType",), "cCCS2", "Unknown"),
        ("NotifyChargingLimitRequest", ("chargingLimit", "chargingLimitSource"), "CSO", "Other"),
        ("ClearedChargingLimitRequest", ("chargingLimitSource",), "EMS", "Other"),
        ("GetChargingProfilesRequest", ("chargingProfile", "chargingLimitSource", "[]"), "SO", "Other"),
    ],
)
def test_free_texts_that_were_enumerations(name: str, path: Path, known: str, fallback: str) -> None:
    """A known text stays, another is said as the word for all others (11.4)."""
    for text, said in ((known, known), ("of our own", fallback)):
        carried = told(name, path, text)
        assert at(shown(carried.peer[0]), path) == said
        assert [loss.value for loss in carried.losses] == ([] if text == said else [text])


# --- 11.5 ---------------------------------------------------------------------------------------------------------


def longer_texts() -> Iterator[tuple[str, Path, int]]:
    """Every text of a request that may be longer in 2.1 than in 2.0.1, and how long in 2.0.1."""
    for name in names("2.0.1"):
        if name.endswith("Request"):
            yield from _longer(name, schema("2.0.1", name), schema("2.1", name), ())


def _longer(name: str, old: Any, new: Any, path: Path) -> Iterator[Any]:
    old, new = resolved(old, schema("2.0.1", name)), resolved(new, schema("2.1", name))
    if "maxLength" in old and new.get("maxLength", 10**6) > old["maxLength"] and "customData" not in path:
        yield name, path, old["maxLength"]
    for member, part in old.get("properties", {}).items():
        if member in new.get("properties", {}):
            yield from _longer(name, part, new["properties"][member], (*path, member))
    if "items" in old:
        yield from _longer(name, old["items"], new["items"], (*path, "[]"))


TRUNCATED = {"content", "additionalInfo"}
LONGER = list(longer_texts())


@pytest.mark.parametrize(
    ("name", "path", "limit"), LONGER, ids=[f"{name}-{'.'.join(path)}" for name, path, _ in LONGER]
)
def test_a_text_that_is_too_long_is_never_cut_in_silence(name: str, path: Path, limit: int) -> None:
    """It is an alias, cut or left out where that does no harm, and shown; or the whole request is refused (11.5)."""
    text = "y" * (limit + 1)
    carried = told(name, path, text)
    said = _at_or_none(shown(carried.peer[-1]), path) if carried.peer else None
    if path[-1] == "idToken":
        assert said is not None
        assert len(said) == limit
        assert said.startswith("#")
    elif path[-1] in TRUNCATED:
        assert said == text[:limit]
    else:
        assert said is None
    assert carried.losses or _says_no(carried.answer)


def test_the_lengths_of_the_mapping_are_among_them() -> None:
    """Each row of 11.5 that is about a request was found in the schemas."""
    ends = {path[-1] for _, path, _ in LONGER}
    assert ends >= {
        *("idToken", "additionalIdToken", "content", "remoteLocation", "location", "ocppCsmsUrl", "responderURL"),
        *("certificate", "exiRequest", "signedMeterData", "attributeValue", "apnPassword", "password"),
    }


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("AuthorizeRequest", ("certificate",)),
        ("GetLogRequest", ("log", "remoteLocation")),
        ("UpdateFirmwareRequest", ("firmware", "location")),
        ("SetNetworkProfileRequest", ("connectionData", "ocppCsmsUrl")),
        ("SetNetworkProfileRequest", ("connectionData", "apn", "apnPassword")),
        ("SetNetworkProfileRequest", ("connectionData", "vpn", "password")),
        ("Get15118EVCertificateRequest", ("exiRequest",)),
        ("GetCertificateStatusRequest", ("ocspRequestData", "responderURL")),
    ],
)
def test_a_request_whose_text_is_too_long_is_refused_as_a_whole(name: str, path: Path) -> None:
    """The peer is not asked for less (11.5)."""
    carried = told(
        name, path, "y" * 6000 if "exi" in path[-1] or path[-1] == "certificate" else "y" * _least(name, path)
    )
    assert carried.peer == []
    assert _says_no(carried.answer)


def _least(name: str, path: Path) -> int:
    return next(limit for found, place, limit in LONGER if (found, place) == (name, path)) + 1


@pytest.mark.parametrize(
    ("name", "answer", "failed"),
    [
        (
            "Get15118EVCertificateRequest",
            house.Get15118EVCertificateResponse(
                status=house.Iso15118EVCertificateStatus.ACCEPTED, exi_response="y" * 7501
            ),
            {"status": "Failed", "exiResponse": "", "statusInfo": {"reasonCode": "TooLargeElement"}},
        ),
        (
            "GetCertificateStatusRequest",
            house.GetCertificateStatusResponse(status=house.GetCertificateStatus.ACCEPTED, ocsp_result="y" * 5501),
            {"status": "Failed", "statusInfo": {"reasonCode": "TooLargeElement"}},
        ),
    ],
)
def test_an_answer_about_certificates_that_is_too_long_says_failed(name: str, answer: Any, failed: Any) -> None:
    """A 2.0.1 station gets an answer it can read, and the loss is shown (11.5)."""
    half = station_half("2.0.1", identity="CS1", random=seeded())
    request = Drawer("2.0.1", 1).message(name, 0.0)
    carried = carry(half.inward(request, now=NOW), house=lambda _: answer)
    assert shown(carried.answer) == failed
    assert [loss.reason for loss in carried.losses] == ["TooLargeElement"]


# --- 11.6 ---------------------------------------------------------------------------------------------------------


def newer_fields() -> Iterator[tuple[str, Path]]:
    """Every member of a request that the schemas of 2.1 have and those of 2.0.1 have not, outermost first."""
    for name in names("2.0.1"):
        if name.endswith("Request"):
            yield from _newer(name, schema("2.0.1", name), schema("2.1", name), ())


def _newer(name: str, old: Any, new: Any, path: Path) -> Iterator[Any]:
    old, new = resolved(old, schema("2.0.1", name)), resolved(new, schema("2.1", name))
    for member, part in new.get("properties", {}).items():
        if member not in old.get("properties", {}):
            if path[-1:] != ("customData",) and "properties" in old:
                yield name, (*path, member)
        else:
            yield from _newer(name, old["properties"][member], part, (*path, member))
    if "items" in old and "items" in new:
        yield from _newer(name, old["items"], new["items"], (*path, "[]"))


NEWER_FIELDS = list(newer_fields())
#: 2.1 demands it, and 2.0.1 means it anyway.
IMPLIED = {"eventNotificationType"}


@pytest.mark.parametrize(
    ("name", "path"), NEWER_FIELDS, ids=[f"{name}-{'.'.join(path)}" for name, path in NEWER_FIELDS]
)
def test_a_field_that_only_2_1_has_is_never_dropped_in_silence(name: str, path: Path) -> None:
    """It is shown as lost, or the request that would mean something else without it is refused (11.6)."""
    part = at_schema("2.1", name, path)
    value = SHORT._value(part, schema("2.1", name), 0.0, path[-1])  # noqa: SLF001 - any value of its kind
    carried = told(name, path, value)
    assert all(_at_or_none(shown(one), path) is None for one in carried.peer)
    assert carried.losses or _says_no(carried.answer) or path[-1] in IMPLIED


MEANINGFUL = [
    ("useLocalTime", {"useLocalTime": True}, {}),
    ("limitAtSoC", {"limitAtSoC": {"soc": 80, "limit": 5}}, {}),
    ("operationMode", {}, {"operationMode": "CentralSetpoint", "setpoint": 5}),
    *((f"limit_{phase}", {}, {f"limit_{phase}": 8}) for phase in ("L2", "L3")),
    *((name, {}, {name: -8}) for name in ("dischargeLimit", "setpoint", "setpointReactive")),
]


@pytest.mark.parametrize(("name", "schedule", "period"), MEANINGFUL, ids=[row[0] for row in MEANINGFUL])
def test_a_profile_that_would_mean_something_else_without_a_field_is_rejected(
    name: str, schedule: dict[str, Any], period: dict[str, Any]
) -> None:
    """It is not thinned out, neither alone nor in a remote start (11.6)."""
    profile = _profile(limit=10, **period)
    profile["chargingSchedule"][0] |= schedule
    for request in (
        read("2.1", "SetChargingProfileRequest", {"evseId": 1, "chargingProfile": profile}),
        read(
            "2.1",
            "RequestStartTransactionRequest",
            {
                "idToken": {"idToken": "A", "type": "Central"},
                "remoteStartId": 1,
                "evseId": 1,
                "chargingProfile": profile | {"chargingProfilePurpose": "TxProfile"},
            },
        ),
    ):
        carried = tell(request)
        assert carried.peer == [], name
        assert carried.answer.status == "Rejected"
    harmless = _profile(limit=10, operationMode="ChargingOnly")
    harmless["chargingSchedule"][0]["useLocalTime"] = False
    assert tell(read("2.1", "SetChargingProfileRequest", {"evseId": 1, "chargingProfile": harmless})).peer


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
def test_nothing_a_station_says_makes_us_ask_it_something_first(version: str) -> None:
    """A half that says it asks only the house does so, whatever the house answers."""
    drawer = Drawer(version, 7, POOL, trust=1.0)
    for action in actions(version).values():
        if Sender.STATION not in action.sender or not action.is_answered:
            continue
        half = station_half(version, identity="CS1", random=seeded())
        assert half.asks_only_the_house
        for answer in (Refusal("InternalError"), None):
            request = drawer.message(f"{action.name}Request")
            carried = carry(
                half.inward(request, now=NOW),
                house=lambda asked, answer=answer: plainly("2.1", asked) if answer is None else answer,
            )
            assert not carried.peer, action.name
