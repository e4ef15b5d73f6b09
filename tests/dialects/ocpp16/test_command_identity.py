"""Every command of a 1.6 management system reaches a 1.6 station unchanged, although the house lies between (16.3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from pluglot.dialects.ocpp16 import wire
from pluglot.messages.action import Sender
from tests.dialects.driver import NOW
from tests.dialects.ocpp16.chain import Chain
from tests.dialects.samples import Sampler, is_valid, rows

TO_STATION = [row for row in rows("v16") if Sender.CSMS in row.sender]
KEYS = ("HeartbeatInterval", "LocalPreAuthorize", "CpoName", "ConnectionTimeOut")
_TX_PROFILE = wire.ChargingProfilePurpose.TX_PROFILE
replace = msgspec.structs.replace


# --- legal values that the random ones are bent to --------------------------------------------------------------


def _profile(sampler: Sampler, profile: wire.ChargingProfile, *, number: int | None) -> wire.ChargingProfile:
    """A profile that 1.6 allows: a first period at 0, a transaction only for a transaction profile."""
    kind = profile.charging_profile_kind
    recurring = kind is wire.ChargingProfileKind.RECURRING
    relative = kind is wire.ChargingProfileKind.RELATIVE
    periods = (
        wire.ChargingSchedulePeriod(start_period=0, limit=16),
        *profile.charging_schedule.charging_schedule_period,
    )
    schedule = replace(
        profile.charging_schedule,
        charging_schedule_period=periods,
        start_schedule=None if relative else profile.charging_schedule.start_schedule,
    )
    transaction = number if profile.charging_profile_purpose is _TX_PROFILE and sampler.random.random() < 0.5 else None
    return replace(
        profile,
        charging_profile_id=sampler.random.randint(1, 99),
        stack_level=sampler.random.randint(0, 3),
        transaction_id=transaction,
        recurrency_kind=wire.RecurrencyKind.DAILY if recurring else None,
        charging_schedule=schedule,
    )


def _set_profile(sampler: Sampler, request: wire.SetChargingProfileRequest, number: int) -> Any:
    profile = _profile(sampler, request.cs_charging_profiles, number=number)
    connector = sampler.random.randint(0, 2)
    if profile.charging_profile_purpose is wire.ChargingProfilePurpose.CHARGE_POINT_MAX_PROFILE:
        connector = 0
    if profile.charging_profile_purpose is _TX_PROFILE:
        connector = 1
    return wire.SetChargingProfileRequest(connector_id=connector, cs_charging_profiles=profile)


def _remote_start(sampler: Sampler, request: wire.RemoteStartTransactionRequest, _number: int) -> Any:
    profile = request.charging_profile
    if profile is not None:
        profile = replace(_profile(sampler, profile, number=None), charging_profile_purpose=_TX_PROFILE)
        profile = replace(profile, transaction_id=None)
    return replace(request, connector_id=sampler.random.randint(1, 2), charging_profile=profile)


def _connector(lowest: int) -> Callable[[Sampler, Any, int], Any]:
    return lambda sampler, request, _number: replace(request, connector_id=sampler.random.randint(lowest, 2))


def _clear(sampler: Sampler, request: wire.ClearChargingProfileRequest, _number: int) -> Any:
    return request if request.connector_id is None else replace(request, connector_id=sampler.random.randint(0, 2))


def _trigger(_sampler: Sampler, request: Any, _number: int) -> Any:
    named = {"Heartbeat", "MeterValues", "StatusNotification", "DiagnosticsStatusNotification", "LogStatusNotification"}
    asked = request.requested_message.value
    if asked not in {*named, "FirmwareStatusNotification", "SignChargePointCertificate"}:
        request = replace(request, requested_message=type(request.requested_message)("Heartbeat"))
    of_connector = request.requested_message.value in {"MeterValues", "StatusNotification"}
    return replace(request, connector_id=2 if of_connector else None)


def _list(sampler: Sampler, request: wire.SendLocalListRequest, _number: int) -> Any:
    entries = request.local_authorization_list
    if entries:
        entries = tuple(replace(entry, id_tag=f"{entry.id_tag[:12]}{index}") for index, entry in enumerate(entries))
    return replace(request, list_version=sampler.random.randint(1, 9), local_authorization_list=entries or None)


def _uri(sampler: Sampler, request: Any, _number: int) -> Any:
    return replace(request, location=f"ftp://u:p%40@files.example.com/{sampler.random.randint(1, 99)}/?a=b")


SHAPES: dict[str, Callable[[Sampler, Any, int], Any]] = {
    "ChangeAvailability": _connector(0),
    "ChangeConfiguration": lambda sampler, _request, _number: wire.ChangeConfigurationRequest(
        key="HeartbeatInterval", value=str(sampler.random.randint(1, 900))
    ),
    "ClearChargingProfile": _clear,
    "ExtendedTriggerMessage": _trigger,
    "GetCompositeSchedule": _connector(0),
    "GetDiagnostics": _uri,
    "UpdateFirmware": _uri,
    "GetConfiguration": lambda _sampler, _request, _number: wire.GetConfigurationRequest(key=KEYS),
    "RemoteStartTransaction": _remote_start,
    "RemoteStopTransaction": lambda _sampler, _request, number: wire.RemoteStopTransactionRequest(
        transaction_id=number
    ),
    "ReserveNow": _connector(0),
    "SendLocalList": _list,
    "SetChargingProfile": _set_profile,
    "TriggerMessage": _trigger,
    # A running transaction would be stopped first.
    "UnlockConnector": lambda _sampler, _request, _number: wire.UnlockConnectorRequest(connector_id=2),
}


def _get_configuration(_sampler: Sampler, _request: Any) -> Any:
    entries = tuple(
        wire.KeyValue(key=key, readonly=False, value=value)
        for key, value in (("HeartbeatInterval", "300"), ("LocalPreAuthorize", "true"), ("CpoName", "Me & You"))
    )
    return wire.GetConfigurationResponse(configuration_key=entries, unknown_key=("ConnectionTimeOut",))


def _certificates(sampler: Sampler, _request: Any) -> Any:
    answer = sampler.message(wire.GetInstalledCertificateIdsResponse)
    found = wire.GetInstalledCertificateStatus.ACCEPTED if answer.certificate_hash_data else None
    return replace(answer, status=found or wire.GetInstalledCertificateStatus.NOT_FOUND)


#: Answers that have to go with the request, or with themselves.
ANSWERS: dict[str, Callable[[Sampler, Any], Any]] = {
    "GetConfiguration": _get_configuration,
    "GetInstalledCertificateIds": _certificates,
}


def _ready(chain: Chain) -> int:
    """A station with two connectors and a transaction on the first; returns the management system's id of it."""
    for connector in (1, 2):
        chain.send(
            wire.StatusNotificationRequest(
                connector_id=connector,
                status=wire.ChargePointStatus.AVAILABLE,
                error_code=wire.ChargePointErrorCode.NO_ERROR,
                timestamp=NOW,
            )
        )
    chain.given = chain.send(
        wire.StartTransactionRequest(connector_id=1, id_tag="04A1B2C3", meter_start=0, timestamp=NOW)
    ).transaction_id
    return chain.management.last_id


def _as_the_station_knows_it(request: Any, number: int, given: int) -> Any:
    """Both sides give a transaction its own integer; all else is the same."""
    if isinstance(request, wire.RemoteStopTransactionRequest):
        return replace(request, transaction_id=given)
    if isinstance(request, wire.SetChargingProfileRequest):
        profile = request.cs_charging_profiles
        if profile.transaction_id == number:
            return replace(request, cs_charging_profiles=replace(profile, transaction_id=given))
    return request


@pytest.mark.parametrize("row", TO_STATION, ids=lambda row: row.name)
def test_any_command_and_its_answer_arrive_as_they_were_sent(row: Any) -> None:
    """Random legal requests and answers pass both halves unchanged, and every message on the way is valid."""
    assert row.response is not None
    for seed in range(16):
        sampler = Sampler(seed * 97 + len(row.name))
        chain = Chain()
        number = _ready(chain)
        request = sampler.message(row.request)
        shape = SHAPES.get(row.name)
        request = request if shape is None else shape(sampler, request, number)
        asked: list[Any] = []
        make = ANSWERS.get(row.name)
        answer = sampler.message(row.response) if make is None else make(sampler, request)

        def station(one: Any, asked: list[Any] = asked, answer: Any = answer) -> Any:
            asked.append(one)
            return answer

        chain.station = station
        got = chain.command(request, now=NOW + timedelta(seconds=1))
        assert all(is_valid("v16", one) for one in (request, answer))
        assert asked == [_as_the_station_knows_it(request, number, chain.given)], seed
        assert got == _said_again(answer), (seed, chain.down)
        assert all(is_valid("v21", one) for one in chain.down)


def _said_again(answer: Any) -> Any:
    """An answer as it comes back: the name of no file is no name."""
    if isinstance(answer, wire.GetDiagnosticsResponse) and answer.file_name == "":
        return wire.GetDiagnosticsResponse()
    return answer
