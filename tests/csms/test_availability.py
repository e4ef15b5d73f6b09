from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from pluglot.csms.facts import ConnectorStatusReported, EventOccurred, StationHeard, VariablesReported
from pluglot.messages import (
    EVSE,
    Component,
    ConnectorStatus,
    CustomData,
    EventData,
    EventNotification,
    EventTrigger,
    HeartbeatRequest,
    NotifyEventRequest,
    StatusNotificationRequest,
    Variable,
)
from tests.csms.house import MINUTE, NOON, House


def status(name: str, at: datetime = NOON, *, evse_id: int = 1, **more: object) -> StatusNotificationRequest:
    return StatusNotificationRequest(
        timestamp=at, connector_status=ConnectorStatus(name), evse_id=evse_id, connector_id=1, **more
    )


def told(component: str, variable: str, value: str, at: datetime = NOON, **more: object) -> NotifyEventRequest:
    values = {"trigger": EventTrigger.DELTA, "event_id": 1, **more}
    data = EventData(
        timestamp=at,
        actual_value=value,
        component=Component(name=component, evse=values.pop("evse", EVSE(id=1, connector_id=1))),
        variable=Variable(name=variable),
        event_notification_type=EventNotification.HARD_WIRED_NOTIFICATION,
        **values,
    )
    return NotifyEventRequest(generated_at=at, seq_no=0, event_data=(data,))


def connectors(house: House) -> dict[int, tuple[str, datetime]]:
    return {each.evse_id: (each.status, each.status_at) for each in house.shelf.stations["CS1"].connectors}


async def test_a_heartbeat_is_answered_with_the_time(house: House) -> None:
    """Stations set their clocks by it, and we know that they live."""
    decision = await house.decide(HeartbeatRequest())
    assert decision.response.current_time == NOON
    assert [type(fact) for fact in decision.facts] == [StationHeard]


@pytest.mark.requirement("TC_G_01")
@pytest.mark.parametrize("name", ["Available", "Occupied", "Reserved", "Unavailable"])
async def test_a_connector_s_state_is_kept(house: House, name: str) -> None:
    """The last state of each connector is known, with its time."""
    await house.answer(status(name))
    await house.answer(status("Available", evse_id=2))
    assert connectors(house) == {1: (name, NOON), 2: ("Available", NOON)}
    assert house.event_names() == []


@pytest.mark.requirement("TC_G_01")
async def test_an_event_tells_a_state_as_well(house: House) -> None:
    """2.1 stations report connectors as NotifyEvent; both forms mean the same."""
    await house.answer(told("Connector", "AvailabilityState", "Occupied"))
    assert connectors(house) == {1: ("Occupied", NOON)}
    assert house.event_names() == []


async def test_a_stale_state_never_overwrites_a_newer_one(house: House) -> None:
    """Messages delivered late are ordered by their own time; the last of equal times wins."""
    await house.answer(status("Occupied"))
    decision = await house.decide(status("Available", NOON - MINUTE))
    assert decision.facts == ()
    await house.answer(told("Connector", "AvailabilityState", "Available", NOON - MINUTE))
    assert connectors(house)[1] == ("Occupied", NOON)
    await house.answer(status("Available"))
    assert connectors(house)[1] == ("Available", NOON)


async def test_a_clock_put_back_does_not_make_true_states_stale(house: House) -> None:
    """A state from ahead of us counts from its reception, so that the next one after the correction is newer."""
    await house.answer(status("Occupied", NOON + timedelta(hours=3)))
    assert connectors(house)[1] == ("Occupied", NOON)
    await house.answer(status("Available", NOON + MINUTE), now=NOON + MINUTE)
    assert connectors(house)[1] == ("Available", NOON + MINUTE)


async def test_a_fault_raises_one_event(house: House) -> None:
    """Becoming faulted is worth an alarm, staying so is not."""
    for minute in range(3):
        await house.answer(status("Faulted", NOON + minute * MINUTE), now=NOON + minute * MINUTE)
    assert house.event_names() == ["ConnectorFaulted"]
    assert house.shelf.events[0].event.severity == "error"
    assert house.shelf.events[0].event.data == {"evseId": 1, "connectorId": 1}


@pytest.mark.requirement("HRD-06")
async def test_made_up_connectors_do_not_fill_the_store(house: House) -> None:
    """A station has room for 256 connectors; the ones it has stay up to date."""
    for evse_id in range(1, 258):
        await house.answer(status("Available", evse_id=evse_id))
    assert len(connectors(house)) == 256
    assert house.event_names() == ["TooManyConnectors"]
    await house.answer(status("Occupied", evse_id=7))
    assert connectors(house)[7] == ("Occupied", NOON)


async def test_the_station_s_own_word_for_a_state_is_kept(house: House) -> None:
    """Finishing of a 1.6 station comes beside Occupied; vendor data of others means nothing here."""
    ours = CustomData("org.pluglot", v16={"status": "Finishing"})
    await house.answer(status("Occupied", custom_data=ours))
    assert house.shelf.stations["CS1"].connectors[0].original_status == "Finishing"
    for foreign in (
        CustomData("acme", v16={"status": "X"}),
        CustomData("org.pluglot", v16=3),
        CustomData("org.pluglot"),
    ):
        await house.answer(status("Occupied", custom_data=foreign))
        assert house.shelf.stations["CS1"].connectors[0].original_status is None


@pytest.mark.parametrize(
    ("more", "severity"),
    [
        ({"severity": 2}, "error"),
        ({"severity": 6}, "warning"),
        ({"severity": 8}, "info"),
        ({"trigger": EventTrigger.ALERTING}, "warning"),
        ({}, "info"),
        ({"severity": 2, "cleared": True}, "info"),
    ],
)
async def test_other_events_stand_on_the_list_with_their_weight(
    house: House, more: dict[str, object], severity: str
) -> None:
    """A problem becomes an event named by component and variable, and the variable's value is known."""
    decision = await house.decide(told("Connector", "Problem", "true", tech_code="GroundFailure", **more))
    event, values = decision.facts
    assert isinstance(event, EventOccurred)
    assert isinstance(values, VariablesReported)
    assert (event.event.name, event.event.kind, event.event.severity) == ("Connector.Problem", "device", severity)
    assert event.event.detail.startswith("true, GroundFailure")
    assert (values.variables[0].component, values.variables[0].evse_id, values.variables[0].value) == (
        "Connector",
        1,
        "true",
    )


async def test_a_faulted_station_is_an_error(house: House) -> None:
    """A whole station that is out of order is worth an alarm, whatever severity it tells."""
    await house.answer(told("ChargingStation", "AvailabilityState", "Faulted", evse=None))
    event = house.shelf.events[0].event
    assert (event.name, event.severity) == ("ChargingStation.AvailabilityState", "error")


@pytest.mark.parametrize(
    ("component", "value", "evse"),
    [
        ("EVSE", "Available", EVSE(id=1)),
        ("Connector", "Melted", EVSE(id=1, connector_id=1)),
        ("Connector", "Available", None),
    ],
)
async def test_an_availability_of_something_else_is_an_ordinary_event(
    house: House, component: str, value: str, evse: EVSE | None
) -> None:
    """Only a known state of a named connector is a connector's state."""
    decision = await house.decide(told(component, "AvailabilityState", value, evse=evse))
    assert not any(isinstance(fact, ConnectorStatusReported) for fact in decision.facts)
    assert isinstance(decision.facts[0], EventOccurred)
