"""What the machine offers the programs."""

from __future__ import annotations

import os


def several_processors() -> bool:
    """Whether this process may run on more than one processor, so that work done apart is done at the same time."""
    return len(os.sched_getaffinity(0)) > 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) > 1
