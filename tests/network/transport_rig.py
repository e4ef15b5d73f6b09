"""A listener on loopback, and a client that sends any bytes it likes."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from pluglot.transport import (
    Account,
    Arrival,
    Credentials,
    Link,
    Links,
    LinkSettings,
    LinksSettings,
    Listener,
    ListenerSettings,
    PasswordDoor,
    Rejection,
    Throttle,
)
from pluglot.transport.frames import Close, Control, Event, FrameReader, Opcode, close_payload, frame
from pluglot.transport.handshake import basic_header

PASSWORD = "correct-horse-battery"
KEY = base64.b64encode(bytes(16)).decode()
MASK = b"\x0a\x0b\x0c\x0d"


@dataclass
class Rig:
    """A running listener and what happened there."""

    listener: Listener
    links: Links
    refusals: list[tuple[Arrival, Rejection]] = field(default_factory=list)
    served: list[Link] = field(default_factory=list)
    received: list[bytes] = field(default_factory=list)
    ended: asyncio.Queue[Link] = field(default_factory=asyncio.Queue)
    looked_up: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The endpoint without an identity."""
        return f"ws://127.0.0.1:{self.listener.port}/ocpp"


@asynccontextmanager
async def running(
    *,
    accounts: dict[str, Account] | None = None,
    link: LinkSettings | None = None,
    links: LinksSettings | None = None,
    throttle: Throttle | None = None,
    serve: Any = None,
    ssl: Any = None,
    house_key: bytes | None = None,
    **settings: Any,
) -> AsyncIterator[Rig]:
    """Serve stations named CS… with one password, and echo what they send."""
    credentials = Credentials(house_key or secrets.token_bytes(32))
    verifier = credentials.keep_generated(PASSWORD)
    profile = 1 if ssl is None else 2

    async def find(identity: str) -> Account | None:
        rig.looked_up.append(identity)
        if accounts is not None:
            return accounts.get(identity)
        known = identity.startswith(("CS", "Ä"))
        return Account(identity=identity, security_profile=profile, verifier=verifier) if known else None

    async def refused(arrival: Arrival, rejection: Rejection) -> None:
        rig.refusals.append((arrival, rejection))

    async def echo(link: Link) -> None:
        rig.served.append(link)
        try:
            async for message in link.messages():
                rig.received.append(message)
                await link.send(message)
        finally:
            rig.ended.put_nowait(link)

    registry = Links(links)
    listener = Listener(
        ListenerSettings(port=0, link=link or LinkSettings(), **settings),
        doorkeeper=PasswordDoor(credentials, throttle or Throttle(), find=find, refused=refused),
        links=registry,
        serve=serve or echo,
        ssl=ssl,
    )
    rig = Rig(listener, registry)
    await listener.start()
    try:
        yield rig
    finally:
        await listener.stop()
        credentials.close()


class RawClient:
    """A peer without manners: sends bytes as told and reads what comes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.frames = FrameReader(masked=False, limit=1 << 20)
        self.events: list[Event] = []

    @classmethod
    async def dial(cls, port: int, *, local: str = "127.0.0.1") -> RawClient:
        """Connect, from any loopback address."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(local, 0))
        return cls(reader, writer)

    async def ask(
        self,
        path: str = "/ocpp/CS-1",
        *,
        method: str = "GET",
        subprotocols: str | None = "ocpp2.1",
        user: str | None = "CS-1",
        password: str | bytes = PASSWORD,
        extra: Sequence[str] = (),
        without: Sequence[str] = (),
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a handshake; return status, headers in lower case and body."""
        headers = {
            "Host": "localhost",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": KEY,
        }
        if subprotocols is not None:
            headers["Sec-WebSocket-Protocol"] = subprotocols
        if user is not None:
            secret = password.encode() if isinstance(password, str) else password
            headers["Authorization"] = basic_header(user, secret)
        lines = [f"{name}: {value}" for name, value in headers.items() if name not in without] + list(extra)
        self.writer.write("\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode())
        return await self.answer()

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Read one HTTP answer."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        body = await self.reader.readexactly(int(headers.get("content-length", 0)))
        return int(head[0].split()[1]), headers, body

    def send(self, data: bytes) -> None:
        """Send these bytes."""
        self.writer.write(data)

    def text(self, message: bytes) -> None:
        """Send one masked text message."""
        self.writer.write(frame(Opcode.TEXT, message, mask=MASK))

    async def event(self, *, skip_pings: bool = True) -> Event | None:
        """Return the next message or control frame of the server, or None when it hung up."""
        while True:
            while self.events:
                event = self.events.pop(0)
                if not (skip_pings and isinstance(event, Control) and event.opcode is Opcode.PING):
                    return event
            try:
                data = await self.reader.read(65536)
            except OSError:
                return None
            if not data:
                return None
            self.events += self.frames.receive(data)

    async def closed_with(self) -> int | None:
        """Read on until the server closes; return its code, or None when it hung up without one."""
        code = None
        while (event := await self.event()) is not None:
            if isinstance(event, Close):
                code = event.code
                self.writer.write(frame(Opcode.CLOSE, close_payload(code, ""), mask=MASK))
                with suppress(OSError):  # the server may be faster
                    self.writer.write_eof()
        return code

    async def hang_up(self) -> None:
        """Close the connection."""
        self.writer.close()
        with suppress(OSError):  # the server may be faster
            await self.writer.wait_closed()


@asynccontextmanager
async def dialled(rig: Rig, *, local: str = "127.0.0.1") -> AsyncIterator[RawClient]:
    """A raw connection to the listener."""
    client = await RawClient.dial(rig.listener.port, local=local)
    try:
        yield client
    finally:
        await client.hang_up()
