"""A station of ours over SOAP, whole: what it does after a fault, and when it moved."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pluglot.app.clock import utc_now
from pluglot.app.drivers import visit
from pluglot.app.soap_road import soap_road
from pluglot.app.station import Station, living
from pluglot.app.stations import journal_of
from pluglot.dialects import Refusal
from pluglot.dialects.ocpp15 import wire as wire15
from pluglot.dialects.ocpp16 import wire as wire16
from pluglot.messages.version import OcppVersion
from pluglot.simulation import Fleet, VisitPlan
from pluglot.station import MessageGivenUp
from tests.app.houses import settings
from tests.network.soap_rig import PASSWORD, Central, central_system
from tests.soap.envelopes import NOW

V15 = OcppVersion.OCPP_1_5_SOAP
IDENTITY = "CP1234"
REFUSED = Refusal("InternalError", "this message, again and again")
ANSWERS: dict[str, Any] = {
    "BootNotification": wire15.BootNotificationResponse(
        status=wire15.RegistrationStatus.ACCEPTED, current_time=NOW, heartbeat_interval=300
    ),
    "Heartbeat": wire16.HeartbeatResponse(current_time=NOW),
    "StatusNotification": wire16.StatusNotificationResponse(),
    "Authorize": wire16.AuthorizeResponse(id_tag_info=wire16.IdTagInfo(status=wire16.AuthorizationStatus.ACCEPTED)),
    "MeterValues": wire16.MeterValuesResponse(),
}


@contextlib.asynccontextmanager
async def posting(central: Central, folder: Path | None = None, **others: Any) -> AsyncIterator[Station]:
    """A 1.5 station with one EVSE that posts to this central system, and gives messages up after three attempts."""
    described = settings(IDENTITY)
    variables = {**described.variables, "OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]": "0"}
    journal = journal_of(None if folder is None else str(folder), IDENTITY)
    try:
        async with (
            soap_road(central.url, V15, "127.0.0.1", 0) as road,
            living(
                Station(
                    msgspec.structs.replace(described, variables=variables),
                    road=road,
                    password=PASSWORD,
                    journal=journal,
                    **others,
                )
            ) as station,
        ):
            yield station
    finally:
        journal.close()


def said(central: Central, action: str) -> list[Any]:
    """What the station said of one kind."""
    return [call.request for call in central.calls if call.action == action]


@pytest.mark.requirement("SOAP-05")
async def test_after_a_fault_a_message_is_not_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A status that is answered with a fault is said once; a transaction's message a few times, then it is let go."""
    given_up = asyncio.Event()

    async def at_once(seconds: float) -> datetime:
        return utc_now() + timedelta(seconds=seconds)

    # The dialect sends a start that failed again after 10, 20 and 30 s (mapping 9.2).
    monkeypatch.setattr("pluglot.app.station._paused", at_once)

    async def note(event: Any) -> None:
        if isinstance(event, MessageGivenUp):
            given_up.set()

    async def serve(call: Any) -> Any:
        return REFUSED if call.action in {"StatusNotification", "StartTransaction"} else ANSWERS[call.action]

    async with central_system(serve) as central, posting(central, on_event=note) as station:
        await station.until_ready()
        plan = VisitPlan("TAG", "ISO14443", hesitation=timedelta(0), duration=timedelta(seconds=60))
        driving = asyncio.create_task(visit(station, 1, Fleet(lambda: 0.5).arrival(), plan))
        await asyncio.wait_for(given_up.wait(), 30)
        driving.cancel()
        await asyncio.gather(driving, return_exceptions=True)
        statuses = said(central, "StatusNotification")
        assert len(statuses) >= 2
        assert len(statuses) == len(set(map(repr, statuses)))
        starts = said(central, "StartTransaction")
        assert 3 <= len(starts) <= 12
        assert len(set(map(repr, starts))) == 1


@pytest.mark.requirement("SOAP-10")
async def test_a_station_that_moved_boots_first_and_tells_its_new_address(tmp_path: Path) -> None:
    """Started again on another port, the first it says is BootNotification, with the address it has now."""

    async def serve(call: Any) -> Any:
        return ANSWERS[call.action]

    async with central_system(serve) as central:
        for _ in range(2):
            async with posting(central, tmp_path) as station:
                await station.until_ready()
    boots = [number for number, call in enumerate(central.calls) if call.action == "BootNotification"]
    assert len(boots) == 2 and boots[0] == 0
    before, after = central.calls[: boots[1]], central.calls[boots[1] :]
    (old,), (new,) = ({call.from_address for call in calls} for calls in (before, after))
    assert old != new
