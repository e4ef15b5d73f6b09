"""A bridge the tests start as a user would."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx

from tests.programs import PLUGLOT, SOURCES, START_SECONDS, free_port


class BridgeProgram:
    """A bridge in a process of its own, with its state in a folder of the test."""

    def __init__(self, folder: Path, to: str, version: str, *arguments: str) -> None:
        self.folder = folder
        self.to = to
        self.version = version
        self.arguments = arguments
        self.port = free_port()
        self.web_port = free_port()
        self.process: asyncio.subprocess.Process | None = None
        self.api = httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.web_port}", timeout=30, trust_env=False)

    @property
    def station_url(self) -> str:
        """Where stations connect, without the identity."""
        return f"ws://127.0.0.1:{self.port}/ocpp"

    @property
    def log(self) -> Path:
        """What the program wrote."""
        return self.folder / f"bridge-{self.port}.log"

    async def start(self) -> None:
        """Start it and wait until it is there."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *PLUGLOT,
                "bridge",
                *("--listen", f"127.0.0.1:{self.port}", "--web", f"127.0.0.1:{self.web_port}"),
                *("--to", self.to, "--as", self.version, "--state", str(self.folder / f"state-{self.port}")),
                *self.arguments,
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONPATH": SOURCES},
            )
        async with asyncio.timeout(START_SECONDS):
            while not await self._answers():
                assert self.process.returncode is None, self.log.read_text()
                await asyncio.sleep(0.05)

    async def _answers(self) -> bool:
        try:
            return (await self.api.get("/health")).is_success
        except httpx.TransportError:
            return False

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

    async def station(self, identity: str) -> dict[str, Any]:
        """How a station stands, as the status API tells."""
        answer = await self.api.get(f"/api/v1/stations/{identity}")
        assert answer.is_success, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def until(self, condition: Any, seconds: float = 60.0) -> Any:
        """Wait until an asynchronous question has a true answer, and return it."""
        async with asyncio.timeout(seconds):
            while not (answer := await condition()):
                await asyncio.sleep(0.05)
            return answer


@contextlib.asynccontextmanager
async def bridge_program(folder: Path, to: str, version: str, *arguments: str) -> AsyncIterator[BridgeProgram]:
    """A running bridge that is ended afterwards, and must end well."""
    program = BridgeProgram(folder, to, version, *arguments)
    try:
        await program.start()
        yield program
    finally:
        await program.api.aclose()
        if program.process is not None and program.process.returncode is None:
            assert await program.stop() == 0
