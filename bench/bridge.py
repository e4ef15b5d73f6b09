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


def measured(command: Command, per_second: float) -> dict[str, Any]:
    """What 200 stations measured through a fresh server."""
    with serving(command) as (port, _):
        output = subprocess.run(  # noqa: S603 - our own generator
            [
                *(sys.executable, "-m", "bench.load_of_old", f"ws://127.0.0.1:{port}/{{identity}}"),
                *(str(STATIONS), str(SECONDS), str(per_second)),
            ],
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        ).stdout
    result: dict[str, Any] = json.loads(output)
    return result


def rate(command: Command) -> float:
    """Answered calls in a second, as fast as the server can."""
    found = measured(command, 0)
    return float(found["answered"] / found["seconds"])


def results() -> list[Pair]:
    """Latency at a steady pace, then throughput."""
    with sink() as upstream:
        ours, plain, theirs = (between(name, upstream) for name in ("bridge", "tcp_relay", "relay_of_ocpp"))
        steady = [(measured(ours, STEADY), measured(plain, STEADY)) for _ in range(ROUNDS)]
        found = [
            pair(
                f"latency at {STEADY:.0f}/s, {share}: bridge / plain TCP relay",
                [one[share] for one, _ in steady],
                [two[share] for _, two in steady],
                "ms",
            )
            for share in ("p50", "p99")
        ]
        rates = [(rate(ours), rate(theirs)) for _ in range(ROUNDS)]
    name = "throughput 1.6 to 2.0.1: bridge, durable / package ocpp, stores nothing"
    return [*found, pair(name, [one for one, _ in rates], [two for _, two in rates], "/s")]
