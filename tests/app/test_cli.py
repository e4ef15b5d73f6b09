"""The command line as people and the README use it."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from pluglot import cli
from pluglot.app import administration
from tests.programs import PLUGLOT, SOURCES, CsmsProgram, csms_program, free_port

README = Path(__file__).parent.parent.parent / "README.md"
PATIENT = 100.0


async def run(*command: str, folder: Path, given: str = "", **environment: str) -> tuple[int, str, str]:
    """Run a command to its end; its status and what it said on both streams."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": SOURCES, **environment},
    )
    said, complained = await asyncio.wait_for(process.communicate(given.encode()), PATIENT)
    return process.returncode or 0, said.decode(), complained.decode()


async def test_people_and_tokens_of_a_database(tmp_path: Path) -> None:
    """A database that no program serves is migrated and filled; each mistake is one sentence."""
    database = ("--database", "sqlite:///own.db")

    async def pluglot(*arguments: str, given: str = "") -> tuple[int, str, str]:
        return await run(*PLUGLOT, *arguments, *database, folder=tmp_path, given=given)

    assert "up to date" in (await pluglot("database", "migrate"))[1]
    assert (await pluglot("user", "add", "ada", "--role", "operator", given="a long password\n"))[0] == 0
    assert re.search(r"ada.*operator", (await pluglot("user", "list"))[1])
    status, _, complaint = await pluglot("user", "add", "eve", given="short\n")
    assert (status, "password: must have at least 12" in complaint) == (2, True)
    status, secret, _ = await pluglot("token", "create", "script", "--role", "viewer", "--days", "3")
    assert status == 0
    assert len(secret.strip()) >= 40
    for days in ("0", "36501", "999999999"):
        status, _, complaint = await pluglot("token", "create", "long", "--days", days)
        assert (status, complaint) == (2, "pluglot: days: must be 1 to 36500\n")
    status, _, complaint = await pluglot("token", "create", "script")
    assert (status, "there is a token 'script' already" in complaint) == (2, True)
    assert (await pluglot("user", "remove", "ada"))[0] == 0
    assert "ada" not in (await pluglot("user", "list"))[1]
    assert "there is no user 'ada'" in (await pluglot("user", "remove", "ada"))[2]
    assert (await pluglot("token", "revoke", "script"))[0] == 0
    assert "script" not in (await pluglot("token", "list"))[1]


@pytest.mark.parametrize(("option", "served"), [("--no-soap", False), ("--soap", True)])
def test_the_soap_of_a_bridge_is_overridden_in_both_directions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str, *, served: bool
) -> None:
    """The command line decides over the file, also for switching off."""
    file = tmp_path / "pluglot.toml"
    file.write_text(f'[bridge]\nto = "ws://127.0.0.1:9/ocpp"\nas = "2.1"\nsoap = {str(not served).lower()}\n')
    seen: list[Any] = []
    monkeypatch.setattr(cli, "_bridge", seen.append)
    monkeypatch.setattr(cli, "run", lambda _program: None)
    monkeypatch.setattr(cli.telemetry, "configure", lambda *_: None)
    command, bound, _ = cli.app.parse_args(["bridge", "--config", str(file), option])
    command(*bound.args, **bound.kwargs)
    assert [settings.soap for settings in seen] == [served]


async def test_the_last_admin_stays_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who alone may administer is neither demoted nor removed while others stay; another admin makes it possible."""
    database = f"sqlite:///{tmp_path / 'own.db'}"

    async def add(name: str, role: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO("a long password\n"))
        await administration.add_user(database, name, role)

    await administration.migrate(database)
    await add("admin", "admin")
    await add("ada", "viewer")
    await add("admin", "admin")
    with pytest.raises(administration.Refused, match="'admin' is the only admin"):
        await add("admin", "viewer")
    with pytest.raises(administration.Refused, match="'admin' is the only admin"):
        await administration.remove_user(database, "admin")
    await add("eve", "admin")
    await add("admin", "viewer")
    await administration.remove_user(database, "admin")


@pytest.mark.parametrize(
    ("command", "database"),
    [
        (("token", "create", "script"), ()),
        (("token", "list"), ("--database", "sqlite:///other.db")),
        (("user", "add", "ada"), ()),
        (("user", "list"), ("--database", "sqlite:///other.db")),
    ],
)
async def test_administration_makes_no_database_by_accident(
    tmp_path: Path, command: tuple[str, ...], database: tuple[str, ...]
) -> None:
    """In another folder than the program's, one sentence says where no database is, and how to name or make one."""
    status, said, complaint = await run(*PLUGLOT, *command, *database, folder=tmp_path, given="a long password\n")
    assert (status, said) == (2, "")
    complaint, path = complaint.replace("\n", ""), tmp_path / ("other.db" if database else "pluglot.db")
    assert str(path) in complaint
    assert "--database" in complaint
    assert "PLUGLOT_DATABASE" in complaint
    assert "pluglot database migrate" in complaint
    assert "Traceback" not in complaint
    assert not is_there(path)


async def test_a_token_made_beside_a_running_program_works_until_it_is_revoked(tmp_path: Path) -> None:
    """A viewer's token reads and does not write; a revoked one opens nothing."""
    async with csms_program(tmp_path) as program:
        database = ("--database", f"sqlite:///{program.database}")
        _, secret, _ = await run(*PLUGLOT, "token", "create", "v", "--role", "viewer", *database, folder=tmp_path)
        bearer = {"Authorization": f"Bearer {secret.strip()}"}
        assert (await program.api.get("/stations", headers=bearer)).status_code == 200
        refused = await program.api.put("/stations/CS-1", headers=bearer, json={"securityProfile": 1})
        assert refused.status_code == 403
        await run(*PLUGLOT, "token", "revoke", "v", *database, folder=tmp_path)
        assert (await program.api.get("/stations", headers=bearer)).status_code == 401


@pytest.mark.parametrize(("option", "adopted"), [("--accept-unknown", True), ("--no-accept-unknown", False)])
async def test_the_option_overrides_the_file_in_both_directions(tmp_path: Path, option: str, *, adopted: bool) -> None:
    """A station that nobody registered is adopted or not as the command line says, whatever the file says."""
    file = tmp_path / "pluglot.toml"
    file.write_text(f"[csms]\naccept-unknown = {str(not adopted).lower()}\n")
    async with csms_program(tmp_path, "--config", str(file), option) as program:
        await program.save_token("DEMO-TOKEN-1")
        station = await started(program, "STRANGER")
        try:
            if adopted:
                await program.until(lambda: connected(program, "STRANGER"))
            else:
                await program.until(lambda: turned_away(program, "STRANGER"))
                assert (await program.api.get("/stations/STRANGER")).status_code == 404
        finally:
            station.send_signal(signal.SIGTERM)
            _, complaint = await asyncio.wait_for(station.communicate(), PATIENT)
    assert station.returncode == 1
    assert "told to stop before everything was charged" in complaint.decode()
    assert "never retrieved" not in complaint.decode()


def is_there(path: Path) -> bool:
    """Whether a file was made."""
    return path.exists()


@pytest.mark.parametrize(("version", "answer"), [("2.1", "Unknown"), ("1.6", "Invalid")])
async def test_a_token_that_is_refused_is_no_success(tmp_path: Path, version: str, answer: str) -> None:
    """A station that could not charge ends soon with status 1 and says why; with a known token it ends with 0."""
    async with csms_program(tmp_path) as program:
        password = await program.register("CS-1")
        await program.save_token("SOMEBODY")

        async def charge(token: str) -> tuple[int, str]:
            arguments = ("--id", "CS-1", "--password", password, "--charge", "1", "--ocpp", version)
            command = (*PLUGLOT, "station", program.station_url, *arguments)
            status, _, said = await asyncio.wait_for(run(*command, "--token", token, folder=tmp_path), PATIENT)
            return status, said

        assert await charge("NOBODY") == (1, f"pluglot: token NOBODY was refused: {answer}\n")
        assert (await charge("SOMEBODY"))[0] == 0


async def started(program: CsmsProgram, identity: str) -> asyncio.subprocess.Process:
    """A station of ours that charges for longer than anybody waits, so that it never gets done."""
    return await asyncio.create_subprocess_exec(
        *PLUGLOT,
        *("station", program.station_url, "--id", identity, "--password", "a-long-password-1", "--charge", "60"),
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": SOURCES},
    )


async def connected(program: CsmsProgram, identity: str) -> bool:
    """Whether the management system has a link of the station."""
    answer = await program.api.get(f"/stations/{identity}")
    return answer.is_success and bool(answer.json()["connected"])


async def turned_away(program: CsmsProgram, identity: str) -> bool:
    """Whether the station stands at the door."""
    return identity in (await program.api.get("/strangers")).text


@pytest.mark.requirement("WS-02")
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--id", "a:b"), "id = 'a:b': the identity holds one of"),
        (("--id", "CS-1", "--sample-interval", "0.5"), "sample_interval = 0.5: must be a whole number of seconds"),
        (("--id", "CS-1", "--state", ""), "state = '': must be the path of a folder"),
        (("--id", "CS-1", "--control", "203.0.113.1:0"), "cannot listen on 203.0.113.1:0"),
    ],
)
async def test_what_cannot_work_is_refused_at_once(tmp_path: Path, arguments: tuple[str, ...], complaint: str) -> None:
    """A station that could never connect does not try for ever."""
    status, _, said = await run(*PLUGLOT, "station", "ws://127.0.0.1:9/ocpp", *arguments, folder=tmp_path)
    assert status == 2
    assert complaint in said


def remembering(block: str) -> str:
    """A block that hands the password on, as a person does who reads it."""
    if "-X PUT $API/stations/" not in block:
        return block.replace("'the password from above'", '"$PASSWORD"')
    read = """import json, sys; print(json.loads(sys.argv[1])["password"])"""
    return f"REGISTERED=$({block.rstrip()})\nPASSWORD=$({sys.executable} -c '{read}' \"$REGISTERED\")"


#: What a person waits for before telling the station something.
CONNECTED = """
until curl -s $API/stations/MY-STATION -H "Authorization: Bearer $TOKEN" | grep -q '"connected":true'
do sleep 0.2; done
"""


async def test_the_five_minutes_of_the_readme(tmp_path: Path) -> None:
    """The commands of the README, in their order and as they stand but for ports and paths, lead to an answer."""
    text = README.read_text().partition("## Five minutes")[2].partition("\n## ")[0]
    blocks = re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    begin, *others = [block for block in blocks if "pluglot" in block or "curl" in block]
    assert ".venv/bin/pluglot csms" in begin
    ports = {":9000": f":{free_port()}", ":8080": f":{free_port()}"}

    def own(block: str) -> str:
        for usual, free in ports.items():
            block = block.replace(usual, free)
        return block.replace(".venv/bin/pluglot", f"{sys.executable} -m pluglot")

    environment = {**os.environ, "PYTHONPATH": SOURCES, "NO_PROXY": "*", "no_proxy": "*"}
    log = (tmp_path / "csms.log").open("wb")
    program = await asyncio.create_subprocess_exec(
        *PLUGLOT,
        "csms",
        cwd=tmp_path,
        stderr=log,
        env={
            **environment,
            "PLUGLOT_LISTEN": f"127.0.0.1{ports[':9000']}",
            "PLUGLOT_WEB": f"127.0.0.1{ports[':8080']}",
        },
    )
    try:
        async with asyncio.timeout(PATIENT):
            while b"pages are at" not in (tmp_path / "csms.log").read_bytes():
                assert program.returncode is None
                await asyncio.sleep(0.05)
        *others, told = others
        assert "/calls/GetVariables" in told
        script = "\n".join(
            [
                "set -e",
                "trap 'kill $(jobs -p)' EXIT",
                *(f"{remembering(own(block))}\necho; echo =====" for block in [*others, CONNECTED, told]),
            ]
        )
        status, said, complaint = await run("bash", "-c", script, folder=tmp_path, NO_PROXY="*", no_proxy="*")
        assert status == 0, complaint
        sessions: list[dict[str, Any]] = next(
            json.loads(part)["items"] for part in said.split("=====") if '"stationId"' in part and '"items"' in part
        )
        assert [session["stationId"] for session in sessions] == ["MY-STATION"]
        assert sessions[0]["stoppedReason"]
        answer = json.loads(said.rstrip("=\n ").rpartition("=====")[2])
        (result,) = answer["response"]["getVariableResult"]
        assert (result["variable"]["name"], result["attributeStatus"]) == ("HeartbeatInterval", "Accepted")
    finally:
        log.close()
        program.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(program.wait(), PATIENT) == 0
