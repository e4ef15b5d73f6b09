"""The management system is killed while a station is asked to take a new password; neither side loses the other."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import pytest
import websockets

from tests.programs import CsmsProgram, csms_program

OLD, NEW = "the-old-password-1", "the-new-password-2"
BOOT = {"reason": "PowerUp", "chargingStation": {"vendorName": "V", "model": "M"}}
VARIABLE = {"component": {"name": "SecurityCtrlr"}, "variable": {"name": "BasicAuthPassword"}}


async def linked(csms: CsmsProgram, password: str) -> Any:
    """A link of the station."""
    return await websockets.connect(
        f"{csms.station_url}/CS-1",
        subprotocols=[websockets.Subprotocol("ocpp2.1")],
        additional_headers={"Authorization": "Basic " + base64.b64encode(f"CS-1:{password}".encode()).decode()},
        proxy=None,
    )


@pytest.mark.requirement("PWD-05")
@pytest.mark.parametrize(("kept", "other"), [(NEW, OLD), (OLD, NEW)])
async def test_killed_between_the_question_and_the_answer(tmp_path: Path, kept: str, other: str) -> None:
    """Whether the station took the new password or not, it is let in with what it has, and then with nothing else."""
    async with csms_program(tmp_path) as csms:
        await csms.register("CS-1", OLD)
        link = await linked(csms, OLD)
        await link.send(json.dumps([2, "b", "BootNotification", BOOT]))
        assert json.loads(await link.recv())[2]["status"] == "Accepted"
        data = [{**VARIABLE, "attributeValue": NEW}]
        asking = asyncio.create_task(csms.call("CS-1", "SetVariables", setVariableData=data))
        assert json.loads(await link.recv())[2] == "SetVariables"
        await csms.kill()
        await asyncio.gather(asking, link.wait_closed(), return_exceptions=True)
        await csms.start()
        back = await linked(csms, kept)
        await back.close()
        with pytest.raises(websockets.InvalidStatus) as refused:
            await linked(csms, other)
        assert refused.value.response.status_code == 401
        again = await linked(csms, kept)
        await again.close()
