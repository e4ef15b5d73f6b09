"""Durable TransactionEvents through the whole management system, beside servers that store nothing."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from bench.pairs import Pair, pair

HERE: Final = Path(__file__).parent
STATIONS: Final = 200
SECONDS: Final = 4.0
ROUNDS: Final = 5
PASSWORD: Final = secrets.token_hex(20)
ENVIRONMENT: Final = {**os.environ, "PLUGLOT_BENCH_PASSWORD": PASSWORD}
VERSIONS: Final = ("ocpp2.0.1", "ocpp2.1")
#: Port, folder and subprotocol to the command of a server.
Command = Callable[[int, str, str], list[str]]


def python_server(name: str, stations: int = STATIONS) -> Command:
    """A server of this folder in Python."""
    module = [sys.executable, "-m", f"bench.servers.{name}"]
    return lambda port, folder, subprotocol: [*module, str(port), folder, str(stations), subprotocol]


def node() -> str:
    """Node.js of the machine, or the one that `tools/setup bench` takes from a wheel."""
    wheel = HERE.parent / ".venv" / "node" / "bin"
    found = shutil.which("node", path=f"{os.environ['PATH']}{os.pathsep}{wheel}")
    if found is None:
        raise SystemExit("Node.js is missing: run `tools/setup bench`")
    return found


def node_server(port: int, _: str, subprotocol: str) -> list[str]:
    """The server made with ocpp-rpc."""
    return [node(), str(HERE / "servers" / "node_ocpp_rpc.js"), str(port), subprotocol]


OURS: Final = python_server("product")
OTHERS: Final[dict[str, Command]] = {
    "package ocpp, stores nothing": python_server("package_ocpp"),
    "ocpp-rpc strict, stores nothing": node_server,
    "bare echo on aiohttp": python_server("echo"),
}

#: What a server cannot speak is not measured: ocpp-rpc 2.2 has no BootNotification among its schemas of 2.1.
SPOKEN: Final = {"ocpp-rpc strict, stores nothing": VERSIONS[:1]}


def free_port() -> int:
    """A port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(command: Command, subprotocol: str = VERSIONS[0]) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A server in a process of its own, ready to be measured."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(  # noqa: S603 - our own servers
            command(port, folder, subprotocol),
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            if process.stdout is None or process.stdout.readline().strip() != "ready":
                raise SystemExit(f"{command(port, folder, subprotocol)} did not start")
            yield port, process
        finally:
            process.kill()
            process.wait()


def load(port: int, subprotocol: str, stations: int = STATIONS, seconds: float = SECONDS) -> dict[str, Any]:
    """What the load generator measured."""
    url = f"ws://127.0.0.1:{port}/ocpp/{{identity}}"
    output = subprocess.run(  # noqa: S603 - our own generator
        [sys.executable, "-m", "bench.load", url, subprotocol, str(stations), str(seconds)],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    ).stdout
    result: dict[str, Any] = json.loads(output)
    return result


def rate(command: Command, subprotocol: str) -> float:
    """Answered events per second of a fresh server."""
    with serving(command, subprotocol) as (port, _):
        measured = load(port, subprotocol)
    return float(measured["answered"] / measured["seconds"])


def results() -> Iterator[Pair]:
    """Ours, every event durable, against each of the others in the same version, in turn."""
    for name, other in OTHERS.items():
        for version in SPOKEN.get(name, VERSIONS):
            rates = [(rate(OURS, version), rate(other, version)) for _ in range(ROUNDS)]
            title = f"throughput in {version}: pluglot, every event durable / {name}"
            yield pair(title, [one for one, _ in rates], [two for _, two in rates], "/s")
