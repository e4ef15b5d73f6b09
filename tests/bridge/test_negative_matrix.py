"""What has no counterpart is answered as specified, row by row, with both halves of a bridge back to back."""

from __future__ import annotations

from typing import Any

import pytest

from pluglot.dialects import actions
from pluglot.messages.action import Sender
from pluglot.messages.codec import to_builtins
from pluglot.messages.version import OcppVersion
from pluglot.rpc import Conversation
from tests.bridge.rows_from_stations import ROWS as FROM_STATIONS
from tests.bridge.rows_to_stations import ROWS as TO_STATIONS
from tests.bridge.scene import Row, Scene, answer_is, losses_are
from tests.bridge.world import BEGIN

NEWER = ("2.0", "2.0.1", "2.1")


def cases(rows: tuple[Row, ...]) -> list[Any]:
    """Each row with each newer version that can ask it."""
    return [
        pytest.param(row, version, id=f"{version}-{row}")
        for row in rows
        for version in NEWER
        if row.action in actions(version) and version not in row.never
    ]


@pytest.mark.requirement("BRG-01")
@pytest.mark.parametrize(("row", "version"), cases(TO_STATIONS))
async def test_a_management_system_before_a_1_6_station(row: Row, version: str) -> None:
    """It hears exactly the answer of the row, the station is asked what the row says, and losses are shown."""
    scene = Scene("1.6", version)
    if row.before is not None:
        await row.before(scene)
    scene.station.heard.clear()
    scene.csms.heard.clear()
    scene.world.losses.clear()
    answer = await scene.asks(row.action, row.request(scene) if callable(row.request) else row.request)
    answer_is(row, version, answer)
    assert tuple(action for action, _ in scene.station.heard) == row.far
    assert tuple(dict.fromkeys(action for action, _ in scene.csms.heard)) == row.then
    losses_are(row, version, scene)


@pytest.mark.requirement("BRG-01")
@pytest.mark.parametrize(("row", "version"), cases(FROM_STATIONS))
async def test_a_station_before_a_1_6_management_system(row: Row, version: str) -> None:
    """It hears exactly the answer of the row, the management system is told what the row says, and losses are shown."""
    scene = Scene(version, "1.6")
    if row.before is not None:
        await row.before(scene)
    scene.station.heard.clear()
    scene.csms.heard.clear()
    scene.world.losses.clear()
    answer = await scene.tells(row.action, row.request(scene) if callable(row.request) else row.request)
    answer_is(row, version, answer)
    assert tuple(action for action, _ in scene.csms.heard) == row.far
    assert tuple(dict.fromkeys(action for action, _ in scene.station.heard)) == row.then
    losses_are(row, version, scene)


#: Requests of 2.x that 1.6 has under another name (4.1, 4.2).
RENAMED = {"RequestStartTransaction", "RequestStopTransaction", "TransactionEvent"}


@pytest.mark.parametrize(
    ("rows", "sender"), [(TO_STATIONS, Sender.CSMS), (FROM_STATIONS, Sender.STATION)], ids=["10.1", "10.2"]
)
def test_every_message_without_a_counterpart_has_a_row(rows: tuple[Row, ...], sender: Sender) -> None:
    """What 2.x asks and 1.6 has no message for stands in the table, and every row is of a message there is."""
    newest = {name for name, row in actions("2.1").items() if row.sender is sender}
    assert newest - set(actions("1.6")) - RENAMED <= {row.action for row in rows} <= newest


#: Requests that only 2.1 has, and what an older station (first half) or management system makes of them (11.2).
ONLY_IN_21: dict[str, Any] = {
    "AFRRSignal": "Rejected",
    "AdjustPeriodicEventStream": "Rejected",
    "ChangeTransactionTariff": "Rejected",
    "ClearDERControl": "NotSupported",
    "ClearTariffs": {"clearTariffsResult": [{"status": "NoTariff"}]},
    "GetDERControl": "NotSupported",
    "GetPeriodicEventStream": {},
    "GetTariffs": "NoTariff",
    "NotifyAllowedEnergyTransfer": "Rejected",
    "NotifyWebPaymentStarted": {},
    "RequestBatterySwap": "Rejected",
    "SetDERControl": "NotSupported",
    "SetDefaultTariff": "Rejected",
    "UpdateDynamicSchedule": "Rejected",
    "UsePriorityCharging": "NoProfile",
    "BatterySwap": {},
    "ClosePeriodicEventStream": {},
    "GetCertificateChainStatus": None,
    "NotifyDERAlarm": {},
    "NotifyDERStartStop": {},
    "NotifyPeriodicEventStream": None,
    "NotifyPriorityCharging": {},
    "NotifySettlement": {},
    "OpenPeriodicEventStream": "Rejected",
    "PullDynamicScheduleUpdate": "Rejected",
    "ReportDERControl": {},
    "VatNumberValidation": "Rejected",
}


@pytest.mark.requirement("BRG-01")
@pytest.mark.parametrize("older", ["2.0", "2.0.1"])
@pytest.mark.parametrize("action", ONLY_IN_21)
async def test_what_only_2_1_says_is_answered_for_older_peers(action: str, older: str) -> None:
    """The asker hears a legal answer, the older side hears nothing, and it is listed."""
    if actions("2.1")[action].sender is Sender.CSMS:
        scene = Scene(older, "2.1")
        answer = await scene.asks(action, {} if action == "ClearTariffs" else None)
        # Whether the transaction runs, the station may be asked: it hears nothing of the tariff.
        looked_up = ["GetTransactionStatus"] if action == "ChangeTransactionTariff" else []
        assert [name for name, _ in scene.station.heard] == looked_up
    else:
        scene = Scene("2.1", older)
        answer = await scene.tells(action)
        assert scene.csms.heard == []
    shown = None if answer is None else to_builtins(answer)
    expected = ONLY_IN_21[action]
    if isinstance(expected, str):
        assert shown["status"] == expected
        assert shown.get("statusInfo", {}).get("reasonCode") in {None, "UnsupportedRequest"}
    elif action == "GetCertificateChainStatus":
        assert {one["status"] for one in shown["certificateStatus"]} == {"Failed"}
    else:
        assert shown == expected
    assert [loss.action for loss in scene.world.losses] == [action]


def test_every_message_of_2_1_alone_has_a_row() -> None:
    """The table of 11.2 is whole."""
    assert set(ONLY_IN_21) == set(actions("2.1")) - set(actions("2.0.1"))


@pytest.mark.parametrize("version", ["1.6", *NEWER])
def test_any_other_action_is_not_implemented(version: str) -> None:
    """What no version knows is refused before it is translated, on either side of a bridge."""
    for role in Sender:
        side = Conversation(OcppVersion(version), role, actions=actions(version), id_factory=lambda: "0")
        side.receive(b'[2,"1","MakeCoffee",{}]', now=BEGIN)
        (frame,) = side.frames_to_send()
        assert frame.startswith(b'[4,"1","NotImplemented"')
