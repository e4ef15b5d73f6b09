"""Programs the tests start as a user would, and talk to over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx

ADMIN_TOKEN = "test-admin-token-0123456789-abcdefgh"
#: The command, from the sources these tests belong to.
PLUGLOT = (sys.executable, "-m", "pluglot")
SOURCES = str(Path(__file__).parent.parent / "src")
START_SECONDS = 60.0
#: The kernel gives out ports from here on by itself, to whoever asks for any; those below it only to who names them.
_GIVEN_OUT = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
_LOWEST_PORT = 10_000


def _own_ports() -> Iterator[int]:
    """Ports that are given out once in this process, beginning elsewhere in each; any, where the kernel takes all."""
    own = range(_LOWEST_PORT, _GIVEN_OUT)
    if not own:
        yield from itertools.repeat(0)
    for number in itertools.count(os.getpid() * 101):
        yield own[number % len(own)]


_ports = _own_ports()


def free_port() -> int:
    """A TCP port on loopback that nobody listens on, and that nobody is given before the caller's program takes it."""
    for port in _ports:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise AssertionError("there is always a next one")


class CsmsProgram:
    """A management system in a process of its own, with a database in a folder of the test."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        self.folder = folder
        self.station_port = free_port()
        self.web_port = free_port()
        self.arguments = arguments
        self.environment = environment
        self.process: asyncio.subprocess.Process | None = None
        self.api = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self.web_port}/api/v1",
            headers={"Authorization": f"Bearer {ADMIN_TOKEN}"},
            timeout=30,
            trust_env=False,
        )

    @property
    def station_url(self) -> str:
        """Where stations connect, without the identity."""
        return f"ws://127.0.0.1:{self.station_port}/ocpp"

    @property
    def database(self) -> Path:
        """The file of the database."""
        return self.folder / "pluglot.db"

    @property
    def log(self) -> Path:
        """What the program wrote."""
        return self.folder / "csms.log"

    async def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *PLUGLOT,
                "csms",
                *("--listen", f"127.0.0.1:{self.station_port}"),
                *("--web", f"127.0.0.1:{self.web_port}"),
                *("--database", f"sqlite:///{self.database}"),
                *self.arguments,
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONPATH": SOURCES, "PLUGLOT_ADMIN_TOKEN": ADMIN_TOKEN, **self.environment},
            )
        await asyncio.wait_for(self._until_ready(), START_SECONDS)

    async def _until_ready(self) -> None:
        assert self.process is not None
        while True:
            if self.process.returncode is not None:
                raise AssertionError(f"pluglot csms ended:\n{self.log.read_text()}")
            with contextlib.suppress(httpx.TransportError):
                answer = await self.api.get(f"http://127.0.0.1:{self.web_port}/health/ready")
                if answer.status_code == httpx.codes.OK:
                    return
            await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """End it as a power cut would."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        """Ask it to end, and return its exit status."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), START_SECONDS)

    async def register(self, station_id: str, password: str | None = None) -> str:
        """Make a station known and return its password."""
        body: dict[str, Any] = {"securityProfile": 1}
        if password is not None:
            body["password"] = password
        answer = await self.api.put(f"/stations/{station_id}", json=body)
        assert answer.is_success, answer.text
        return password or str(answer.json()["password"])

    async def save_token(self, id_token: str, type_: str = "Central", **members: Any) -> None:
        """Let a token charge."""
        answer = await self.api.put(f"/tokens/{type_}/{id_token}", json=members)
        assert answer.is_success, answer.text

    async def call(self, station_id: str, action: str, **payload: Any) -> httpx.Response:
        """Put a 2.1 request to a station."""
        return await self.api.post(f"/stations/{station_id}/calls/{action}", json=payload)

    async def get(self, path: str, **parameters: Any) -> Any:
        """Read something of the API."""
        answer = await self.api.get(path, params=parameters)
        assert answer.is_success, answer.text
        return answer.json()

    async def transactions(self, station_id: str) -> list[dict[str, Any]]:
        """The transactions of a station, newest first."""
        items: list[dict[str, Any]] = (await self.get("/transactions", stationId=station_id))["items"]
        return items

    async def until(self, condition: Any, seconds: float = 60.0) -> Any:
        """Wait until an asynchronous question has a true answer, and return it."""
        async with asyncio.timeout(seconds):
            while not (answer := await condition()):
                await asyncio.sleep(0.05)
            return answer


@contextlib.asynccontextmanager
async def csms_program(folder: Path, *arguments: str, **environment: str) -> AsyncIterator[CsmsProgram]:
    """A running management system that is ended afterwards."""
    program = CsmsProgram(folder, *arguments, **environment)
    try:
        await program.start()
        yield program
    finally:
        await program.api.aclose()
        if program.process is not None and program.process.returncode is None:
            await program.stop()
