"""Whatever a peer of an older version says, and whatever the other side answers, every request is answered once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluglot import messages as house
from pluglot.dialects import Refusal, actions, csms_half, station_half
from pluglot.messages.action import Action, Sender
from pluglot.messages.base import Request
from pluglot.messages.codec import from_builtins
from pluglot.messages.version import OcppVersion
from pluglot.soap import ALL, Service, Unsayable
from pluglot.soap.messages import write_request
from tests.dialects.driver import CONNECTED, NOW, accepting, carry, refuse, seeded
from tests.messages import official
from tests.messages.instances import valid
from tests.soap import made

HOUSE_REQUESTS = [
    message
    for message in official.messages("v21")
    if issubclass(message.type, Request) and house.ACTIONS[message.type.action].is_answered
]
OLD = ("1.2s", "1.5s", "1.6s")
HOUSES = {"accepts": accepting, "refuses": refuse}


def rows(version: str, sender: Sender) -> list[Action]:
    return [row for row in actions(version).values() if row.sender & sender]


def is_sayable(version: str, service: Service, asked: list[Any]) -> None:
    """Hold what is asked of the peer against the types of its version, by writing it; numbers may be too large."""
    binding = ALL.by_version[OcppVersion(version)]
    for request in asked:
        why = ""
        try:
            write_request(binding, service, request, identity="x", message_id="m", to="http://a/")
        except Unsayable as error:
            why = str(error)
        assert not why or why.endswith("does not fit 32 bits")


@pytest.mark.parametrize("version", OLD)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_request_of_a_station_is_answered(version: str, data: Any) -> None:
    """A handful of requests in any order: each gets its response or a refusal, in the station's version."""
    half = station_half(version, identity="CP1", random=seeded())
    half.connected(now=CONNECTED)
    for row in data.draw(st.lists(st.sampled_from(rows(version, Sender.STATION)), min_size=1, max_size=4)):
        request = data.draw(made.of(row.request))
        answers = HOUSES[data.draw(st.sampled_from(sorted(HOUSES)))]
        carried = carry(half.inward(request, now=NOW), house=answers)
        assert row.response is not None
        assert isinstance(carried.answer, row.response | Refusal)
        is_sayable(version, Service.CHARGE_POINT, carried.peer)
        again = station_half(version, identity="CP1", random=seeded())
        again.restore(half.snapshot())
        half = again


@pytest.mark.parametrize("version", OLD)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_request_of_a_central_system_is_answered(version: str, data: Any) -> None:
    """The same for what a central system asks of a station that refuses everything."""
    half = csms_half(version, identity="CP1", random=seeded())
    half.connected(now=CONNECTED)
    for row in data.draw(st.lists(st.sampled_from(rows(version, Sender.CSMS)), min_size=1, max_size=4)):
        carried = carry(half.inward(data.draw(made.of(row.request)), now=NOW), house=refuse)
        assert row.response is not None
        assert isinstance(carried.answer, row.response | Refusal)


@pytest.mark.parametrize("version", OLD)
@pytest.mark.parametrize("message", HOUSE_REQUESTS, ids=repr)
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_every_request_of_the_house_is_answered(version: str, message: official.Message, data: Any) -> None:
    """Whatever the house asks of an old peer that refuses everything, it gets an answer or NotSupported."""
    row = house.ACTIONS[message.type.action]
    request = from_builtins(message.type, data.draw(valid(message)))
    assert row.response is not None
    for sender, make, service in (
        (Sender.CSMS, station_half, Service.CHARGE_POINT),
        (Sender.STATION, csms_half, Service.CENTRAL_SYSTEM),
    ):
        if row.sender & sender:
            half = make(version, identity="CP1", random=seeded())
            carried = carry(half.outward(request, now=NOW), house=refuse, peer=refuse)
            assert isinstance(carried.answer, row.response | Refusal)
            is_sayable(version, service, carried.peer)


def test_a_multiplier_out_of_reason_is_a_loss() -> None:
    """Ten to the two millionth watt-hours cannot be worked out, so they are not said."""
    half = csms_half("1.6s", identity="CP1", random=seeded())
    sample = house.SampledValue(value=Decimal(1), unit_of_measure=house.UnitOfMeasure(unit="Wh", multiplier=2_000_000))
    request = house.MeterValuesRequest(
        evse_id=1, meter_value=(house.MeterValue(timestamp=NOW, sampled_value=(sample,)),)
    )
    carried = carry(half.outward(request, now=NOW), peer=refuse)
    assert (carried.peer, carried.answer) == ([], house.MeterValuesResponse())
    assert [loss.reason for loss in carried.losses] == ["a multiplier out of reason"]
