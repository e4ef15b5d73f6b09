"""Whether the process lives, whether it can serve, and its metrics."""

from __future__ import annotations

import inspect
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from pluglot.web.context import Web
from pluglot.web.problems import Problem
from pluglot.web.security import PUBLIC

METRICS_TYPE = "text/plain; version=0.0.4"


@get("/health/live", opt={"right": PUBLIC}, include_in_schema=False)
async def is_alive() -> dict[str, str]:
    """Answer as long as the loop turns."""
    return {"status": "alive"}


@get("/health/ready", opt={"right": PUBLIC}, include_in_schema=False)
async def is_ready(web: NamedDependency[Web]) -> dict[str, Any]:
    """Answer 200 when every check passes, else 503 with what is wrong."""
    checks = await _given(web.house.ready)
    if any(wrong is not None for wrong in checks.values()):
        raise Problem("not-ready", checks=checks)
    return {"status": "ready", "checks": checks}


@get("/metrics", opt={"right": PUBLIC}, include_in_schema=False)
async def metrics(web: NamedDependency[Web]) -> Response[bytes]:
    """Prometheus metrics; figures only, nothing about people."""
    return Response(await _given(web.house.metrics), media_type=METRICS_TYPE)


async def _given(provider: Any) -> Any:
    """What a plain or an awaiting provider gives."""
    given = provider()
    return await given if inspect.isawaitable(given) else given


HANDLERS = (is_alive, is_ready, metrics)
