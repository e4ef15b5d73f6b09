"""A house station behind each SOAP version, at our own central system: the same session comes out on the other side."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pluglot import messages as house
from pluglot.dialects import Half, Loss, carry_out, csms_half, station_half
from pluglot.messages.version import OcppVersion
from pluglot.transport.soap_http import SoapCall, SoapCaller, SoapPeer
from tests.dialects.driver import accepting, seeded
from tests.network.soap_rig import PASSWORD, central_system, station

BEGIN = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
IDENTITY = "CP1234"
VERSIONS = [version for version in OcppVersion if version.is_soap]
TOKEN = house.IdToken(id_token="AABBCCDD", type="ISO14443")


async def through(half: Half, request: Any, peer: SoapPeer, asked: list[Any], losses: list[Loss]) -> Any:
    """Put a house request to the peer of a half; what the half asks of the house is agreed to."""
    answers: list[Any] = []

    async def ask_house(question: Any) -> Any:
        asked.append(question)
        if question.action == "GetBaseReport":
            return house.GetBaseReportResponse(status=house.GenericDeviceModelStatus.REJECTED)
        return accepting(question)

    async def answer(response: Any) -> None:
        answers.append(response)

    await carry_out(
        half.outward(request, now=BEGIN), ask_house=ask_house, ask_peer=peer.call, lost=losses.extend, answer=answer
    )
    (response,) = answers
    return response


def event(kind: str, trigger: str, seq_no: int, register: int, context: str, **fields: Any) -> Any:
    """A transaction event of a 2.1 station with its register."""
    moment = BEGIN + timedelta(minutes=30 * seq_no)
    sample = house.SampledValue(
        value=Decimal(register),
        context=house.ReadingContext(context),
        measurand=house.Measurand.ENERGY_ACTIVE_IMPORT_REGISTER,
        unit_of_measure=house.UnitOfMeasure(unit="Wh"),
    )
    info = {name: fields.pop(name) for name in ("charging_state", "stopped_reason") if name in fields}
    return house.TransactionEventRequest(
        event_type=house.TransactionEvent(kind),
        timestamp=moment,
        trigger_reason=house.TriggerReason(trigger),
        seq_no=seq_no,
        transaction_info=house.Transaction(transaction_id="tx-1", **info),
        meter_value=(house.MeterValue(timestamp=moment, sampled_value=(sample,)),),
        **fields,
    )


def session() -> list[Any]:
    """What a 2.1 station tells of one charge."""
    return [
        house.BootNotificationRequest(
            reason=house.BootReason.POWER_UP, charging_station=house.ChargingStation(model="M", vendor_name="V")
        ),
        house.AuthorizeRequest(id_token=TOKEN),
        event(
            *("Started", "Authorized", 0, 1000, "Transaction.Begin"),
            id_token=TOKEN,
            evse=house.EVSE(id=1, connector_id=1),
            charging_state=house.ChargingState.CHARGING,
        ),
        event("Updated", "MeterValuePeriodic", 1, 1800, "Sample.Periodic"),
        event(
            *("Ended", "StopAuthorized", 2, 2500, "Transaction.End"),
            id_token=TOKEN,
            stopped_reason=house.Reason.LOCAL,
        ),
    ]


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_session_comes_out_as_it_went_in(version: OcppVersion) -> None:
    """Started, Updated and Ended with the same registers, times and token, and numbers without gaps."""
    behind = station_half(version, identity=IDENTITY, random=seeded(1))
    before = csms_half(version, identity=IDENTITY, random=seeded(2))
    came: list[Any] = []
    losses: list[Loss] = []

    async def serve(call: SoapCall) -> Any:
        answers: list[Any] = []

        async def ask_house(request: Any) -> Any:
            came.append(request)
            return accepting(request)

        async def answer(response: Any) -> None:
            answers.append(response)

        await carry_out(
            behind.inward(call.request, now=BEGIN),
            ask_house=ask_house,
            ask_peer=ask_house,
            lost=losses.extend,
            answer=answer,
        )
        return answers[0]

    async with central_system(serve) as central, SoapCaller(trusted=True) as caller:
        peer = caller.central_system(
            IDENTITY, version, central.url, from_address="http://127.0.0.1:9/", password=PASSWORD
        )
        for request in session():
            response = await through(before, request, peer, [], losses)
            assert type(response).__name__ == f"{request.action}Response"
        assert not any(call.overlooked for call in central.calls)
    events = [one for one in came if one.action == "TransactionEvent"]
    assert [one.seq_no for one in events] == list(range(len(events)))
    # Only 1.6 tells by its status that the vehicle charges; that is an event without readings.
    assert len(events) == (4 if version is OcppVersion.OCPP_1_6_SOAP else 3)
    metered = [one for one in events if one.meter_value]
    assert [str(one.event_type) for one in metered] == ["Started", "Updated", "Ended"]
    assert [one.timestamp for one in metered] == [BEGIN + timedelta(minutes=30 * number) for number in range(3)]
    assert [int(one.meter_value[0].sampled_value[0].value) for one in metered] == [1000, 1800, 2500]
    assert {one.id_token.id_token for one in events if one.id_token} == {TOKEN.id_token}
    assert str(events[-1].transaction_info.stopped_reason) == "Local"


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_command_goes_the_other_way(version: OcppVersion) -> None:
    """A command of the house reaches a house station through the charge-point service and is answered."""
    toward = station_half(version, identity=IDENTITY, random=seeded(1))
    behind = csms_half(version, identity=IDENTITY, random=seeded(2))
    came: list[Any] = []

    async def serve(call: SoapCall) -> Any:
        answers: list[Any] = []

        async def ask_house(request: Any) -> Any:
            came.append(request)
            return house.ClearCacheResponse(status=house.ClearCacheStatus.ACCEPTED)

        async def answer(response: Any) -> None:
            answers.append(response)

        await carry_out(
            behind.inward(call.request, now=BEGIN),
            ask_house=ask_house,
            ask_peer=ask_house,
            lost=lambda _: None,
            answer=answer,
        )
        return answers[0]

    async with station(serve) as url, SoapCaller() as caller:
        peer = caller.charge_point(IDENTITY, version, url, own_address="127.0.0.1")
        response = await through(toward, house.ClearCacheRequest(), peer, [], [])
    assert response == house.ClearCacheResponse(status=house.ClearCacheStatus.ACCEPTED)
    assert came == [house.ClearCacheRequest()]
