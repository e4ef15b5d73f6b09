"""A 1.5 station made by zeep, commanded by a 2.0.1 management system of others through our bridge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from pluglot.messages.codec import from_builtins
from tests.interop.python_stations import BEGIN, END, ENERGY, REGISTER_BEGIN, REGISTER_END
from tests.interop.soap_bridges import commanded
from tests.interop.test_bridge import until
from tests.interop.test_soap_stations import CENTRAL
from tests.interop.zeep_peers import Served, charge_point_of, meter_values
from tests.soap.wsdl import Reference

#: What the station answers, by the names of 1.5; the setting is kept.
ANSWERS: dict[str, dict[str, Any]] = {
    "ChangeConfiguration": {"status": "Accepted"},
    "GetDiagnostics": {"fileName": "zeep.zip"},
    "RemoteStartTransaction": {"status": "Accepted"},
    "RemoteStopTransaction": {"status": "Accepted"},
}


class Commanded(Served):
    """A station's service that answers as it is told and keeps what it was asked."""

    def __init__(self, reference: Reference, identity: str) -> None:
        super().__init__(reference, identity)
        self.said: list[tuple[str, dict[str, str]]] = []
        self.interval = "60"

    def hear(self, row: Any, content: Any) -> None:
        """Keep the content."""
        texts = {etree.QName(one).localname: one.text or "" for one in content.iter() if one is not content}
        if row.name == "ChangeConfiguration":
            self.interval = texts["value"]
        self.said.append((row.name, texts))

    def response(self, row: Any) -> Any:
        """The configured answer; a reading of the configuration shows the interval."""
        if row.name == "GetConfiguration":
            setting = {"key": "MeterValueSampleInterval", "readonly": False, "value": self.interval}
            return from_builtins(row.response, {"configurationKey": [setting]})
        return from_builtins(row.response, ANSWERS[row.name]) if row.name in ANSWERS else super().response(row)

    def heard(self, action: str) -> list[dict[str, str]]:
        """What it was asked of one kind."""
        return [texts for name, texts in self.said if name == action]


@pytest.mark.requirement("SOAP-01", "BRG-01")
@pytest.mark.parametrize("reference", CENTRAL[1:2], ids=str)
async def test_a_whole_remote_session_of_a_1_5_station(
    tmp_path: Path, reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Setting, diagnostics, remote start and stop arrive with their values; a profile, which 1.5 lacks, is refused."""
    served = Commanded(charge_point_of(reference), "CS-1")
    async with commanded(tmp_path, reference, served, monkeypatch) as (station, central):
        assert await central.set_and_get() == "7"
        assert served.heard("ChangeConfiguration") == [{"key": "MeterValueSampleInterval", "value": "7"}]
        assert await central.limit(10) == "Rejected"
        assert "SetChargingProfile" not in [name for name, _ in served.said]
        assert await central.diagnose() == "zeep.zip"
        assert served.heard("GetDiagnostics") == [{"location": "https://files.example.com/up"}]
        await station.call("DiagnosticsStatusNotification", status="Uploaded")
        await until(lambda: central.uploads() == ["Uploaded"])
        assert await central.remote_start() == "Accepted"
        assert served.heard("RemoteStartTransaction") == [{"idTag": "REMOTE", "connectorId": "1"}]
        started = await station.call(
            "StartTransaction", connectorId=1, idTag="REMOTE", timestamp=BEGIN, meterStart=REGISTER_BEGIN
        )
        number = started["transactionId"]
        await station.call("MeterValues", **meter_values(reference, number))
        assert await central.remote_stop() == "Accepted"
        assert served.heard("RemoteStopTransaction") == [{"transactionId": str(number)}]
        await station.call("StopTransaction", transactionId=number, timestamp=END, meterStop=REGISTER_END)
        events = central.events()
        assert central.session()["energy"] == ENERGY
    assert (events[0]["trigger_reason"], events[0]["transaction_info"]["remote_start_id"]) == ("RemoteStart", 99)
    assert events[0]["id_token"]["id_token"] == "REMOTE"
