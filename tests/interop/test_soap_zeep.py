"""OCPP over SOAP against zeep, which is built from the WSDL files: both services, both callers, all versions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import zeep

from pluglot.dialects import Refusal, station_half
from pluglot.messages.action import Action
from pluglot.soap import ALL, Service
from pluglot.transport.soap_http import SoapCall, SoapCaller
from tests.dialects.driver import Carried, accepting, carry, seeded
from tests.interop.zeep_peers import Served, caller, values
from tests.network.soap_rig import PASSWORD, central_system, http_server, station
from tests.soap import made
from tests.soap.wsdl import REFERENCES, Reference

IDENTITY = "CP1234"
OF_CENTRAL_SYSTEM = [one for one in REFERENCES if one.service is Service.CENTRAL_SYSTEM]
OF_CHARGE_POINT = [one for one in REFERENCES if one.service is Service.CHARGE_POINT]
each = pytest.mark.parametrize


def operations(reference: Reference) -> list[Action]:
    return list(ALL.by_version[reference.version].operations[reference.service].values())


def answering(call: SoapCall) -> Any:
    """All the fields that a response can have."""
    response = ALL.by_version[call.version].actions[call.action].response
    assert response is not None
    return made.full(response)


def is_same(ours: Any, theirs: Any) -> bool:
    """Hold what zeep understood against what was said; it unwraps a response of one field."""
    said = values(ours)
    if theirs is None or not said:
        return theirs is None and not said
    return said == theirs or (len(said) == 1 and next(iter(said.values())) == theirs)


@each("reference", OF_CENTRAL_SYSTEM, ids=str)
@pytest.mark.requirement("SOAP-01", "SOAP-03")
async def test_a_zeep_station_is_understood_in_every_operation(reference: Reference) -> None:
    """Each message with all its fields arrives as it was meant, and so does each response."""

    async def serve(call: SoapCall) -> Any:
        return answering(call)

    async with central_system(serve) as central:
        with caller(reference, central.url, IDENTITY, PASSWORD) as peer:
            for row in operations(reference):
                said = made.full(row.request)
                answer = await peer.call(row.name, **values(said))
                call = central.calls[-1]
                assert (call.version, call.request, dict(call.overlooked)) == (reference.version, said, {})
                assert is_same(answering(call), answer)


@each("reference", OF_CHARGE_POINT, ids=str)
async def test_a_zeep_central_system_is_understood_by_our_station(reference: Reference) -> None:
    """Our charge-point service takes every command with all its fields."""
    calls: list[SoapCall] = []

    async def serve(call: SoapCall) -> Any:
        calls.append(call)
        return answering(call)

    async with station(serve, IDENTITY) as url:
        with caller(reference, url, IDENTITY) as peer:
            for row in operations(reference):
                said = made.full(row.request)
                answer = await peer.call(row.name, **values(said))
                assert (calls[-1].request, dict(calls[-1].overlooked)) == (said, {})
                assert is_same(answering(calls[-1]), answer)


@each("reference", REFERENCES, ids=str)
async def test_a_service_made_from_the_wsdl_understands_our_caller(reference: Reference) -> None:
    """What we ask is valid by the WSDL, and what a service made from it answers is understood."""
    served = Served(reference, IDENTITY)
    async with http_server(served.handle) as url, SoapCaller(trusted=True) as ours:
        if reference.service is Service.CHARGE_POINT:
            peer = ours.charge_point(IDENTITY, reference.version, url, own_address="127.0.0.1")
        else:
            peer = ours.central_system(IDENTITY, reference.version, url, from_address="http://127.0.0.1:9/cp")
        for row in operations(reference):
            assert row.response is not None
            exchanged = await peer.exchange(made.full(row.request))
            assert exchanged.answer == made.full(row.response)
            assert not exchanged.overlooked
    assert served.asked == [row.name for row in operations(reference)]


# --- a session ----------------------------------------------------------------------------------------------------

BEGIN, END = datetime(2026, 3, 3, 9, 0, tzinfo=UTC), datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
MIDDLE = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
SAMPLES = {
    "1.2s": {"values": [{"timestamp": MIDDLE, "value": 1800}]},
    "1.5s": {
        "values": [
            {
                "timestamp": MIDDLE,
                "value": [{"_value_1": "15.2", "measurand": "Current.Import", "unit": "Amp"}, {"_value_1": "1800"}],
            }
        ]
    },
    "1.6s": {"meterValue": [{"timestamp": MIDDLE, "sampledValue": [{"value": "1800"}]}]},
}


@each("reference", OF_CENTRAL_SYSTEM, ids=str)
async def test_a_zeep_station_charges(reference: Reference) -> None:
    """A station of each version boots, authorises, charges and stops; the house sees one session with its energy."""
    half = station_half(reference.version, identity=IDENTITY, random=seeded())
    carried: list[Carried] = []

    async def serve(call: SoapCall) -> Any:
        carried.append(carry(half.inward(call.request, now=END), house=accepting))
        return carried[-1].answer

    async with central_system(serve) as central:
        with caller(reference, central.url, IDENTITY, PASSWORD) as peer:
            booted = await peer.call("BootNotification", chargePointVendor="V", chargePointModel="M")
            interval = "interval" if reference.version.value == "1.6s" else "heartbeatInterval"
            assert (booted["status"], booted[interval]) == ("Accepted", 300)
            status = "Charging" if reference.version.value == "1.6s" else "Occupied"
            tag = await peer.call("Authorize", idTag="AABBCCDD")
            assert tag["status"] == "Accepted"
            started = await peer.call(
                "StartTransaction", connectorId=1, idTag="AABBCCDD", timestamp=BEGIN, meterStart=1000
            )
            await peer.call("StatusNotification", connectorId=1, status=status, errorCode="NoError")
            await peer.call("MeterValues", connectorId=1, **SAMPLES[reference.version.value])
            stopped = await peer.call(
                "StopTransaction",
                transactionId=started["transactionId"],
                idTag="AABBCCDD",
                timestamp=END,
                meterStop=2500,
            )
            assert stopped["status"] == "Accepted"
    events = [event for one in carried for event in one.house if event.action == "TransactionEvent"]
    assert [event.seq_no for event in events] == list(range(len(events)))
    assert {event.transaction_info.transaction_id for event in events} == {events[0].transaction_info.transaction_id}
    registers = [
        int(sample.value)
        for event in events
        for moment in event.meter_value or ()
        for sample in moment.sampled_value
        if sample.measurand in {None, "Energy.Active.Import.Register"}
    ]
    assert registers == [1000, 1800, 2500]
    assert events[-1].transaction_info.stopped_reason == "Local"


@each("reference", OF_CENTRAL_SYSTEM, ids=str)
@pytest.mark.requirement("SOAP-05", "SOAP-02")
async def test_zeep_understands_our_faults(reference: Reference) -> None:
    """A fault reaches the application of a generated peer with its code, subcode and reason."""

    async def refusing(_call: SoapCall) -> Any:
        return Refusal("GenericError", "the request could not be processed")

    async with central_system(refusing) as central:
        with caller(reference, central.url, IDENTITY, PASSWORD) as peer:
            with pytest.raises(zeep.exceptions.Fault) as fault:
                await peer.call("Heartbeat")
            assert fault.value.code.endswith(":Receiver")
            assert [code.localname for code in fault.value.subcodes] == ["InternalError"]
            assert "could not be processed" in fault.value.message
