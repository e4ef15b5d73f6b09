"""The coverage table of the manual tells the truth about messages drawn from the official schemas, cell by cell."""

from __future__ import annotations

from typing import Any

import pytest

from pluglot.dialects import Refusal
from pluglot.dialects.coverage import Coverage, heard, told
from pluglot.messages.version import OcppVersion
from tests.dialects.drawn import VERSIONS
from tests.dialects.worlds import SIDES, WAYS, World

DRAWS = 14


def coverage(version: str, side: str, way: str, row: Any) -> Coverage:
    """What the manual says of a message that goes this way."""
    peer = SIDES[side]
    spoken = OcppVersion(version)
    return heard(spoken, row, sender=peer) if way == "inward" else told(spoken, row, to=peer)


CELLS = [
    pytest.param(version, side, way, row, id=f"{version}-{side}-{way}-{row.name}")
    for version in VERSIONS
    for side in SIDES
    for way in WAYS
    for row in World(version, side).rows(way)
    if row.response is not None
]
#: Requests that what is drawn hardly ever lets through, and why; tests of their own show that they pass.
NEEDS_MORE = {
    "NotifyEVChargingSchedule": "a schedule that 2.0.1 can hold",
    "ReportChargingProfiles": "a schedule that 2.0.1 can hold",
    "SecurityEventNotification": "the name of an event that 2.0 knows",
    "SetChargingProfile": "a profile that makes sense, without what only 2.1 has",
    "UnlockConnector": "a connector without a transaction that is there",
    "UpdateFirmware": "a policy that lets unsigned firmware pass",
}


#: What a station is asked about a message it does not hear of, so that the no is the most specific (mapping 11.2).
ASKED_FIRST = {"ChangeTransactionTariff": {"GetTransactionStatus"}}
#: What is asked beside a message or in its place, although it is not carried out by others as a rule.
OTHER_NAMES = {
    "BootNotification": {"StatusNotification"},
    "Get15118EVCertificate": {"Update15118EVCertificate"},
    "NotifyEvent": {"StatusNotification"},
    "TriggerMessage": {"ExtendedTriggerMessage"},
    "UpdateFirmware": {"SignedUpdateFirmware"},
}


@pytest.mark.requirement("PROOF-02")
@pytest.mark.parametrize(("version", "side", "way", "row"), CELLS)
def test_a_cell_of_the_coverage_table_is_true(version: str, side: str, way: str, row: Any) -> None:
    """Refused is never asked, lossless never loses, and under its own name only what is not emulated is asked."""
    said = coverage(version, side, way, row)
    names: set[str] = set()
    for seed in range(DRAWS):
        world = World(version, side, seed=seed)
        carried = world.carry(way, world.drawer(way).message(f"{row.name}Request"))
        asked = carried.house if way == "inward" else carried.peer
        names |= {one.action for one in asked}
        if said is Coverage.LOSSLESS:
            lost = [loss for loss in carried.losses if not loss.field.endswith("customData")]
            assert lost == []
            assert not isinstance(carried.answer, Refusal)
    names -= ASKED_FIRST.get(row.name, set())
    if said is Coverage.REFUSED:
        assert names == set()
    elif said is not Coverage.EMULATED:
        assert row.name in names or row.name in NEEDS_MORE
    if way == "outward" and said is not Coverage.EMULATED:
        assert names <= {row.name} | OTHER_NAMES.get(row.name, set())
