"""A small web door beside the main one: a status page, a control API; opened at an address of the settings."""

from __future__ import annotations

import errno
from collections.abc import Awaitable, Callable

from aiohttp import web

from pluglot.transport import AddressInUse, CannotListen


async def open_side_door(
    application: web.Application, host: str, port: int
) -> tuple[Callable[[], Awaitable[None]], int]:
    """Serve an application; returns what closes it, and its port (0 takes a free one).

    Raises:
        AddressInUse: another program has the port.
        CannotListen: the address cannot be used for another reason.
    """
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        if error.errno == errno.EADDRINUSE:
            raise AddressInUse(host, port) from error
        raise CannotListen(host, port, error.strerror or str(error)) from error
    return runner.cleanup, runner.addresses[0][1]
