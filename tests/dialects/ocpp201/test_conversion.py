"""2.0.1 and 2.1 say nearly the same; what they do not is named."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec
import pytest

from pluglot import messages as house
from pluglot.dialects import Policy, Refusal, csms_half, station_half
from pluglot.dialects.conversion import Context, Converters, Unsayable, plain
from pluglot.dialects.ocpp201 import wire
from pluglot.dialects.ocpp201.rules import ENUM_FALLBACKS, FROM_201, TO_201
from pluglot.messages import codec
from tests.dialects.driver import NOW, carry, message, seeded, shown
from tests.dialects.samples import Sampler, is_valid, rows

UP, DOWN = Converters(FROM_201), Converters(TO_201)
ROWS = rows("v201")
KINDS = [
    pytest.param(old, new, id=old.__name__)
    for row in ROWS
    for old, new in (
        (row.request, house.ACTIONS[row.name].request),
        (row.response, house.ACTIONS[row.name].response),
    )
    if old is not None
]


@pytest.mark.requirement("PROOF-02", "PROOF-03")
@pytest.mark.parametrize(("old", "new"), KINDS)
def test_what_2_0_1_says_is_said_in_2_1_and_back_unchanged(old: Any, new: Any) -> None:
    """Each 2.0.1 message becomes a valid 2.1 message and again the same 2.0.1 message, without any loss."""
    sampler = Sampler(len(old.__name__))
    for _ in range(6):
        said = sampler.message(old)
        context = Context(strict=True)
        meant = UP.between(old, new)(said, context)
        assert is_valid("v21", meant)
        again = DOWN.between(new, old)(meant, context)
        assert not context.found or old is new
        assert plain(again) == plain(said)


@pytest.mark.requirement("PROOF-02")
@pytest.mark.parametrize(("old", "new"), [kind for kind in KINDS if kind.values[0] is not kind.values[1]])
def test_json_that_is_read_as_2_1_says_what_its_conversion_says(old: Any, new: Any) -> None:
    """The short way gives the same message as the long one, or leaves it to that."""
    read = UP.reader(old, new)
    assert read is not None
    sampler, quickly = Sampler(len(old.__name__) + 2), 0
    for _ in range(6):
        said = sampler.message(old)
        context = Context(strict=True)
        meant = UP.between(old, new)(said, context)
        if (found := read(codec.encode(said))) is not None:
            quickly += 1
            assert found == meant
            assert not context.found
    assert quickly


def test_every_message_may_take_the_short_way() -> None:
    """OCPP 2.1 left out nothing of 2.0.1, so that none needs more than another reading."""
    left = {old.__name__ for old, new in (kind.values for kind in KINDS) if old is not new and not UP.reader(old, new)}
    assert left == set()


@pytest.mark.requirement("PROOF-02")
@pytest.mark.parametrize(("old", "new"), [kind for kind in KINDS if kind.values[0] is not kind.values[1]])
def test_an_answer_that_is_copied_says_what_its_conversion_says(old: Any, new: Any) -> None:
    """What is copied is the same JSON; what would lose or change anything is left to the long way."""
    copy = DOWN.copier(new, old)
    sampler = Sampler(len(new.__name__) + 3)
    fields = msgspec.structs.fields(new)
    for _ in range(12):
        meant = sampler.message(new)
        bare = new(**{field.name: getattr(meant, field.name) for field in fields if field.required})
        for answer in (meant, bare):
            copied, context = copy(answer), Context(strict=True)
            if copied is not None:
                assert copied == DOWN.between(new, old)(answer, context)
                assert not context.found
                assert codec.encode(copied) == codec.encode(answer)


def test_the_answers_to_events_are_copied() -> None:
    """They are the most there are: with a running cost or without."""
    copy = DOWN.copier(house.TransactionEventResponse, wire.TransactionEventResponse)
    cost = Decimal("1.20")
    assert copy(house.TransactionEventResponse(total_cost=cost)) == wire.TransactionEventResponse(total_cost=cost)
    assert copy(house.TransactionEventResponse()) == wire.TransactionEventResponse()


def _holds(whole: Any, part: Any) -> bool:
    """Whether nothing of a payload is missing from another; what was absent may have been filled in."""
    if isinstance(part, dict):
        return all(key in whole and _holds(whole[key], value) for key, value in part.items())
    if isinstance(part, list):
        return len(whole) == len(part) and all(_holds(*pair) for pair in zip(whole, part, strict=True))
    return bool(whole == part)


@pytest.mark.parametrize(("old", "new"), KINDS)
def test_what_2_1_says_is_valid_in_2_0_1_or_refused_and_every_loss_is_visible(old: Any, new: Any) -> None:
    """A 2.1 message becomes a valid 2.0.1 message; whatever is missing from it was noted as lost."""
    sampler = Sampler(len(new.__name__) + 1)
    said_any = False
    for _ in range(12):
        meant = sampler.message(new)
        context = Context(strict=False)
        try:
            said = DOWN.between(new, old)(meant, context)
        except Unsayable:
            continue
        said_any = True
        assert is_valid("v201", said)
        again = UP.between(old, new)(said, Context(strict=False))
        assert context.found or _holds(plain(again), plain(meant)), (meant, said)
    # A random schedule nearly always holds a limit for which 2.0.1 has no words.
    assert said_any or "ChargingSchedule" in new.__name__ or "ChargingProfile" in new.__name__


@pytest.mark.requirement("PROOF-01")
def test_every_new_value_of_an_enumeration_has_a_fallback_or_is_known_to_have_none() -> None:
    """No value that 2.1 added to an enumeration of 2.0.1 was overlooked."""
    newer: dict[str, set[str]] = {}
    for name in wire.__all__:
        old, new = getattr(wire, name), getattr(house, name, None)
        if isinstance(old, type) and issubclass(old, StrEnum) and isinstance(new, type) and issubclass(new, StrEnum):
            missing = {member.value for member in new} - {member.value for member in old}
            assert {member.value for member in old} <= {member.value for member in new}
            if missing - set(ENUM_FALLBACKS.get(name, {})):
                newer[name] = missing - set(ENUM_FALLBACKS.get(name, {}))
    assert set(newer) == {
        "CertificateSigningUse",
        "ChargingProfileKind",
        "ChargingProfilePurpose",
        "GetCertificateIdUse",
        "InstallCertificateUse",
        "Location",
        "LogType",
        "Measurand",
        "MessageFormat",
        "MessageState",
        "MessageTrigger",
        "MonitorType",
        "ResetType",
    }
    assert newer["ChargingProfileKind"] == {"Dynamic"}
    assert newer["ResetType"] == {"ImmediateAndResume"}


# --- the halves ---------------------------------------------------------------------------------------------------


def _station(policy: Policy | None = None) -> Any:
    return station_half("2.0.1", identity="CS1", random=seeded(), policy=policy)


def _csms() -> Any:
    return csms_half("2.0.1", identity="CS1", random=seeded())


NEWER = [row for row in house.ACTIONS.values() if row.name not in wire.ACTIONS]


@pytest.mark.requirement("PROOF-10")
@pytest.mark.parametrize("row", [row for row in NEWER if house.Sender.CSMS in row.sender], ids=lambda row: row.name)
def test_a_request_that_2_0_1_lacks_is_answered_with_a_no(row: Any) -> None:
    """A management system's request that a 2.0.1 station cannot be asked gets the status that says so (11.2)."""
    carried = carry(_station().outward(Sampler(3).message(row.request), now=NOW))
    assert type(carried.answer) is row.response
    assert is_valid("v21", carried.answer)
    assert getattr(carried.answer, "status", None) in {None, *NOES}
    assert carried.losses
    # Whether the transaction runs, the station may be asked: it hears nothing of the tariff.
    looked_up = ["GetTransactionStatus"] if row.name == "ChangeTransactionTariff" else []
    assert [one.action for one in carried.asked] == looked_up


NOES = {"Rejected", "NotSupported", "NoTariff", "NoProfile", "TxNotFound"}


@pytest.mark.requirement("PROOF-10")
@pytest.mark.parametrize("row", [row for row in NEWER if house.Sender.STATION in row.sender], ids=lambda row: row.name)
def test_a_report_that_2_0_1_lacks_is_answered_and_shown_as_lost(row: Any) -> None:
    """What a 2.1 station says beyond 2.0.1 is answered in the right type and noted as lost."""
    carried = carry(_csms().outward(Sampler(4).message(row.request), now=NOW))
    assert carried.losses
    assert carried.asked == []
    assert (carried.answer is None) is (row.response is None)
    if row.response is not None:
        assert type(carried.answer) is row.response
        assert is_valid("v21", carried.answer)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@pytest.mark.parametrize("side", ["station", "csms"])
def test_every_message_of_2_0_1_passes_in_both_directions(row: Any, side: str) -> None:
    """Each request and its answer go through both halves, inward and outward, and stay valid."""
    half = _station() if side == "station" else _csms()
    sampler = Sampler(7)
    new = house.ACTIONS[row.name]
    for _ in range(4):
        request, response = sampler.message(row.request), sampler.message(new.response)
        carried = carry(half.inward(request, now=NOW), house=lambda _, response=response: response)
        assert [type(one) for one in carried.house] == [new.request]
        assert isinstance(carried.answer, Refusal) or is_valid("v201", carried.answer)
        request, response = sampler.message(new.request), sampler.message(row.response)
        carried = carry(half.outward(request, now=NOW), peer=lambda _, response=response: response)
        assert all(is_valid("v201", one) for one in carried.peer)
        assert isinstance(carried.answer, Refusal) or is_valid("v21", carried.answer)


def test_a_refusal_passes_through() -> None:
    """A CALLERROR of the other side is handed on as it is."""
    refusal = Refusal("SecurityError", "not accepted yet")
    carried = carry(_station().inward(wire.HeartbeatRequest(), now=NOW), house=lambda _: refusal)
    assert carried.answer is refusal


def test_a_token_that_is_too_long_is_known_again() -> None:
    """A token of more than 36 characters travels as an alias and comes back as itself, also after a restart."""
    token = {"idToken": "x" * 100, "type": "Central"}
    half = _station()
    request = message("v21:RequestStartTransactionRequest", {"idToken": token, "remoteStartId": 5})
    accepted = wire.RequestStartTransactionResponse(status=house.RequestStartStopStatus.ACCEPTED)
    before = half.revision
    carried = carry(half.outward(request, now=NOW), peer=lambda _: accepted)
    said = shown(carried.peer[0])["idToken"]
    assert len(said["idToken"]) == 36
    assert [loss.field for loss in carried.losses] == ["idToken.idToken"]
    assert half.revision > before
    restarted = _station()
    restarted.restore(half.snapshot())
    authorize = message("v201:AuthorizeRequest", {"idToken": said})
    assert _station().verbatim(authorize, codec.encode(authorize)) is not None
    assert restarted.verbatim(authorize, codec.encode(authorize)) is None, "the alias must be put back"
    asked = carry(restarted.inward(authorize, now=NOW)).house[0]
    assert shown(asked)["idToken"] == token


def test_a_sample_is_lost_whole_when_its_measurand_is_unknown() -> None:
    """A sample without its measurand would be read as imported energy, so it goes with it."""
    event = message(
        "v21:MeterValuesRequest",
        {
            "evseId": 1,
            "meterValue": [
                {
                    "timestamp": "2026-03-01T09:00:00Z",
                    "sampledValue": [
                        {"value": 5, "measurand": "Display.PresentSOC"},
                        {"value": 7, "measurand": "SoC"},
                    ],
                }
            ],
        },
    )
    carried = carry(_csms().outward(event, now=NOW), peer=lambda _: house.MeterValuesResponse())
    samples = shown(carried.peer[0])["meterValue"][0]["sampledValue"]
    assert [sample["measurand"] for sample in samples] == ["SoC"]
    assert [loss.field for loss in carried.losses] == ["meterValue[0].sampledValue[0].measurand"]


def test_a_report_with_nothing_left_is_lost_but_no_mistake() -> None:
    """Meter values of which 2.0.1 knows none are answered, not refused."""
    sample = {"value": 5, "measurand": "Display.PresentSOC"}
    event = message(
        "v21:MeterValuesRequest",
        {"evseId": 1, "meterValue": [{"timestamp": "2026-03-01T09:00:00Z", "sampledValue": [sample]}]},
    )
    carried = carry(_csms().outward(event, now=NOW))
    assert carried.answer == house.MeterValuesResponse()
    assert carried.losses
    assert carried.peer == []


def test_a_profile_that_would_mean_something_else_is_rejected() -> None:
    """A charging profile whose limits 2.0.1 cannot hold is rejected with the reason, not thinned out."""
    period = {"startPeriod": 0, "limit": 10, "limit_L2": 8}
    request = message(
        "v21:SetChargingProfileRequest",
        {
            "evseId": 1,
            "chargingProfile": {
                "id": 1,
                "stackLevel": 0,
                "chargingProfilePurpose": "TxDefaultProfile",
                "chargingProfileKind": "Relative",
                "chargingSchedule": [{"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [period]}],
            },
        },
    )
    carried = carry(_station().outward(request, now=NOW))
    assert shown(carried.answer)["status"] == "Rejected"
    assert shown(carried.answer)["statusInfo"]["reasonCode"] == "UnsupportedParam"
    assert carried.peer == []


def test_resuming_after_a_reset_is_only_given_up_where_the_operator_allows_it() -> None:
    """ImmediateAndResume is rejected, or becomes Immediate by policy."""
    request = house.ResetRequest(type=house.ResetType.IMMEDIATE_AND_RESUME)
    assert shown(carry(_station().outward(request, now=NOW)).answer)["status"] == "Rejected"
    accepted = wire.ResetResponse(status=house.ResetStatus.ACCEPTED)
    half = _station(Policy(reset_downgrade=True))
    carried = carry(half.outward(request, now=NOW), peer=lambda _: accepted)
    assert shown(carried.peer[0]) == {"type": "Immediate"}


def test_one_variable_that_is_too_long_does_not_spoil_the_others() -> None:
    """SetVariables asks for what can be said and answers the rest at its place."""
    component, variable = house.Component(name="ACtrlr"), house.Variable(name="V")
    values = ("1", "x" * 1001, "3")
    request = house.SetVariablesRequest(
        set_variable_data=tuple(
            house.SetVariableData(attribute_value=value, component=component, variable=variable) for value in values
        )
    )

    def station(asked: Any) -> Any:
        return wire.SetVariablesResponse(
            set_variable_result=tuple(
                wire.SetVariableResult(
                    attribute_status=house.SetVariableStatus.ACCEPTED, component=item.component, variable=item.variable
                )
                for item in asked.set_variable_data
            )
        )

    carried = carry(_station().outward(request, now=NOW), peer=station)
    statuses = [result.attribute_status.value for result in carried.answer.set_variable_result]
    assert statuses == ["Accepted", "Rejected", "Accepted"]
    assert [item.attribute_value for item in carried.peer[0].set_variable_data] == ["1", "3"]


def test_connector_events_of_a_2_1_station_are_also_statuses() -> None:
    """A 2.0.1 management system hears of a connector by StatusNotification, and gets the event too."""
    event = message(
        "v21:NotifyEventRequest",
        {
            "generatedAt": "2026-03-01T09:00:00Z",
            "seqNo": 0,
            "eventData": [
                {
                    "eventId": 1,
                    "timestamp": "2026-03-01T09:00:00Z",
                    "trigger": "Delta",
                    "actualValue": "Occupied",
                    "eventNotificationType": "HardWiredNotification",
                    "component": {"name": "Connector", "evse": {"id": 2, "connectorId": 1}},
                    "variable": {"name": "AvailabilityState"},
                }
            ],
        },
    )
    carried = carry(_csms().outward(event, now=NOW), peer=lambda asked: wire.ACTIONS[asked.action].response())
    assert [one.action for one in carried.peer] == ["StatusNotification", "NotifyEvent"]
    assert shown(carried.peer[0])["connectorStatus"] == "Occupied"


def test_numbers_are_rounded_where_2_0_1_has_integers() -> None:
    """Half a unit is rounded up, and the difference is shown."""
    context = Context(strict=True)
    parameters = house.ACChargingParameters(
        energy_amount=Decimal("10.5"),
        ev_min_current=Decimal(6),
        ev_max_current=Decimal(16),
        ev_max_voltage=Decimal(230),
    )
    said = DOWN.between(house.ACChargingParameters, wire.ACChargingParameters)(parameters, context)
    assert said.energy_amount == 11
    assert [path for path, _, _ in context.found] == [["energyAmount"]]


def test_the_memory_of_another_half_is_refused() -> None:
    """A snapshot is only taken up by the half that made it."""
    from pluglot.dialects import DamagedMemory  # noqa: PLC0415 - only here

    with pytest.raises(DamagedMemory):
        _csms().restore(_station().snapshot())
    with pytest.raises(DamagedMemory):
        _station().restore(_station().snapshot() + b"\xc1")
    assert msgspec.msgpack.decode(_station().snapshot().partition(b"\n")[2]) == {"substitutes": {}, "dynamic": {}}
