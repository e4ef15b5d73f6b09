"""The web door as a whole: the application made from a house, and the server that runs it inside the loop."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from litestar import Litestar, Request, Response
from litestar.di import Provide
from litestar.types import ASGIApp

from pluglot.web import problems
from pluglot.web.api import API, HEALTH
from pluglot.web.base import House
from pluglot.web.context import Web, web_for
from pluglot.web.pages import PAGES
from pluglot.web.pages.view import error_page
from pluglot.web.proxies import behind_proxies
from pluglot.web.security import protected

#: Bytes of a request's body; the longest legal message (a certificate chain, a local list) is well below.
LARGEST_BODY = 1024 * 1024
#: Open streams are cut after this long when the house stops.
STOP_WITHIN = 3


class CannotOpen(OSError):
    """The address the pages were to have cannot be listened on; the message says which and why."""

    def __str__(self) -> str:
        """The sentence alone, without the number of the error."""
        return self.strerror or super().__str__()


class AddressInUse(CannotOpen):
    """Something else listens on the address the pages were to have; the message says which."""


class _Request(Request[Any, Any, Any]):
    """A request whose body, when nothing can be read from it, is the fault of whoever sent it."""

    async def json(self) -> Any:
        """The body as JSON; raises Problem also for what the framework does not expect."""
        try:
            return await super().json()
        except (UnicodeDecodeError, RecursionError):
            raise problems.Problem("malformed-body") from None


def litestar_app(web: Web) -> Litestar:
    """The routes, without the headers around them; tests walk them."""

    async def provide_web() -> Web:
        return web

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        await web.broadcast.start()
        try:
            yield
        finally:
            await web.broadcast.stop()

    def answer_error(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        problem = problems.from_exception(error)
        problems.note_unexpected(request, error, problem)
        if problems.wants_problem_document(request):
            return problems.answer(problem)
        return error_page(web, request, problem)

    return Litestar(
        route_handlers=[API, *HEALTH, *PAGES],
        dependencies={"web": Provide(provide_web)},
        guards=[web.gate],
        request_class=_Request,
        exception_handlers={Exception: answer_error},
        lifespan=[lifespan],
        request_max_body_size=LARGEST_BODY,
        openapi_config=None,  # ``api.openapi`` makes the document and serves it by a route that declares its right
        logging_config=None,
    )


def application(house: House) -> ASGIApp:
    """The whole web door as an ASGI application."""
    return protected(behind_proxies(litestar_app(web_for(house)), house.proxies))


class _Server(uvicorn.Server):
    """Uvicorn that leaves signals to whoever owns the process."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Signals are the roof's."""
        yield


class Serving:
    """A web door that is open; ``stop`` closes it."""

    def __init__(self, web: Web, server: uvicorn.Server, task: asyncio.Task[None], listening: socket.socket) -> None:
        self._web = web
        self._server = server
        self._task = task
        self._listening = listening
        self.host, self.port = listening.getsockname()[:2]

    @property
    def url(self) -> str:
        """Where people find the pages."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    async def stop(self) -> None:
        """Answer what is being answered, end the streams, and close; stopping twice is harmless."""
        self._server.should_exit = True
        await self._web.broadcast.stop()  # before the server waits for its streams to end
        await asyncio.gather(self._task, return_exceptions=True)
        self._listening.close()

    async def finished(self) -> None:
        """Return when the server has stopped, raising what stopped it."""
        await asyncio.shield(self._task)


async def serve(house: House, host: str, port: int) -> Serving:
    """Open the web door inside the running loop; returns once it listens; port 0 takes a free one.

    Raises:
        AddressInUse: something else listens there.
        CannotOpen: there is no such address here, or it is not ours to take.
    """
    web = web_for(house)
    config = uvicorn.Config(
        protected(behind_proxies(litestar_app(web), house.proxies)),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # whom to believe is the operator's to say, also on loopback
        lifespan="on",
        timeout_graceful_shutdown=STOP_WITHIN,
        timeout_keep_alive=15,
        h11_max_incomplete_event_size=32 * 1024,
        ws="none",
    )
    server = _Server(config)
    listening = _bind(host, port)
    task = asyncio.create_task(server.serve([listening]), name="web-server")
    while not server.started:
        if task.done():
            listening.close()
            task.result()
            raise RuntimeError("the web server ended before it began")
        await asyncio.sleep(0.005)
    return Serving(web, server, task, listening)


def _bind(host: str, port: int) -> socket.socket:
    """A listening socket, or an error that names the address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(1024)
    except (OSError, UnicodeError) as error:  # a name that cannot be one is a UnicodeError
        listening.close()
        number = getattr(error, "errno", None)
        if number == errno.EADDRINUSE:
            raise AddressInUse(
                number, f"cannot listen on {host}:{port}: another program uses this port already"
            ) from None
        reason = getattr(error, "strerror", None) or error
        raise CannotOpen(number, f"cannot listen on {host}:{port}: {reason}") from None
    listening.setblocking(False)  # noqa: FBT003 -- the standard library's signature
    return listening
