"""``make bench``: every figure as a ratio measured in one run, with the machine named."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

from bench import bridge, codec, memory, throughput, translation
from bench.pairs import Pair

PARTS = {
    "codec": codec.results,
    "translation": translation.results,
    "throughput": throughput.results,
    "memory": memory.results,
    "bridge": bridge.results,
}


def machine() -> str:
    """What this ran on."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if "model name" in line), platform.machine())
    return f"{os.cpu_count()} cores of {model}, Python {platform.python_version()}, {platform.system()}"


def main() -> None:
    """Print the table; name parts to run only those."""
    print(f"| what ({machine()}) | ratio | lowest to highest | first | second |")
    print("|---|---:|---:|---:|---:|")
    for part in sys.argv[1:] or PARTS:
        for row in PARTS[part]():
            if isinstance(row, Pair):
                print(f"| {row.name} | {row.ratio:.2f} | {row.lowest:.2f} to {row.highest:.2f} | {row.a} | {row.b} |")
            else:
                print(f"| {row} | | | | |")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
