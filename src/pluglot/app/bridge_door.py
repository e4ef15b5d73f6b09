"""Who is let in at a bridge: whom the management system accepts, or who stands in a file of credentials."""

from __future__ import annotations

import asyncio
import ipaddress
import tomllib
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
import structlog

from pluglot.app.bridge_passwords import ChangedPasswords, verifiers_of
from pluglot.messages.version import OcppVersion
from pluglot.settings import WrongSetting
from pluglot.transport import (
    Account,
    Admission,
    Arrival,
    ConnectFailed,
    Credentials,
    Link,
    PasswordDoor,
    Refused,
    Rejection,
    Throttle,
)

log = structlog.get_logger("pluglot.bridge")

#: How long an uplink waits for the station that it was made for to finish its own handshake.
CLAIM_WITHIN: Final = 15.0
#: Statuses of a management system that mean: not this station, or not this password.
_NOT_ALLOWED: Final = frozenset({401, 403, 404})


def _say_refused(arrival: Arrival, rejection: Rejection) -> None:
    about = {"reason": rejection.reason, "remote_address": arrival.remote_address}
    log.warning("refused at the door", station=arrival.identity, **about)


class StationCredentials(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The passwords of one station on both hops; they are never the same by themselves (BRG-05)."""

    #: What the station shows to the bridge, or the verifier of it.
    station_password: str | None = None
    station_verifier: str | None = None
    #: What the bridge shows to the management system.
    upstream_password: str | None = None
    #: Where a station over SOAP listens, instead of what it says itself.
    station_url: str | None = None

    def __repr__(self) -> str:
        """Say nothing of passwords (PWD-06)."""
        return "StationCredentials(…)"


class CredentialsFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of credentials: a table ``[stations."identity"]`` for each station."""

    stations: dict[str, StationCredentials]


def read_credentials(path: str) -> dict[str, StationCredentials]:
    """The stations of a file.

    Raises:
        WrongSetting: the file cannot be read or breaks a rule; no password is shown.
    """
    try:
        content = tomllib.loads(Path(path).read_text())
        stations = msgspec.convert(content, CredentialsFile).stations
    except OSError as error:
        raise WrongSetting("credentials", path, f"cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise WrongSetting("credentials", path, "is not TOML") from None
    except msgspec.ValidationError as error:
        raise WrongSetting("credentials", path, f'must have a table [stations."IDENTITY"] each: {error}') from None
    for identity, station in stations.items():
        if (station.station_password is None) == (station.station_verifier is None):
            rule = f"{identity} needs either station-password or station-verifier"
            raise WrongSetting("credentials", path, rule)
    return stations


class FileDoor(PasswordDoor):
    """The door for the stations of a file, and for the passwords that they took since."""

    def __init__(
        self,
        stations: Mapping[str, StationCredentials],
        credentials: Credentials,
        changed: ChangedPasswords,
        refused: Callable[[str], None],
    ) -> None:
        verifiers = verifiers_of(stations, credentials)

        async def find(identity: str) -> Account | None:
            verifier = verifiers.get(identity)
            if verifier is None:
                return None
            news = await changed.of(identity)
            offered = () if news is None or news.verifier == verifier else (news.verifier,)
            return Account(identity=identity, security_profile=1, verifier=verifier, offered_verifiers=offered)

        async def shown(account: Account, verifier: str) -> None:
            # Whoever shows a changed password for the first time shows the old one for the last time (8.7).
            verifiers[account.identity] = verifier

        async def turned_away(arrival: Arrival, rejection: Rejection) -> None:
            _say_refused(arrival, rejection)
            refused(rejection.reason)

        super().__init__(credentials, Throttle(), find=find, refused=turned_away, shown=shown)


def is_open_road(url: str) -> bool:
    """Whether what goes there can be read on its way: no TLS, and beyond this machine."""
    parts = urlsplit(url)
    if parts.scheme not in {"ws", "http"}:
        return False
    host = parts.hostname or ""
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"


class UpstreamDoor:
    """Asks the management system: whom it gives an uplink is let in, and has that uplink.

    The station's own credentials are presented, unless a file gives each hop its own. The answer of the management
    system decides, and its status is passed on; nothing of the station is relayed before.
    """

    def __init__(
        self,
        dialer: Any,
        url: str,
        version: OcppVersion,
        served: tuple[OcppVersion, ...],
        *,
        refused: Callable[[str], None],
        door: PasswordDoor | None = None,
        stations: Mapping[str, StationCredentials] | None = None,
        changed: ChangedPasswords | None = None,
    ) -> None:
        self._dialer = dialer
        self._url = url
        self._version = version
        self._subprotocols = {one.subprotocol for one in served}
        self._refused = refused
        self._door = door
        self._stations = stations or {}
        self._changed = changed
        #: Counts the passwords that the management system refused, and those that are refused in its place.
        self.throttle = Throttle()
        self._unclaimed: dict[str, tuple[Arrival, Link, asyncio.TimerHandle]] = {}
        self._closing: set[asyncio.Task[None]] = set()

    async def judge(self, arrival: Arrival) -> Admission | Rejection:
        """Decide by what the management system answers."""
        if not self._subprotocols.intersection(arrival.offered_subprotocols):
            return Rejection(http_status=HTTPStatus.BAD_REQUEST, reason="unsupported-subprotocol")
        return await self.judge_post(arrival)

    async def judge_post(self, arrival: Arrival) -> Admission | Rejection:
        """Decide on a station that posts, and so offers no subprotocols."""
        if arrival.security_profile > 1 and is_open_road(self._url):
            # BRG-05: what came in protected does not go on in the clear.
            return Rejection(http_status=HTTPStatus.FORBIDDEN, reason="uplink-not-protected")
        password: Any = arrival.password
        if self._door is not None:
            verdict = await self._door.judge(arrival)
            if isinstance(verdict, Rejection):
                return verdict
            password = self._stations[arrival.identity].upstream_password
            if self._changed is not None:
                password = await self._changed.upstream(arrival.identity, password)
        elif arrival.user_name not in {None, arrival.identity}:
            return Rejection(http_status=HTTPStatus.UNAUTHORIZED, reason="wrong-password")  # PWD-01
        elif self.throttle.delay(arrival.identity, arrival.remote_address, arrival.at):
            return Rejection(http_status=HTTPStatus.TOO_MANY_REQUESTS, reason="throttled")
        return await self._judged_upstream(arrival, password)

    async def _judged_upstream(self, arrival: Arrival, password: bytes | str | None) -> Admission | Rejection:
        identity, address = arrival.identity, arrival.remote_address
        try:
            link = await self._dialer.connect(self._url, identity, [self._version.subprotocol], password=password)
        except Refused as error:
            if error.http_status in _NOT_ALLOWED:
                self.throttle.failed(identity, address, arrival.at)
            status = error.http_status if error.http_status >= HTTPStatus.BAD_REQUEST else HTTPStatus.BAD_GATEWAY
            return Rejection(http_status=status, reason=f"upstream-{error.http_status}")
        except ConnectFailed as error:
            log.warning("no uplink", station=identity, reason=str(error))
            return Rejection(http_status=HTTPStatus.SERVICE_UNAVAILABLE, reason="upstream-unreachable")
        self.throttle.succeeded(identity, address, arrival.at)
        self._drop(identity)
        timer = asyncio.get_running_loop().call_later(CLAIM_WITHIN, self._drop, identity)
        self._unclaimed[identity] = arrival, link, timer
        return Admission(identity=identity, security_profile=arrival.security_profile)

    async def turned_away(self, arrival: Arrival, rejection: Rejection) -> None:
        """Count a refusal; an uplink that was made for this arrival is closed."""
        _say_refused(arrival, rejection)
        self._refused(rejection.reason)
        if arrival.identity in self._unclaimed and self._unclaimed[arrival.identity][0] is arrival:
            self._drop(arrival.identity)

    def claim(self, identity: str) -> Link | None:
        """The uplink that the last admission of this identity made, once."""
        found = self._unclaimed.pop(identity, None)
        if found is None:
            return None
        found[2].cancel()
        return found[1]

    def _drop(self, identity: str) -> None:
        link = self.claim(identity)
        if link is not None:
            task = asyncio.get_running_loop().create_task(link.close(1001, "the station did not come"))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
