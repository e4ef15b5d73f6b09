from __future__ import annotations

import pytest

from pluglot.csms import Policy
from pluglot.csms.facts import StationBooted
from pluglot.csms.records import ConnectorRecord, Registration
from pluglot.dialects.base import Refusal
from pluglot.messages import ACTIONS, HeartbeatRequest, RegistrationStatus, Sender
from tests.csms.house import NOON, House, boot
from tests.csms.samples import minimal


@pytest.mark.requirement("B01.FR.02", "TC_B_01")
async def test_a_registered_station_is_accepted_and_told_time_and_interval(house: House) -> None:
    """A boot is answered Accepted with our time and the heartbeat interval, and what it told is kept."""
    house.register(registration=Registration.UNSEEN)
    response = await house.answer(boot())
    assert (response.status, response.interval, response.current_time) == (RegistrationStatus.ACCEPTED, 300, NOON)
    station = house.shelf.stations["CS1"]
    assert station.registration is Registration.ACCEPTED
    assert (station.vendor_name, station.model, station.serial_number) == ("Pluglot", "M1", "S-1")
    assert (station.firmware_version, station.boot_reason, station.booted_at) == ("1.0", "PowerUp", NOON)
    assert station.ocpp_version == "2.1"


@pytest.mark.requirement("BOOT-07", "TC_B_02")
async def test_a_station_waits_as_pending_when_the_operator_decides_first() -> None:
    """With accept_registered off a first boot is answered Pending, again and again, and nothing closes the link."""
    house = House(policy=Policy(accept_registered=False))
    house.register(registration=Registration.UNSEEN)
    for _ in range(2):
        response = await house.answer(boot())
        assert (response.status, response.interval) == (RegistrationStatus.PENDING, 60)


@pytest.mark.requirement("TC_B_03")
async def test_a_rejected_station_is_answered_rejected_with_a_waiting_time(house: House) -> None:
    """A rejection names an interval, so that the station does not choose a short one."""
    house.register(registration=Registration.REJECTED)
    response = await house.answer(boot())
    assert response.status is RegistrationStatus.REJECTED
    assert response.interval > 0


@pytest.mark.requirement("BOOT-09")
async def test_acceptance_outlives_links_and_restarts(house: House) -> None:
    """It is part of the station's record, told as a fact before the answer; a restarted system goes by it."""
    house.register(registration=Registration.UNSEEN)
    decision = await house.decide(boot())
    (fact,) = decision.facts
    assert isinstance(fact, StationBooted)
    assert fact.station.registration is Registration.ACCEPTED
    # Killed before the facts were stored: the station is as unknown as before.
    house.restart()
    assert (await house.decide(HeartbeatRequest())).refused
    house.shelf.commit(decision.facts)
    house.restart()
    assert not (await house.decide(HeartbeatRequest())).refused


async def test_a_boot_keeps_what_is_known_of_connectors(house: House) -> None:
    """Only what the station told of itself is replaced."""
    connector = ConnectorRecord(evse_id=1, connector_id=1, status="Available", status_at=NOON)
    house.register(connectors=(connector,), note="at the gate")
    await house.answer(boot(model="M2"))
    station = house.shelf.stations["CS1"]
    assert (station.connectors, station.note, station.model) == ((connector,), "at the gate", "M2")


STATION_ACTIONS = [row for row in ACTIONS.values() if row.sender & Sender.STATION and row.name != "BootNotification"]


@pytest.mark.requirement("BOOT-04", "B01.FR.10", "TC_B_30")
@pytest.mark.parametrize("registration", [Registration.UNSEEN, Registration.PENDING, Registration.REJECTED])
async def test_every_call_of_a_station_not_accepted_is_a_security_error(
    house: House, registration: Registration
) -> None:
    """Each action in each state but Accepted is refused, and leaves no fact."""
    house.register(registration=registration)
    for row in STATION_ACTIONS:
        decision = await house.decide(minimal(row.request))
        assert isinstance(decision.response, Refusal), row.name
        assert decision.response.code == "SecurityError"
        assert decision.facts == ()
    assert not (await house.decide(boot())).refused


@pytest.mark.requirement("BOOT-04", "B02.FR.09", "B03.FR.07")
async def test_what_we_asked_for_is_served_while_pending_only(house: House) -> None:
    """A triggered message of a pending station is served; a rejected one stays refused."""
    house.register(registration=Registration.PENDING)
    assert not (await house.decide(HeartbeatRequest(), asked_for=True)).refused
    for registration in (Registration.REJECTED, Registration.UNSEEN):
        house.register(registration=registration)
        assert (await house.decide(HeartbeatRequest(), asked_for=True)).refused


@pytest.mark.requirement("BOOT-04", "HRD-01")
async def test_a_station_nobody_registered_is_refused(house: House) -> None:
    """Not even a boot of an unknown station is served."""
    decision = await house.decide(boot(), station_id="NOBODY")
    assert decision.response.code == "SecurityError"
    assert decision.facts == ()
    assert (await house.csms.may_ask("NOBODY", "Reset")).code == "SecurityError"


@pytest.mark.requirement("BOOT-05")
async def test_a_rejected_station_is_asked_nothing(house: House) -> None:
    """No command at all may be sent to a rejected station."""
    house.register(registration=Registration.REJECTED)
    commands = [row.name for row in ACTIONS.values() if row.sender & Sender.CSMS]
    assert len(commands) > 40
    for action in commands:
        assert await house.csms.may_ask("CS1", action) is not None


@pytest.mark.requirement("BOOT-05", "B02.FR.01", "TC_B_31")
async def test_a_pending_station_is_asked_only_what_prepares_it(house: House) -> None:
    """While Pending: reading, writing, reports and triggers; everything once accepted."""
    house.register(registration=Registration.PENDING)
    allowed = {action for action in ACTIONS if await house.csms.may_ask("CS1", action) is None}
    assert allowed == {"GetVariables", "SetVariables", "GetBaseReport", "GetReport", "TriggerMessage"}
    house.register()
    assert await house.csms.may_ask("CS1", "RequestStartTransaction") is None
