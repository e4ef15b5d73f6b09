"""Which versions are spoken, and how a translation is carried out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from pluglot import messages as house
from pluglot.dialects import (
    Answered,
    AskHouse,
    AskPeer,
    Half,
    Loss,
    Lost,
    Pause,
    Refusal,
    Translation,
    UnspokenVersion,
    actions,
    carry_out,
    csms_half,
    share_residue,
    station_half,
)
from pluglot.dialects.ocpp16 import station_half as station_half_16
from pluglot.messages.version import OcppVersion
from tests.dialects.driver import NOW, carry, seeded
from tests.dialects.samples import Sampler

SPOKEN = ["1.6", "2.0", "2.0.1", "2.1"]


@pytest.mark.parametrize("version", SPOKEN)
@pytest.mark.parametrize("factory", [station_half, csms_half])
def test_each_spoken_version_has_both_halves(version: str, factory: Any) -> None:
    """A half says its version, keeps its memory as bytes and starts without a deadline."""
    half: Half = factory(version, identity="CS1", random=seeded())
    assert half.version == version
    assert half.identity_translation is (version == "2.1")
    half.connected(now=NOW)
    half.restore(half.snapshot())
    assert half.next_deadline() is None
    assert half.advance(now=NOW) == []
    assert half.revision >= 0


@pytest.mark.parametrize("version", SPOKEN)
def test_each_spoken_version_has_its_table_of_actions(version: str) -> None:
    """The table names the messages on the wire; Heartbeat is in all of them."""
    assert actions(version)["Heartbeat"].response is not None
    assert ("StartTransaction" in actions(version)) is (version == "1.6")
    assert ("BatterySwap" in actions(version)) is (version == "2.1")


@pytest.mark.parametrize("version", ["1.5", "3.0", ""])
@pytest.mark.parametrize("function", [lambda v: station_half(v, identity="x", random=seeded()), actions])
def test_another_version_is_named_in_the_error(version: str, function: Any) -> None:
    """A version that no dialect speaks is refused by name, with the versions that are spoken."""
    with pytest.raises(UnspokenVersion, match=r"spoken are 1\.2s, .*2\.1"):
        function(version)


def test_2_1_passes_unchanged() -> None:
    """In the language of the house every message is passed on as the very same object."""
    for row in house.ACTIONS.values():
        if row.response is None:
            continue
        request, response = Sampler(1).message(row.request), Sampler(2).message(row.response)
        half = station_half("2.1", identity="CS1", random=seeded())
        inward = carry(half.inward(request, now=NOW), house=lambda _, response=response: response)
        outward = carry(half.outward(request, now=NOW), peer=lambda _, response=response: response)
        assert inward.house[0] is outward.peer[0] is request
        assert inward.answer is outward.answer is response


# --- carrying out -------------------------------------------------------------------------------------------------


async def _carried(translation: Translation, **extra: Any) -> list[Any]:
    done: list[Any] = []

    async def ask(who: str, request: Any) -> Any:
        done.append((who, request))
        return f"{who} says yes"

    async def answer(response: Any) -> None:
        done.append(("answer", response))

    await carry_out(
        translation,
        ask_house=lambda request: ask("house", request),
        ask_peer=lambda request: ask("peer", request),
        lost=lambda losses: done.append(("lost", len(losses))),
        answer=answer,
        **extra,
    )
    return done


async def test_steps_are_carried_out_in_order_and_answered_once() -> None:
    """Each step reaches its place, and an early answer is the only one."""

    def translation() -> Translation:
        first = yield AskHouse(1)
        yield Lost((Loss("A", "b", 1, "c"),))
        yield Answered(first)
        yield AskPeer(2)
        return "never given"

    assert await _carried(translation()) == [
        ("house", 1),
        ("lost", 1),
        ("answer", "house says yes"),
        ("peer", 2),
    ]


async def test_a_pause_goes_on_at_once_where_nobody_can_wait() -> None:
    """A caller without a clock lets a translation go on; with one it is told the time."""

    def translation() -> Translation:
        return (yield Pause(0.5))

    later = datetime(2026, 3, 1) + timedelta(seconds=1)  # noqa: DTZ001 - only compared

    async def pause(seconds: float) -> datetime:
        assert seconds == 0.5
        return later

    assert await _carried(translation()) == [("answer", None)]
    assert await _carried(translation(), pause=pause) == [("answer", later)]


@pytest.mark.requirement("RPC-16")
def test_reports_follow_their_answer() -> None:
    """A base report of a 1.6 station is answered before anything else is asked or told."""
    half = station_half_16.StationHalf("CS1", random=seeded())
    request = house.GetBaseReportRequest(request_id=1, report_base=house.ReportBase.FULL_INVENTORY)
    steps = half.outward(request, now=NOW)
    assert isinstance(next(steps), Answered)
    assert isinstance(next(steps), AskPeer)
    assert isinstance(steps.send(Refusal("GenericError")), Lost)
    assert isinstance(next(steps), AskHouse)


@pytest.mark.parametrize("station", list(OcppVersion))
@pytest.mark.parametrize("csms", list(OcppVersion))
def test_residue_travels_only_between_versions_that_both_have_it(station: OcppVersion, csms: OcppVersion) -> None:
    """What only 1.x can say goes in customData to a 1.x peer; a 2.x peer never sees it."""
    assert share_residue(station, csms) is not (station.has_token_types or csms.has_token_types)
