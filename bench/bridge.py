"""What a bridge costs: the latency it adds to a plain TCP relay, and its throughput beside one made with ``ocpp``."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, Final

from bench.pairs import Pair, pair
from bench.throughput import ENVIRONMENT, Command, serving

STATIONS: Final = 200
SECONDS: Final = 4.0
ROUNDS: Final = 3
#: Calls in a second of all stations together while latency is measured.
STEADY: Final = 200.0


def between(name: str, upstream: int) -> Command:
    """A server of this folder between the stations and the management system."""
    return lambda port, folder, _: [sys.executable, "-m", f"bench.servers.{name}", str(port), str(upstream), folder]


@contextlib.contextmanager
def sink() -> Iterator[int]:
    """The management system behind all of them."""
    with serving(lambda port, *_: [sys.executable, "-m", "bench.servers.sink", str(port)]) as (port, _):
        yield port


def measured(command: Command, per_second: float, *how: str) -> dict[str, Any]:
    """What 200 stations measured through a fresh server."""
    with serving(command) as (port, server):
        output = subprocess.run(  # noqa: S603 - our own generator
            [
                *(sys.executable, "-m", "bench.load_of_old", f"ws://127.0.0.1:{port}/{{identity}}"),
                *(str(STATIONS), str(SECONDS), str(per_second), *how),
            ],
            env={**ENVIRONMENT, "PLUGLOT_BENCH_SERVER": str(server.pid)},
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        ).stdout
    result: dict[str, Any] = json.loads(output)
    return result


def latencies(ours: Command, plain: Command, *how: str) -> Iterator[Pair]:
    """The whole way to the management system and back, through the bridge and through the relay, in turn."""
    found = [(measured(ours, STEADY, *how), measured(plain, STEADY, *how)) for _ in range(ROUNDS)]
    pace = f"{STEADY:.0f}/s {'in the same moments' if how else 'evenly spread'}"
    for share in ("p50", "p99"):
        name = f"latency at {pace}, {share}: bridge, durable / plain TCP relay"
        yield pair(name, [one[share] for one, _ in found], [two[share] for _, two in found], "ms")


def results() -> Iterator[Pair]:
    """Latency at a steady pace and in bursts, then throughput."""
    with sink() as upstream:
        ours, plain, theirs = (between(name, upstream) for name in ("bridge", "tcp_relay", "relay_of_ocpp"))
        yield from latencies(ours, plain)
        yield from latencies(ours, plain, "together")
        yield from throughput(ours, theirs)


def throughput(ours: Command, theirs: Command) -> Iterator[Pair]:
    """As fast as each can: how much it carries, and what a message costs its processor."""
    found = [(measured(ours, 0), measured(theirs, 0)) for _ in range(ROUNDS)]
    rates = [[one["answered"] / one["seconds"] for one in side] for side in zip(*found, strict=True)]
    yield pair("throughput 1.6 to 2.0.1: bridge, durable / package ocpp, stores nothing", *rates, "/s")
    costs = [[one["processor"] for one in side] for side in zip(*found, strict=True)]
    yield pair("processor time 1.6 to 2.0.1: package ocpp, stores nothing / bridge, durable", *reversed(costs), "µs")
