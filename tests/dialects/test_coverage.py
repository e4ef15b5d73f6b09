"""The table of what every version can say tells the truth."""

from __future__ import annotations

from typing import Any

import pytest

from pluglot import messages as house
from pluglot.dialects import Refusal, actions, csms_half, station_half
from pluglot.dialects.coverage import SAID_IN_1_6, Coverage, heard, told
from pluglot.dialects.ocpp16 import wire as wire16
from pluglot.messages.action import Sender
from pluglot.messages.version import OcppVersion
from tests.dialects.driver import NOW, Carried, carry, seeded
from tests.dialects.ocpp20.plausible import Plausible

SAMPLES = 8
#: What random messages hardly ever bring about: names of events that 2.0 knows, schedules within what 2.0.1 can hold.
NEEDS_MORE = {
    "NotifyEVChargingSchedule",
    "ReportChargingProfiles",
    "SecurityEventNotification",
    "SetChargingProfile",
    "UpdateDynamicSchedule",
}
#: What a station is asked about a message it does not hear of, so that the no is the most specific (mapping 11.2).
ASKED_FIRST = {"ChangeTransactionTariff": {"GetTransactionStatus"}}
#: Other names under which a message travels that is not emulated: connector states, and renewals in 2.0.
OTHER_NAMES = {"StatusNotification", "Update15118EVCertificate"}


def _carried(version: OcppVersion, row: Any, to: Sender) -> list[Carried]:
    """Tell a peer of this version some messages, and let it answer with anything legal."""
    make = station_half if to is Sender.STATION else csms_half
    peer = Plausible(5, digits=version is OcppVersion.OCPP_2_0)
    sampler = Plausible(6, digits=False)
    carried = []
    for _ in range(SAMPLES if version.value.startswith("2.") else 3):
        half = make(version, identity="CS1", random=seeded())
        half.connected(now=NOW)
        request = sampler.message(row.request)
        carried.append(
            carry(half.outward(request, now=NOW), peer=lambda asked: peer.message(_response(version, asked)))
        )
    return carried


def _response(version: OcppVersion, asked: Any) -> Any:
    return actions(version)[asked.action].response


CELLS = [
    pytest.param(version, row, to, id=f"{version}-{row.name}-{to.name}")
    for version in OcppVersion
    for row in house.ACTIONS.values()
    for to in (Sender.STATION, Sender.CSMS)
    if row.sender is not to and row.response is not None
]


@pytest.mark.parametrize(("version", "row", "to"), CELLS)
def test_what_is_called_refused_never_reaches_the_peer_and_nothing_else_is(
    version: OcppVersion, row: Any, to: Sender
) -> None:
    """A refused message asks the peer nothing; in 2.x every other one reaches it under some name."""
    coverage = told(version, row, to=to)
    asked = [one for carried in _carried(version, row, to) for one in carried.peer]
    asked = [one for one in asked if one.action not in ASKED_FIRST.get(row.name, set())]
    if coverage is Coverage.REFUSED:
        assert asked == []
    elif version.value.startswith("2."):
        assert asked or row.name in NEEDS_MORE
    if coverage is not Coverage.EMULATED and version.value.startswith("2."):
        assert {one.action for one in asked} <= {row.name} | OTHER_NAMES


@pytest.mark.parametrize("version", [OcppVersion.OCPP_2_0, OcppVersion.OCPP_2_0_1, OcppVersion.OCPP_2_1], ids=str)
def test_what_is_called_lossless_loses_nothing(version: OcppVersion) -> None:
    """In 2.x no message that is lossless is ever translated with a loss, but for custom data that 2.0 lacks."""
    checked = 0
    for row in house.ACTIONS.values():
        for to in (Sender.STATION, Sender.CSMS):
            if row.sender is to or row.response is None or told(version, row, to=to) is not Coverage.LOSSLESS:
                continue
            for carried in _carried(version, row, to):
                lost = [loss for loss in carried.losses if not loss.field.endswith("customData")]
                assert lost == [], (row.name, lost)
                assert not isinstance(carried.answer, Refusal)
                checked += 1
    assert checked > 80


def test_every_message_of_every_version_has_a_place_in_the_table() -> None:
    """Whatever a peer may say is classified, and only a message without a counterpart is refused."""
    refused = set()
    for version in OcppVersion:
        for row in actions(version).values():
            for sender in (Sender.STATION, Sender.CSMS):
                if sender in row.sender and heard(version, row, sender=sender) is Coverage.REFUSED:
                    refused.add((version.value, row.name))
    assert refused == {("2.0", "Renegotiate15118Schedule")}


def test_the_names_that_1_6_uses_instead_exist() -> None:
    """The table of what 1.6 says instead names messages of the house and of 1.6 only."""
    assert set(SAID_IN_1_6) <= set(house.ACTIONS)
    assert {name for names in SAID_IN_1_6.values() for name in names} <= set(wire16.ACTIONS)
